//go:build js

package controls

import (
	"shoal/wasm/browser"
)

// menu is the one popup of the player: it moves behind the button that opens it.
type menu struct {
	page       string // empty when closed
	opener     browser.Value
	justClosed bool // by the press that is going on
	native     bool // the right-click menu was open when this press began: the browser's own is wanted
}

func (c *Controls) wireMenu() {
	outside := func(e browser.Value) {
		c.menu.justClosed, c.menu.native = false, c.menu.page == "context"
		if c.menu.page == "" || c.pop().Call("contains", e.Get("target")).Bool() {
			return
		}
		if o := c.menu.opener; !browser.Nil(o) && o.Call("contains", e.Get("target")).Bool() {
			return
		}
		c.closeMenu(false)
		c.menu.justClosed = true
	}
	for _, pop := range []browser.Value{c.test("pl-pop"), c.test("pl-context")} {
		c.offs.Add(browser.On(pop, "keydown", c.menuKey))
	}
	c.offs.Add(
		browser.OnCapture(browser.Document, "pointerdown", outside),
		browser.On(c.root, "focusout", func(e browser.Value) {
			to := e.Get("relatedTarget")
			if c.menu.page != "" && !browser.Nil(to) && c.pop().Call("contains", e.Get("target")).Bool() && !c.pop().Call("contains", to).Bool() {
				c.closeMenu(false)
			}
		}),
	)
}

// pop is the element that the present page is in.
func (c *Controls) pop() browser.Value {
	if c.menu.page == "context" {
		return c.test("pl-context")
	}
	return c.test("pl-pop")
}

func (c *Controls) view() View {
	sharing := ""
	if c.o.Sharing != nil {
		sharing = c.o.Words.Chip(c.o.Sharing.Status())
	}
	return View{Sharing: sharing, Words: c.o.Words, State: c.play.State(), Video: c.v, Device: c.d, Captions: c.cues.language, Loop: c.loop, Long: c.long, Beyond: c.beyond, Narrow: c.root.Get("clientWidth").Int() < 560, Can: c.abilities()}
}

func (c *Controls) toggleMenu(page string, opener browser.Value) {
	if c.menu.page != "" {
		c.closeMenu(true)
		return
	}
	c.openMenu(page, opener)
}

// openMenu shows a page behind opener and moves the focus into it.
func (c *Controls) openMenu(page string, opener browser.Value) {
	c.closeMenu(false)
	c.hideTip()
	c.wake()
	pop := c.test("pl-pop")
	c.menu.opener = opener
	browser.Append(opener.Get("parentNode"), pop)
	browser.SetAttr(opener, "aria-expanded", "true")
	browser.Flag(c.root, "data-open", true)
	browser.Flag(pop, "hidden", false)
	c.drawer(pop, true)
	c.turn(page)
}

// drawer lets the popup out of a small player, at the bottom of the screen, where fingers are.
func (c *Controls) drawer(pop browser.Value, open bool) {
	if browser.Nil(pop.Get("showPopover")) {
		return
	}
	if !open {
		if !browser.Nil(pop.Call("getAttribute", "popover")) {
			_ = browser.Try(func() { pop.Call("hidePopover") })
			browser.DelAttr(pop, "popover")
		}
		return
	}
	coarse := browser.Window.Call("matchMedia", "(pointer: coarse)").Get("matches").Bool()
	if c.root.Get("clientHeight").Int() < 340 || coarse && c.root.Get("clientWidth").Int() < 640 {
		browser.SetAttr(pop, "popover", "manual")
		_ = browser.Try(func() { pop.Call("showPopover") })
	}
}

