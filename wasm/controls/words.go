package controls

import (
	"strconv"
	"strings"
)

// Words are the player's sentences by key. A key that is missing is taken from English.
type Words map[string]string

// T is the sentence for key, with {name} replaced by the value that follows name in pairs.
//
//go:noinline
func (w Words) T(key string, pairs ...string) string {
	s, ok := w[key]
	if !ok {
		s = English[key]
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.Replace(s, "{"+pairs[i]+"}", pairs[i+1], 1)
	}
	return s
}

// count is a number with its unit, in the two forms of number that English knows.
func (w Words) count(unit string, n int) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return w.T(unit+form, "n", strconv.Itoa(n))
}

// English is every key with its default sentence.
var English = Words{
	"player": "Video player, {title}", "controls": "Player controls",
	"play": "Play", "pause": "Pause", "replay": "Replay", "previous": "Previous", "next": "Next",
	"back10": "Back 10 seconds", "forward10": "Forward 10 seconds",
	"mute": "Mute", "unmute": "Unmute", "volume": "Volume", "percent": "{n} percent",
	"seek": "Seek", "seek.value": "{at} of {all}", "seek.chapter": "{at} of {all}, chapter {chapter}",
	"time": "Time", "time.left": "Show the time left",
	"second.one": "{n} second", "second.other": "{n} seconds", "minute.one": "{n} minute", "minute.other": "{n} minutes", "hour.one": "{n} hour", "hour.other": "{n} hours",
	"chapter": "Chapter: {title}", "chapters": "Chapters",
	"captions": "Captions", "captions.none": "No captions for this video", "captions.off": "Off", "captions.auto": "{language} (automatic)", "captions.style": "Style…",
	"captions.said.on": "Captions on, {language}", "captions.said.off": "Captions off", "captions.size": "Caption size {n} %",
	"settings": "Settings", "back": "Back", "close": "Close",
	"mini": "Mini player", "pip": "Picture in picture", "theatre": "Theatre view", "theatre.leave": "Default view", "full": "Full screen", "full.leave": "Leave full screen",
	"quality": "Quality", "quality.auto": "Auto", "quality.now": "Auto (now {quality})", "quality.sound": "Audio only", "quality.hour": "{size} per hour",
	"quality.beyond": "Auto may exceed the player's size", "quality.native": "Chosen by your browser", "quality.said": "Quality {quality}", "quality.dropped": "Slow connection: quality lowered",
	"speed": "Speed", "speed.normal": "Normal", "speed.value": "{n}×", "speed.other": "Other speed", "speed.said": "Speed {n}",
	"sound": "Audio track", "loop": "Loop", "loop.said.on": "Loop on", "loop.said.off": "Loop off", "loop.from": "Loop starts at {at}. Press ] where it ends", "loop.set": "Looping {from} to {to}", "loop.cleared": "Loop cleared",
	"access": "Accessibility", "access.announce": "Announcements", "access.keys": "Keyboard shortcuts", "access.keys.player": "Only when the player has focus", "access.always": "Always show controls", "access.calm": "Reduce motion",
	"buffer.long": "Load further ahead",
	"stats":       "Stats for nerds", "debug": "Copy debug info", "copy.link": "Copy link", "copy.at": "Copy link at {at}", "copy.embed": "Copy embed code", "copied": "Copied", "copy.failed": "Your browser did not allow copying",
	"share": "Peer sharing", "share.label": "Peer sharing: {state}", "share.held": "Not yet", "share.only": "Server only",
	"share.paused": "Paused", "share.paused.saver": "Paused: data saver", "share.paused.mobile": "Paused: mobile data",
	"viewer.one": "{n} viewer", "viewer.other": "{n} viewers", "share.with": "You share this video with {viewers}.", "share.from": "From {viewers}",
	"share.sent": "Sent to viewers", "share.down": "Receiving now", "share.up": "Sending now", "share.part": "{n} % from viewers", "share.limits": "Limits and choices", "share.never": "Never for this channel",
	"share.said.on": "Peer sharing is on", "share.said.off": "Peer sharing is off",
	"ask.title": "Share this video while you watch?",
	"ask.text":  "Viewers can pass pieces of this video to each other. It helps small servers. Other viewers of this video can then see your IP address, as with any direct call.",
	"ask.yes":   "Share", "ask.no": "Don't share", "ask.more": "What others can see", "ask.waits": "Nothing is shared yet. Without an answer, sharing starts after you have watched for 10 seconds with the question in sight.",
	"why.held": "Nothing is shared before you answer.", "why.off": "The server sends it all.", "why.alone": "Nobody else is watching right now, so the server sends it all.",
	"why.video": "This video is not shared between viewers. The server sends it all.", "why.platform": "This platform has turned peer sharing off. The server sends it all.",
	"why.webrtc": "Sharing needs WebRTC on a secure page, which your browser does not offer here. The server sends it all.", "why.player": "Your browser plays this file by itself. The server sends it all.",
	"why.channel": "You chose never to share videos of this channel.", "why.address": "The address of this page turns peer sharing off.", "why.gesture": "Sharing starts once you press something in the player.",
	"why.saver": "Your device saves data, so the server sends it all.", "why.mobile": "You are on mobile data, so the server sends it all.", "why.rest": "The video has been paused for long. Sharing goes on when you play.",
	"send.mobile": "Nothing is sent on mobile data.", "send.battery": "Nothing is sent while the battery is low.", "send.rest": "Nothing is sent while the video is paused.",
	"send.hidden": "Nothing is sent while nobody looks.", "send.cap": "Your limit for this visit is reached, so nothing more is sent.",
	"seen.can": "Other viewers of this video can see", "seen.address": "Your IP address", "seen.pieces": "That a device there has pieces of this video, while it is open",
	"seen.cannot": "They cannot see", "seen.person": "Your name or your account", "seen.history": "What else you watch, or have watched",
	"seen.who": "Who", "seen.who.text": "Up to {n} viewers at once, and the tracker of this platform, which brings you together and keeps no addresses.",
	"seen.stops": "When it stops", "seen.stops.text": "Nothing is sent once the video has been paused for a minute. Switching off or closing the page ends it at once.",
	"seen.out": "Ways out", "seen.out.text": "Switch peer sharing off, or use a VPN or Tor. Switching off hides your address from other viewers, not from this server, which then sends you the video.",
	"seen.yours": "Your address, as this server sees it", "seen.show": "Show", "seen.unknown": "The server does not say",
	"menu.context": "Video menu", "sheet": "Keyboard shortcuts", "on": "On", "off": "Off",
	"style.title": "Caption style", "style.size": "Size", "style.font": "Font", "style.colour": "Colour", "style.ground": "Background", "style.edge": "Edge", "style.place": "Place", "away": "Playing in the mini player. Press to bring it back here.", "style.sample": "This is how captions look", "style.reset": "Reset",
	"font.sans": "Sans", "font.serif": "Serif", "font.mono": "Monospace", "font.casual": "Casual",
	"colour.white": "White", "colour.yellow": "Yellow", "colour.cyan": "Cyan", "colour.green": "Green", "colour.black": "Black",
	"edge.none": "None", "edge.outline": "Outline", "edge.shadow": "Shadow", "place.bottom": "Bottom", "place.top": "Top",
	"unmute.pill": "Tap to unmute", "resumed": "Resumed at {at}", "resumed.over": "Start over", "resume.offer": "You stopped at {at}", "resume.go": "Continue there",
	"buffering": "Loading", "playing": "Playing", "paused": "Paused", "ended": "Ended", "seeked": "{at}", "twice": "2× speed",
	"page.back": "Back to the video page", "mini.close": "Close player",
	"end": "The video has ended", "end.replay": "Watch again",
	"retry": "Try again", "lower": "Lower quality", "download": "Download", "signin": "Sign in",
	"offline.title": "You are offline", "offline.text": "Playback goes on by itself when the connection is back.",
	"network.title": "The server does not answer", "network.text": "Your place is kept.",
	"busy.title": "The server is busy", "busy.text": "Trying again in {n} s.",
	"signin.title": "Sign in to watch this", "signin.text": "This video is for members of this platform.",
	"forbidden.title": "This video is private", "forbidden.text": "Its owner has not shared it with you.",
	"gone.title": "This video is not here any more", "gone.text": "It was deleted, or its address is wrong.",
	"blocked.title": "This video is blocked", "blocked.text": "The moderators of this platform have blocked it.",
	"decode.title": "Your browser could not show this part", "decode.text": "Try again, or choose another quality.",
	"unsupported.title": "Your browser cannot play this format", "unsupported.text": "You can download the file instead.",
	"processing.title": "This video is being prepared", "processing.text": "It can be watched as soon as the first version is ready.",
	"failed.title": "This video could not be prepared", "failed.text": "Its owner can try again.",
	"stats.video": "Video", "stats.mode": "Mode", "stats.codecs": "Codecs", "stats.size": "Stream / screen", "stats.frames": "Dropped frames", "stats.ahead": "Buffer ahead", "stats.bandwidth": "Connection",
	"stats.server": "From the server", "stats.viewers": "From viewers", "stats.first": "First frame", "stats.stalls": "Stalls", "stats.volume": "Volume", "stats.retries": "Retries", "stats.copy": "Copy",
	"key.play": "Play or pause", "key.seek5": "Back or forward 5 seconds", "key.seek10": "Back or forward 10 seconds", "key.chapter": "Previous or next chapter", "key.part": "Jump to 0 % … 90 %",
	"key.ends": "Start or end", "key.frame": "One frame back or forward, when paused", "key.rate": "Slower or faster", "key.volume": "Volume, when the player has focus", "key.mute": "Mute",
	"key.full": "Full screen (also double click)", "key.theatre": "Theatre view", "key.mini": "Mini player", "key.pip": "Picture in picture", "key.captions": "Captions", "key.captionSize": "Larger or smaller captions",
	"key.quality": "Quality", "key.share": "Peer sharing on or off", "key.loop": "Start and end of a loop", "key.queue": "Previous or next video", "key.like": "Like or dislike", "key.subscribe": "Subscribe", "key.search": "Search",
	"key.stats": "Stats for nerds", "key.sheet": "This list", "key.go": "Go: then H for home, S subscriptions, L library, U upload, A admin", "key.escape": "Close, then leave full screen, then theatre view",
}
