//go:build js

package controls

import (
	"strconv"
	"strings"

	"shoal/wasm/browser"
	"shoal/wasm/player"
	"shoal/wasm/sharing"
)

// Options tell the controls about the page they are on. Every function may be nil.
type Options struct {
	Words  Words
	Lang   string                 // BCP 47, for spoken times
	Embed  bool                   // stands alone on somebody's page: nothing is kept before a gesture
	Guest  bool                   // nobody is signed in: positions are kept on this device
	Login  string                 // address of the sign-in page
	Wish   func(what string) bool // what only the page can do: next, previous, like, search, go:home, p2p …; false when it cannot
	Closed func()                 // the person closed the mini player

	Sharing *sharing.Keeper                              // decides about sharing; nil where there is none
	Address func(uuid string, done func(address string)) // asks the server how it sees this device, "" when it does not say
}

// Controls is the surface of one player.
type Controls struct {
	host, video, root browser.Value
	play              player.Control
	o                 Options
	v                 Video
	s                 Start
	d                 Device
	offs              browser.Offs
	named             map[string]browser.Value
	keys              Keys

	state    player.State // the latest
	touched  bool         // the person used this page
	played   bool         // this video has played
	loaded   bool
	loop     bool
	long     bool
	beyond   bool
	loopFrom float64 // −1 when not set
	stopped  bool    // the stop of the address was reached
	quality  bool    // the remembered quality was applied to this video

	wakeful  wakeful
	menu     menu
	drag     drag
	touch    touch
	said     said
	toasting toasting
	cues     cues
	place    place
	progress progress
	session  session
	notice   notice
	stats    stats
	share    share
}

// New puts the surface into host, which holds the media element, and wires it to play.
func New(host browser.Value, play player.Control, o Options) *Controls {
	c := &Controls{host: host, video: browser.Find(host, "video"), play: play, o: o, named: map[string]browser.Value{}, loopFrom: -1}
	c.d = ParseDevice(browser.Stored(deviceKey))
	c.root = browser.Make("section", "class", "pl", "tabindex", "0", "dir", "ltr", "data-bar", "on")
	c.root.Set("innerHTML", Shell(o.Words))
	if dir := browser.Document.Get("dir").String(); dir != "" { // what is written follows the page, the bar never does
		for _, name := range []string{"pl-pop", "pl-context", "pl-toast", "pl-overlay", "pl-sheet", "pl-stats", "pl-ask", "pl-seen"} {
			browser.SetAttr(c.test(name), "dir", dir)
		}
	}
	browser.Append(host, c.root)
	c.video.Call("removeAttribute", "controls")
	browser.SetAttr(c.video, "tabindex", "-1")
	browser.Flag(host, "data-embed", o.Embed)
	c.applyDevice()
	for _, wire := range []func(){c.wireClicks, c.wireInputs, c.wireKeys, c.wireWake, c.wireSeek, c.wireTouch, c.wireMenu, c.wireCaptions, c.wirePlace, c.wireProgress, c.wireSession, c.wireToast, c.wireShare} {
		wire()
	}
	c.offs.Add(play.Listen(c.changed))
	c.changed(^player.Change(0))
	return c
}

// Load tells which video the player has now, and what the address asks for.
func (c *Controls) Load(v Video, s Start) {
	c.v, c.s, c.loaded, c.stopped, c.quality, c.played = v, s, true, false, false, false
	c.loop, c.loopFrom = s.Loop, -1
	if s.Loop {
		c.play.SetLoop(true, player.Span{})
	}
	if s.Rate != 0 {
		c.play.SetRate(s.Rate)
	}
	if s.Muted {
		c.play.SetMuted(true)
	}
	c.state = c.play.State()
	c.closeMenu(false)
	c.titles()
	c.cuts()
	c.loadCaptions()
	c.loadStoryboard()
	c.resume()
	c.changed(^player.Change(0))
	c.settle()
}

// Close takes the surface away and lets go of everything; the player stays.
func (c *Controls) Close() {
	c.saveProgress()
	c.closeMenu(false)
	c.endSession()
	c.offs.Off()
	c.wakeful.stop()
	c.said.stop()
	c.toasting.stop()
	c.notice.stop()
	c.stats.stop()
	c.place.observe.stop()
	browser.Remove(c.root)
}

