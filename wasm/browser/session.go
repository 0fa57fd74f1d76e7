//go:build js

package browser

import (
	"strconv"

	"shoal/wasm/player"
	"shoal/wasm/sharing"
	"shoal/wasm/swarm"
)

// Session is a player on a page: the element #player-video in its host.
// It outlives the pages of an application; Load gives it the next video.
type Session struct {
	Player  *player.Player
	Sharing *sharing.Keeper
	Host    Value
	Video   Value
	media   *media
	swarm   *swarm.Swarm
	offs    Offs
}

// Attach makes a player of the media element in host.
func Attach(host Value) *Session {
	s := &Session{Host: host, Video: Find(host, "video")}
	s.media = newMedia(s.Video, func(e player.Event) { s.Player.Event(e) })
	s.swarm = newSwarm()
	s.Player = player.New(s.media, s.swarm, clock{}, page{host})
	s.offs.Add(
		s.Player.Listen(s.show),
		s.Player.Listen(s.hint),
		On(Window, "online", func(Value) { s.Player.Event(player.WentOnline) }),
		On(Window, "offline", func(Value) { s.Player.Event(player.WentOffline) }),
		OnResize(func() { s.Player.Event(player.Resized) }, host),
	)
	d := &device{s: s}
	s.Sharing = sharing.NewKeeper(d, newEngine(s.swarm))
	d.watch(s.Sharing)
	s.report()
	return s
}

// Load plays another video, given as the page's boot object. What the boot script began for it goes on without a gap.
func (s *Session) Load(boot Value, o player.Options) {
	b := readVideo(boot)
	o.Head = takeHead(s.media, b.UUID, s.swarm.Took)
	if o.Head != nil && !o.Head.Want {
		o.Autoplay = false // the person has stopped it meanwhile, or the browser has
	}
	s.swarm.Open(ofSwarm(b))
	s.Player.Load(b, o)
}

// Close lets go of the element and of all that listens.
func (s *Session) Close() {
	s.Player.Close()
	s.Sharing.Close()
	s.swarm.Close()
	s.offs.Off()
	s.media.close()
}

// hint tells the swarm that the video stands still: its clock does, too.
func (s *Session) hint(c player.Change) {
	if c&player.PhaseChanged != 0 {
		s.swarm.SetPaused(s.Player.State().Phase != player.Playing)
	}
}

// show lets style sheets and tests see what the player does.
func (s *Session) show(c player.Change) {
	if c&(player.PhaseChanged|player.LevelsChanged|player.Loaded) == 0 {
		return
	}
	state := s.Player.State()
	SetAttr(s.Host, "data-state", string(state.Phase))
	Flag(s.Host, "data-stalled", state.Stalled)
	level := ""
	if state.Current >= 0 && state.Current < len(state.Levels) {
		level = strconv.Itoa(state.Levels[state.Current].Height)
	}
	SetAttr(s.Host, "data-level", level)
}
