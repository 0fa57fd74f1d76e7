//go:build js

package controls

import (
	"math"
	"time"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

const (
	hold  = 500 * time.Millisecond // a finger that rests plays at double speed
	swipe = 60                     // px of a swipe
)

// touch follows a finger or the mouse on the picture.
type touch struct {
	taps   Taps
	down   bool
	x, y   float64
	finger bool
	slow   float64 // the speed to go back to; 0 when not held
	cancel func()
}

func (c *Controls) wireTouch() {
	veil := c.at(".pl-veil")
	c.offs.Add(
		browser.On(veil, "pointerdown", c.touchDown),
		browser.On(veil, "pointerup", c.touchUp),
		browser.On(veil, "pointercancel", func(browser.Value) { c.touchEnd() }),
		browser.On(veil, "pointerleave", func(browser.Value) { c.touchEnd() }),
		browser.On(veil, "dblclick", func(browser.Value) {
			if !c.touch.finger {
				c.toggleFull()
			}
		}),
		browser.On(c.root, "contextmenu", c.contextMenu),
	)
}

func (c *Controls) touchDown(e browser.Value) {
	if e.Get("button").Int() != 0 {
		return
	}
	c.gesture()
	t := &c.touch
	t.down, t.finger = true, e.Get("pointerType").String() != "mouse"
	t.x, t.y = e.Get("clientX").Float(), e.Get("clientY").Float()
	if c.state.Phase == player.Playing {
		t.cancel = browser.After(hold, func() {
			t.cancel, t.slow = nil, c.state.Rate
			c.play.SetRate(2)
			c.flash(c.t("twice"), "")
		})
	}
}

// touchEnd lets go of a held double speed; it tells whether there was one.
func (c *Controls) touchEnd() (held bool) {
	t := &c.touch
	t.down = false
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	if t.slow == 0 {
		return false
	}
	c.play.SetRate(t.slow)
	t.slow = 0
	return true
}

func (c *Controls) touchUp(e browser.Value) {
	t := &c.touch
	if !t.down {
		return
	}
	if c.touchEnd() {
		return
	}
	dx, dy := e.Get("clientX").Float()-t.x, e.Get("clientY").Float()-t.y
	switch {
	case c.place.mode == Mini:
		c.miniSwipe(dx, dy)
	case !t.finger:
		c.clickPicture()
	case math.Abs(dy) > swipe && math.Abs(dy) > 2*math.Abs(dx):
		c.swiped(dy)
	case math.Abs(dx) < 12 && math.Abs(dy) < 12:
		c.tapped(e)
	}
}

// clickPicture is the mouse: a click closes what is open, else plays or pauses.
func (c *Controls) clickPicture() {
	if c.menu.page != "" || c.menu.justClosed {
		c.menu.justClosed = false
		c.closeMenu(false)
		return
	}
	c.root.Call("focus", map[string]any{"preventScroll": true})
	c.togglePlay()
}

// swiped is up for full screen where the page does not scroll with the finger, and down to leave it.
func (c *Controls) swiped(dy float64) {
	switch {
	case dy > 0 && c.place.mode == Full:
		c.toggleFull()
	case dy < 0 && c.place.mode != Full && (c.place.stuck || c.o.Embed):
		c.toggleFull()
	}
}

func (c *Controls) tapped(e browser.Value) {
	if c.menu.justClosed {
		c.menu.justClosed = false
		return
	}
	r := c.root.Call("getBoundingClientRect")
	part := (e.Get("clientX").Float() - r.Get("left").Float()) / r.Get("width").Float()
	switch c.touch.taps.Tap(e.Get("timeStamp").Float(), part) {
	case SkipBack:
		c.skip(-10)
	case SkipForward:
		c.skip(10)
	case PlayOrPause:
		c.togglePlay()
	default:
		if c.wakeful.hidden || c.state.Phase != player.Playing {
			c.wake()
		} else {
			c.sleep()
		}
	}
}
