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
	c.wakeful.stop()
	if c.wakeful.hidden {
		c.wakeful.hidden = false
		browser.SetAttr(c.root, "data-bar", "on")
		c.moved()
	}
	if c.state.Phase == player.Playing {
		c.wakeful.cancel = browser.After(idle, func() {
			c.wakeful.cancel = nil
			if c.mayHide() {
				c.sleep()
			} else {
				c.wake()
			}
		})
	}
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
