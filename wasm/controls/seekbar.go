//go:build js

package controls

import (
	"strconv"
	"time"

	"shoal/wasm/browser"
)

// drag is the thumb of the seek bar under a finger or the mouse.
type drag struct {
	on     bool
	at     float64 // seconds under the pointer
	x      float64 // of the last move
	hide   func()
	loaded bool // the storyboard's picture was asked for
}

func (c *Controls) wireSeek() {
	seek := c.test("pl-seek")
	c.offs.Add(
		browser.On(seek, "pointermove", c.seekMove),
		browser.On(seek, "pointerdown", c.seekDown),
		browser.On(seek, "pointerup", func(browser.Value) { c.seekEnd(true) }),
		browser.On(seek, "pointercancel", func(browser.Value) { c.seekEnd(false) }),
		browser.On(seek, "pointerleave", func(browser.Value) {
			if !c.drag.on {
				c.hideTip()
			}
		}),
		browser.On(seek, "keydown", c.seekKey),
		browser.On(seek, "focus", func(browser.Value) {
			if seek.Call("matches", ":focus-visible").Bool() {
				c.peek(c.state.Position)
			}
		}),
		browser.On(seek, "blur", func(browser.Value) { c.hideTip() }),
	)
}

// under is the time below the pointer, and its place in parts of the bar.
func (c *Controls) under(e browser.Value) (at float64) {
	r := c.test("pl-seek").Call("getBoundingClientRect")
	width := r.Get("width").Float()
	if width <= 0 {
		return 0
	}
	part := (e.Get("clientX").Float() - r.Get("left").Float()) / width
	return max(0, min(1, part)) * c.duration()
}

func (c *Controls) seekDown(e browser.Value) {
	if e.Get("button").Int() != 0 || c.duration() <= 0 {
		return
	}
	c.gesture()
	seek := c.test("pl-seek")
	_ = browser.Try(func() { seek.Call("setPointerCapture", e.Get("pointerId")) })
	c.drag.on, c.drag.at, c.drag.x = true, c.under(e), e.Get("clientX").Float()
	browser.Flag(c.root, "data-drag", true)
	c.moved()
	c.tip(c.drag.at)
}

// seekMove follows the pointer; pulled up from the bar a finger moves the thumb four times finer.
func (c *Controls) seekMove(e browser.Value) {
	if !c.drag.on {
		if e.Get("pointerType").String() != "touch" {
			c.tip(c.under(e))
		}
		return
	}
	x, r := e.Get("clientX").Float(), c.test("pl-seek").Call("getBoundingClientRect")
	if r.Get("top").Float()-e.Get("clientY").Float() > 60 {
		c.drag.at += (x - c.drag.x) / r.Get("width").Float() * c.duration() / 4
		c.drag.at = max(0, min(c.duration(), c.drag.at))
	} else {
		c.drag.at = c.under(e)
	}
	c.drag.x = x
	c.moved()
	c.tip(c.drag.at)
}

func (c *Controls) seekEnd(commit bool) {
	if !c.drag.on {
		return
	}
	c.drag.on = false
	browser.Flag(c.root, "data-drag", false)
	if commit {
		c.seek(c.drag.at)
	}
	c.moved()
	c.hideTipSoon()
}

// seekKey is the slider's own keys; all others are left to the shortcuts.
func (c *Controls) seekKey(e browser.Value) {
	at, all := c.state.Position, c.duration()
	if e.Get("ctrlKey").Bool() || e.Get("altKey").Bool() || e.Get("metaKey").Bool() {
		return
	}
	switch e.Get("key").String() {
	case "ArrowLeft", "ArrowDown":
		at -= 5
	case "ArrowRight", "ArrowUp":
		at += 5
	case "PageDown":
		at -= all / 10
	case "PageUp":
		at += all / 10
	case "Home":
		at = 0
	case "End":
		at = all
	default:
		return
	}
	e.Call("preventDefault")
	e.Call("stopPropagation")
	c.gesture()
	c.seek(at)
	c.peek(c.state.Position)
}

// tip shows the frame, the chapter and the time of a place on the bar.
func (c *Controls) tip(at float64) {
	c.dropHide()
	duration := c.duration()
	if duration <= 0 {
		return
	}
	seek, tip := c.test("pl-seek"), c.at(".pl-tip")
	browser.Flag(tip, "hidden", false)
	browser.SetText(c.at(".pl-tip-time"), Clock(at))
	title := ""
	if i := c.v.ChapterAt(at); i >= 0 {
		title = c.v.Chapters[i].Title
	}
	browser.SetText(c.at(".pl-tip-chapter"), title)
	c.frameAt(at)
	part := at / duration
	browser.Style(seek, "--hover", strconv.FormatFloat(part, 'f', 5, 64))
	width, half := seek.Get("clientWidth").Float(), tip.Get("offsetWidth").Float()/2
	left := max(half, min(width-half, part*width))
	browser.Style(tip, "left", strconv.FormatFloat(left, 'f', 1, 64)+"px")
}

func (c *Controls) frameAt(at float64) {
	s, frame := c.v.Storyboard, c.at(".pl-frame")
	browser.Flag(frame, "hidden", s.URL == "")
	if s.URL == "" {
		return
	}
	if !c.drag.loaded {
		c.drag.loaded = true
		browser.Style(frame, "background-image", `url("`+s.URL+`")`)
	}
	x, y := s.Frame(at)
	browser.Style(frame, "background-position", "-"+strconv.Itoa(x)+"px -"+strconv.Itoa(y)+"px")
}

// loadStoryboard sizes the frame; the picture is fetched when it is first wanted.
func (c *Controls) loadStoryboard() {
	s, frame := c.v.Storyboard, c.at(".pl-frame")
	c.drag.loaded = false
	browser.Style(frame, "background-image", "none")
	browser.Style(frame, "width", strconv.Itoa(s.Width)+"px")
	browser.Style(frame, "height", strconv.Itoa(s.Height)+"px")
}

// peek shows the tip for keys, and takes it away by itself.
func (c *Controls) peek(at float64) {
	if c.wakeful.hidden || browser.Nil(browser.Find(c.root, ".pl-seek:focus-visible")) {
		return
	}
	c.tip(at)
	c.hideTipSoon()
}

func (c *Controls) hideTip() {
	c.dropHide()
	browser.Flag(c.at(".pl-tip"), "hidden", true)
}

func (c *Controls) hideTipSoon() {
	c.dropHide()
	c.drag.hide = browser.After(1200*time.Millisecond, func() { c.drag.hide = nil; c.hideTip() })
}

func (c *Controls) dropHide() {
	if c.drag.hide != nil {
		c.drag.hide()
		c.drag.hide = nil
	}
}