// at finds a part of the surface by selector and keeps it.
//
//go:noinline
func (c *Controls) at(selector string) browser.Value {
	v, ok := c.named[selector]
	if !ok {
		v = browser.Find(c.root, selector)
		c.named[selector] = v
	}
	return v
}

// test is a control by its name in the tests.
//
//go:noinline
func (c *Controls) test(name string) browser.Value { return c.at(`[data-test="` + name + `"]`) }

//go:noinline
func (c *Controls) t(key string, pairs ...string) string { return c.o.Words.T(key, pairs...) }

// changed brings the surface up to date.
func (c *Controls) changed(ch player.Change) {
	c.state = c.play.State()
	c.played = c.played || c.state.Phase == player.Playing && c.state.Started
	if ch&(player.PhaseChanged|player.Loaded) != 0 {
		c.phase()
	}
	if ch&(player.PositionChanged|player.BufferChanged|player.Loaded) != 0 {
		c.moved()
	}
	if ch&(player.LevelsChanged|player.Loaded) != 0 {
		c.levels()
	}
	if ch&(player.VolumeChanged|player.Loaded) != 0 {
		c.volume()
	}
	if ch&player.RateChanged != 0 && c.touched {
		c.d.Rate = c.state.Rate
		c.keep()
	}
	if ch&player.StepDropped != 0 && ch != ^player.Change(0) {
		c.toast(c.t("quality.dropped"), "", "")
	}
	c.sessionChanged(ch)
}

func (c *Controls) wireClicks() {
	c.offs.Add(browser.On(c.root, "click", func(e browser.Value) {
		target := e.Get("target").Call("closest", "[data-do]")
		if browser.Nil(target) || browser.Attr(target, "aria-disabled") == "true" {
			return
		}
		c.gesture()
		if target.Get("tagName").String() == "BUTTON" {
			e.Call("preventDefault")
		}
		c.press(browser.Attr(target, "data-do"), target)
	}))
}

func (c *Controls) wireInputs() {
	heard := func(e browser.Value) {
		target := e.Get("target")
		if in := browser.Attr(target, "data-in"); in != "" {
			c.gesture()
			c.input(in, target)
		}
	}
	c.offs.Add(browser.On(c.root, "input", heard))
}

// input takes the value of a slider, a list or a switch.
func (c *Controls) input(in string, target browser.Value) {
	value := target.Get("value").String()
	n, _ := strconv.ParseFloat(value, 64)
	if target.Get("type").String() == "checkbox" {
		c.press(in, target)
		return
	}
	if target.Get("type").String() == "range" {
		fillRange(target)
	}
	switch in {
	case "volume":
		c.setVolume(n / 100)
		return
	case "rate":
		c.play.SetRate(n)
		text := c.t("speed.value", "n", rateText(n))
		browser.SetAttr(target, "aria-valuetext", text)
		browser.SetText(target.Get("previousElementSibling"), text)
		return
	case "size":
		c.d.Style.Size = int(n)
		browser.SetAttr(target, "aria-valuetext", value+" %")
		browser.SetText(target.Get("previousElementSibling"), value+" %")
	case "place":
		c.d.Style.OnTop = value == "top"
	default:
		c.d.set(in, value)
	}
	c.keep()
	c.styleCaptions()
}

// press does what a button or a menu item asks for.
func (c *Controls) press(do string, from browser.Value) {
	name, arg, _ := strings.Cut(do, ":")
	by, _ := strconv.ParseFloat(arg, 64)
	switch name {
	case "menu":
		c.toggleMenu(arg, from)
		return
	case "page":
		c.turn(arg)
		return
	case "style":
		c.turn("style")
		return
	case "share":
		c.shareDo(arg)
		return
	}
	if role := browser.Attr(from, "role"); strings.HasPrefix(role, "menuitem") {
		c.choose(name, arg, by)
		return
	}
	c.do(name, arg, by)
}

// choose is do from a menu, which closes, except for switches.
func (c *Controls) choose(name, arg string, by float64) {
	switch name {
	case "flag", "keys", "loop", "long", "beyond":
		c.do(name, arg, by)
		c.repaint()
	default:
		c.closeMenu(true)
		c.do(name, arg, by)
	}
}
