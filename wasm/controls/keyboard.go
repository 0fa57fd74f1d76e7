//go:build js

package controls

import (
	"strconv"

	"shoal/wasm/browser"
)

func (c *Controls) wireKeys() {
	c.offs.Add(browser.On(browser.Document, "keydown", c.key))
}

// key turns a press anywhere on the page into a command, unless it belongs to something else.
func (c *Controls) key(e browser.Value) {
	if e.Get("defaultPrevented").Bool() || e.Get("isComposing").Bool() || c.place.mode == Hidden {
		return
	}
	in := c.whereIs(e.Get("target"))
	press := Press{Key: e.Get("key").String(), Code: e.Get("code").String(), Shift: e.Get("shiftKey").Bool(), Ctrl: e.Get("ctrlKey").Bool(), Alt: e.Get("altKey").Bool(), Meta: e.Get("metaKey").Bool()}
	cmd, ok := c.keys.Command(press, in)
	if !ok || !c.listens(cmd, in) {
		return
	}
	if c.touched = true; c.obey(cmd) {
		e.Call("preventDefault")
	}
}

// obey does what a key asks; false leaves the key to the page.
func (c *Controls) obey(cmd Command) bool {
	switch cmd.Do {
	case "escape":
		return c.escape()
	case "p2p":
		return c.turnShare()
	case "quality":
		c.wake()
	case "next", "previous", "like", "dislike", "subscribe", "search", "go:home", "go:subscriptions", "go:library", "go:upload", "go:admin":
		return c.wish(cmd.Do)
	}
	c.do(cmd.Do, strconv.FormatFloat(cmd.By, 'f', -1, 64), cmd.By)
	return true
}

// listens is whether shortcuts are on, here and now.
func (c *Controls) listens(cmd Command, in Where) bool {
	if cmd.Do == "escape" {
		return true
	}
	switch {
	case c.d.Keys == "off":
		return false
	case c.d.Keys == "player", c.place.mode == Mini && !c.place.forced:
		return in.Player
	}
	return true
}

const (
	writing = `input:not([type=range],[type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]:not([contenteditable=false]),dialog[open]`
	pressed = `button,summary,[role=button],[role=switch],[role=tab],[role=option],input[type=checkbox],input[type=radio],a[role=button]`
	widgets = `input[type=range],input[type=radio],[role=slider],[role=tablist],[role=listbox],[role=radiogroup],[role=grid],[role=tree],video[controls]`
)

func (c *Controls) whereIs(target browser.Value) Where {
	if browser.Nil(target) || browser.Nil(target.Get("closest")) {
		return Where{}
	}
	within := func(selector string) bool { return !browser.Nil(target.Call("closest", selector)) }
	return Where{
		Writing: within(writing),
		Menu:    c.menu.page != "" || within("[role=menu]"),
		Button:  within(pressed),
		Widget:  within(widgets),
		Player:  c.host.Call("contains", target).Bool() || c.place.mode == Full,
	}
}

// escape closes one thing: a tooltip or menu, the figures, then full screen, then the theatre.
func (c *Controls) escape() bool {
	switch {
	case c.menu.page != "":
		c.closeMenu(true)
	case c.drag.on:
		c.seekEnd(false)
	case c.hasTip():
		browser.Flag(c.root, "data-notip", true)
		c.hideTip()
	case c.stats.on():
		c.toggleStats()
	case c.place.mode == Full:
		c.toggleFull()
	case c.place.mode == Theatre:
		c.toggleTheatre()
	default:
		return false
	}
	return true
}

// hasTip is whether a tooltip is on the screen (WCAG 1.4.13: Esc takes it away).
func (c *Controls) hasTip() bool {
	if browser.Nil(c.root.Call("getAttribute", "data-notip")) && !browser.Nil(browser.Find(c.root, "[data-tip]:hover,[data-tip]:focus-visible")) {
		return true
	}
	return !c.at(".pl-tip").Get("hidden").Bool()
}
