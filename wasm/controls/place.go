//go:build js

package controls

import (
	"math"
	"strings"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

// The places a player can have, as #player-host[data-mode] shows them.
const (
	OnPage  = "page"
	Theatre = "theatre"
	Mini    = "mini"
	Full    = "full"
	PiP     = "pip"
	Hidden  = "hidden"
)

// place is where the player is. Its element never moves in the document: style sheets lay it over #player-slot.
type place struct {
	mode    string
	forced  bool // mini although its page is there
	closed  bool
	stuck   bool // at the top of a phone while the page scrolls
	slot    browser.Value
	observe observer
	frame   func()
	anchors bool // the browser lays one element over another by itself
}

type observer struct{ off func() }

func (o *observer) stop() { drop(&o.off) }

func (c *Controls) wirePlace() {
	css := browser.Window.Get("CSS")
	c.place.anchors = !browser.Nil(css) && css.Call("supports", "anchor-name: --a").Bool()
	settle := func(browser.Value) { c.settle() }
	c.offs.Add(
		browser.On(browser.Document, "fullscreenchange", settle),
		browser.On(c.video, "enterpictureinpicture", settle),
		browser.On(c.video, "leavepictureinpicture", settle),
		browser.On(browser.Window, "scroll", func(browser.Value) { c.scrolled() }),
		browser.On(browser.Window, "resize", func(browser.Value) { c.scrolled() }),
		browser.On(browser.Document, "click", func(e browser.Value) {
			if c.place.forced && e.Get("target").Equal(c.place.slot) {
				c.toggleMini()
			}
		}),
		func() { drop(&c.place.frame) },
	)
	can := c.abilities()
	for name, has := range map[string]bool{"pl-mini": can.Mini, "pl-theatre": can.Theatre, "pl-pip": can.PiP, "pl-full": can.Full} {
		browser.Flag(c.test(name), "hidden", !has)
	}
}

func (c *Controls) abilities() Abilities {
	has := func(of browser.Value, name string) bool { return of.Get(name).Truthy() }
	return Abilities{
		PiP:     has(browser.Document, "pictureInPictureEnabled") && !has(c.video, "disablePictureInPicture"),
		Mini:    !c.o.Embed,
		Theatre: !c.o.Embed,
		Full:    has(browser.Document, "fullscreenEnabled") || has(c.video, "webkitSupportsFullscreen") || has(c.video, "webkitEnterFullscreen"),
	}
}

// Settle finds the player's place again; pages call it after they have drawn or removed #player-slot.
func (c *Controls) Settle() { c.settle() }

// Mini puts the player into the corner if it plays; pages call it when the video's page is left.
func (c *Controls) Mini() { c.settle() }

func (c *Controls) settle() {
	c.watchSlot()
	mode := c.modeNow()
	if mode == c.place.mode && mode != PiP {
		c.measure()
		return
	}
	c.place.mode = mode
	browser.SetAttr(c.host, "data-mode", mode)
	browser.Flag(c.host, "data-nowhere", mode == PiP && !c.o.Embed && browser.Nil(c.place.slot))
	if !browser.Nil(c.place.slot) {
		browser.SetAttr(c.place.slot, "data-away", mark(c.place.forced, c.t("away")))
	}
	browser.SetAttr(browser.Document.Get("documentElement"), "data-player", mode)
	full, theatre := c.test("pl-full"), c.test("pl-theatre")
	c.relabel(full, either(mode == Full, "fullOn", "full"), either(mode == Full, "full.leave", "full"))
	c.relabel(theatre, either(mode == Theatre, "theatreOn", "theatre"), either(mode == Theatre, "theatre.leave", "theatre"))
	browser.SetAttr(theatre, "aria-pressed", either(mode == Theatre, "true", "false"))
	if mode == Mini || mode == Hidden {
		c.closeMenu(false)
		c.stick(false)
	}
	c.measure()
	c.scrolled()
	c.wake()
}

func either(is bool, a, b string) string {
	if is {
		return a
	}
	return b
}

func (c *Controls) modeNow() string {
	p := &c.place
	slot := !browser.Nil(p.slot)
	switch {
	case browser.Document.Get("fullscreenElement").Equal(c.host):
		return Full
	case browser.Document.Get("pictureInPictureElement").Equal(c.video):
		return PiP
	case c.o.Embed:
		return OnPage
	case p.closed:
		return Hidden
	case slot && !p.forced && c.d.Theatre:
		return Theatre
	case slot && !p.forced:
		return OnPage
	case p.mode == Mini, p.forced, c.state.Started && c.state.Phase == player.Playing:
		return Mini
	}
	return Hidden
}

// watchSlot follows the placeholder: its size, and that it goes.
func (c *Controls) watchSlot() {
	slot := browser.ByID("player-slot")
	if slot.Equal(c.place.slot) {
		return
	}
	c.place.observe.stop()
	c.place.slot, c.place.forced = slot, false
	if browser.Nil(slot) {
		return
	}
	c.place.closed = false
	c.place.observe.off = browser.OnResize(func() { c.settle() }, slot, browser.Body())
}

// measure lays the host over the slot where style sheets cannot.
func (c *Controls) measure() {
	if c.place.anchors || browser.Nil(c.place.slot) {
		return
	}
	r := c.place.slot.Call("getBoundingClientRect")
	set := func(name string, n float64) { browser.Style(c.host, name, pixels(n)) }
	set("--slot-x", r.Get("left").Float()+browser.Window.Get("scrollX").Float())
	set("--slot-y", r.Get("top").Float()+browser.Window.Get("scrollY").Float())
	set("--slot-w", r.Get("width").Float())
	set("--slot-h", r.Get("height").Float())
	browser.Flag(c.host, "data-laid", true)
}

// scrolled keeps the player in sight on an upright phone.
func (c *Controls) scrolled() {
	if c.place.frame != nil || c.o.Embed {
		return
	}
	c.place.frame = browser.NextFrame(func() {
		c.place.frame = nil
		upright := browser.Window.Call("matchMedia", "(max-width: 767px) and (orientation: portrait)").Get("matches").Bool()
		if c.place.mode != OnPage && c.place.mode != Theatre || !upright || browser.Nil(c.place.slot) {
			c.stick(false)
			return
		}
		bar := browser.Window.Call("getComputedStyle", c.host).Call("getPropertyValue", "--pl-top").String()
		top, _ := number(strings.TrimSuffix(strings.TrimSpace(bar), "px"))
		c.stick(c.place.slot.Call("getBoundingClientRect").Get("top").Float() < top-1)
	})
}

func (c *Controls) stick(on bool) {
	if c.place.stuck != on {
		c.place.stuck = on
		browser.Flag(c.host, "data-stuck", on)
	}
}

func (c *Controls) toggleFull() {
	switch {
	case c.place.mode == Full:
		ignore(browser.Document.Call("exitFullscreen"))
	case browser.Document.Get("fullscreenEnabled").Truthy():
		browser.Then(c.host.Call("requestFullscreen", map[string]any{"navigationUI": "hide"}), func(browser.Value) { c.turnScreen() }, func(error) {})
	case !browser.Nil(c.video.Get("webkitEnterFullscreen")):
		_ = browser.Try(func() { c.video.Call("webkitEnterFullscreen") })
	}
}

// turnScreen lays a phone down for a wide video, where the browser can.
func (c *Controls) turnScreen() {
	o := browser.Window.Get("screen").Get("orientation")
	if browser.Nil(o) || browser.Nil(o.Get("lock")) || !c.touch.finger {
		return
	}
	wide := c.video.Get("videoWidth").Int() >= c.video.Get("videoHeight").Int()
	_ = browser.Try(func() { ignore(o.Call("lock", either(wide, "landscape", "portrait"))) })
}

// ignore hears a promise's refusal so that the console stays quiet.
//
//go:noinline
func ignore(promise browser.Value) {
	if !browser.Nil(promise) && !browser.Nil(promise.Get("then")) {
		browser.Then(promise, nil, func(error) {})
	}
}

func (c *Controls) toggleTheatre() {
	if c.o.Embed {
		return
	}
	c.d.Theatre = !c.d.Theatre
	c.keep()
	if c.place.mode == Full {
		c.toggleFull()
	}
	c.settle()
	c.say(c.t(either(c.d.Theatre, "theatre", "theatre.leave")))
}

// toggleMini sends the player to the corner and back; from the corner of another page it leads home.
func (c *Controls) toggleMini() {
	switch {
	case c.o.Embed:
		return
	case c.place.mode == Mini && browser.Nil(c.place.slot):
		c.test("pl-mini-page").Call("click")
		return
	}
	c.place.forced = c.place.mode != Mini
	if !c.place.forced {
		c.place.mode = ""
	}
	c.settle()
}

func (c *Controls) togglePiP() {
	if browser.Document.Get("pictureInPictureElement").Equal(c.video) {
		ignore(browser.Document.Call("exitPictureInPicture"))
		return
	}
	_ = browser.Try(func() { ignore(c.video.Call("requestPictureInPicture")) })
}

// closePlayer ends playback in the corner.
func (c *Controls) closePlayer() {
	c.play.Pause()
	c.saveProgress()
	if c.place.forced && !browser.Nil(c.place.slot) {
		c.place.forced, c.place.mode = false, ""
		c.settle()
		return
	}
	c.place.closed = true
	c.settle()
	if c.o.Closed != nil {
		c.o.Closed()
	}
}

// miniSwipe throws the mini player away, or goes back to its page when it is only tapped.
func (c *Controls) miniSwipe(dx, dy float64) {
	switch {
	case dy > swipe, math.Abs(dx) > 2*swipe:
		c.closePlayer()
	case math.Abs(dx) < 12 && math.Abs(dy) < 12:
		c.toggleMini()
	}
}