// turn shows another page of the open menu.
func (c *Controls) turn(page string) {
	from := c.menu.page
	c.menu.page = page
	pop := c.pop()
	v := c.view()
	if page == "sharing" {
		c.openShare(from == "main")
		return
	}
	if page == "style" {
		pop.Set("innerHTML", v.StyleForm())
		c.fillRanges(pop)
		c.styleCaptions()
		browser.Find(pop, "input").Call("focus")
		return
	}
	pop.Set("innerHTML", v.Markup(v.Page(page)))
	c.fillRanges(pop)
	var focus browser.Value
	if v.Page(from).Back == page || from == "style" || from == "sharing" {
		focus = browser.Find(pop, `[data-do="`+either(from == "style", from, "page:"+from)+`"]`)
	}
	if browser.Nil(focus) {
		focus = browser.Find(pop, `[aria-checked=true][role=menuitemradio]`)
	}
	if browser.Nil(focus) {
		focus = browser.Find(pop, `[role^=menuitem]`)
	}
	if !browser.Nil(focus) {
		focus.Call("focus", map[string]any{"preventScroll": true})
		focus.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}

// fillRanges draws the part of each slider that lies before its thumb.
func (c *Controls) fillRanges(within browser.Value) {
	if r := browser.Find(within, "input[type=range]"); !browser.Nil(r) {
		fillRange(r)
	}
}

func fillRange(r browser.Value) {
	low, _ := number(browser.Attr(r, "min"))
	high, _ := number(browser.Attr(r, "max"))
	browser.Style(r, "--at", one((r.Get("valueAsNumber").Float()-low)/(high-low)*100)+"%")
}

// repaint brings an open page up to date without moving the focus.
func (c *Controls) repaint() {
	switch c.menu.page {
	case "", "style", "speed", "sharing":
		return
	}
	pop, v := c.pop(), c.view()
	active := browser.Document.Get("activeElement")
	do := ""
	if !browser.Nil(active) && pop.Call("contains", active).Bool() {
		do = browser.Attr(active, "data-do")
	}
	pop.Set("innerHTML", v.Markup(v.Page(c.menu.page)))
	if do == "" {
		return
	}
	if again := browser.Find(pop, `[data-do="`+do+`"]`); !browser.Nil(again) {
		again.Call("focus", map[string]any{"preventScroll": true})
	}
}

// closeMenu hides what is open; back returns the focus to the opener.
func (c *Controls) closeMenu(back bool) {
	if c.menu.page == "" {
		return
	}
	pop, opener := c.pop(), c.menu.opener
	c.menu.page = ""
	c.drawer(pop, false)
	browser.Flag(pop, "hidden", true)
	browser.Flag(c.root, "data-open", false)
	if browser.Attr(opener, "aria-expanded") != "" {
		browser.SetAttr(opener, "aria-expanded", "false")
	}
	if back {
		opener.Call("focus", map[string]any{"preventScroll": true})
	}
	pop.Set("textContent", "")
	c.wake()
}

// menuKey is the keyboard of menus (ARIA Authoring Practices, menu button).
func (c *Controls) menuKey(e browser.Value) {
	key, target := e.Get("key").String(), e.Get("target")
	if key == "Escape" {
		e.Call("preventDefault")
		e.Call("stopPropagation")
		c.closeMenu(true)
		return
	}
	isItem := !browser.Nil(target.Call("closest", "[role^=menuitem]"))
	if !isItem || e.Get("ctrlKey").Bool() || e.Get("altKey").Bool() || e.Get("metaKey").Bool() {
		return
	}
	if !c.menuMove(key, target) {
		return
	}
	e.Call("preventDefault")
	e.Call("stopPropagation")
}

func (c *Controls) menuMove(key string, target browser.Value) bool {
	pop := c.pop()
	items := pop.Call("querySelectorAll", "[role^=menuitem]")
	n, at := items.Length(), 0
	for i := range n {
		if items.Index(i).Equal(target) {
			at = i
		}
	}
	if browser.Attr(pop, "dir") == "rtl" { // forward is where the writing goes
		key = either(key == "ArrowLeft", "ArrowRight", either(key == "ArrowRight", "ArrowLeft", key))
	}
	switch key {
	case "ArrowDown":
		at = (at + 1) % n
	case "ArrowUp":
		at = (at + n - 1) % n
	case "Home", "PageUp":
		at = 0
	case "End", "PageDown":
		at = n - 1
	case "ArrowRight":
		if browser.Attr(target, "aria-haspopup") != "" {
			target.Call("click")
		}
		return true
	case "ArrowLeft":
		c.menuBack()
		return true
	default:
		return len(key) == 1 && key != " " && c.menuLetter(items, at, key)
	}
	items.Index(at).Call("focus")
	return true
}

func (c *Controls) menuBack() {
	switch back := c.view().Page(c.menu.page).Back; {
	case back != "":
		c.turn(back)
	case c.menu.page != "context":
		c.closeMenu(true)
	}
}

// menuLetter moves to the next item that begins with a letter.
func (c *Controls) menuLetter(items browser.Value, at int, letter string) bool {
	n := items.Length()
	for i := 1; i <= n; i++ {
		it := items.Index((at + i) % n)
		word := browser.Find(it, ".pl-word").Get("textContent").String()
		if word != "" && lower(word[:1]) == lower(letter) {
			it.Call("focus")
			break
		}
	}
	return true
}

// contextMenu is ours the first time and the browser's own when asked again.
func (c *Controls) contextMenu(e browser.Value) {
	t := e.Get("target")
	if c.touch.finger && (c.touch.down || c.touch.slow != 0) {
		e.Call("preventDefault") // a finger that rests
		return
	}
	if c.menu.native || c.place.mode == Mini || !browser.Nil(t.Call("closest", ".pl-pop,.pl-over,.pl-stats,input,a,dialog")) {
		c.closeMenu(false)
		return
	}
	e.Call("preventDefault")
	if !browser.Nil(t.Call("closest", `[data-test="pl-cc"]`)) {
		if len(c.v.Captions) > 0 {
			c.openMenu("captions", c.test("pl-cc"))
		}
		return
	}
	c.closeMenu(false)
	c.touchEnd()
	c.menu.page, c.menu.opener = "context", c.root
	pop, v := c.test("pl-context"), c.view()
	pop.Set("innerHTML", v.Markup(v.Page("context")))
	browser.Flag(pop, "hidden", false)
	browser.Flag(c.root, "data-open", true)
	r := c.root.Call("getBoundingClientRect")
	at := func(pointer, start, size string, of browser.Value) {
		x := e.Get(pointer).Float() - r.Get(start).Float()
		room := r.Get(size).Float() - of.Call("getBoundingClientRect").Get(size).Float()
		browser.Style(pop, start, pixels(max(4, min(x, room-4))))
	}
	at("clientX", "left", "width", pop)
	at("clientY", "top", "height", pop)
	browser.Find(pop, "[role^=menuitem]").Call("focus", map[string]any{"preventScroll": true})
}
