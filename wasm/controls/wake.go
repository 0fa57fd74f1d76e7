//go:build js

package controls

import (
	"time"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

const idle = 3 * time.Second // without input until the bar hides

// wakeful hides the bar when nobody touches anything.
type wakeful struct {
	hidden bool
	last   time.Time // of any input
	cancel func()
}

func (w *wakeful) stop() {
	if w.cancel != nil {
		w.cancel()
		w.cancel = nil
	}
}

func (c *Controls) wireWake() {
	moved := func(e browser.Value) {
		browser.DelAttr(c.root, "data-notip")
		if e.Get("pointerType").String() != "touch" {
			c.wake()
		}
	}
	c.offs.Add(
		browser.On(c.host, "pointermove", moved),
		browser.On(c.host, "pointerleave", func(e browser.Value) {
			if e.Get("pointerType").String() == "mouse" && c.mayHide() {
				c.sleep()
			}
		}),
		browser.On(c.root, "focusin", func(browser.Value) { c.wake() }),
		browser.On(c.root, "focusout", func(browser.Value) { c.wake() }),
	)
}

// wake shows the bar and sets the clock that hides it.
func (c *Controls) wake() {
	w := &c.wakeful
	w.last = time.Now()
	if w.hidden {
		w.hidden = false
		browser.SetAttr(c.root, "data-bar", "on")
		c.moved()
	}
	if w.cancel == nil && c.state.Phase == player.Playing {
		w.cancel = browser.After(idle, c.tired)
	}
}

// tired hides the bar if nobody has done anything for long enough, and looks again later if not.
func (c *Controls) tired() {
	w := &c.wakeful
	w.cancel = nil
	rest := idle - time.Since(w.last)
	switch {
	case c.state.Phase != player.Playing:
		return
	case rest <= 0 && c.mayHide():
		c.sleep()
		return
	case rest <= 0:
		rest = idle
	}
	w.cancel = browser.After(rest, c.tired)
}

func (c *Controls) sleep() {
	c.wakeful.stop()
	c.wakeful.hidden = true
	browser.SetAttr(c.root, "data-bar", "off")
	c.hideTip()
}

// mayHide is false while the keyboard is at a control, a menu is open, or the person wants to see the bar always.
func (c *Controls) mayHide() bool {
	return c.state.Phase == player.Playing && c.menu.page == "" && !c.drag.on && !c.d.Always &&
		browser.Nil(browser.Find(c.root, ":focus-visible"))
}
