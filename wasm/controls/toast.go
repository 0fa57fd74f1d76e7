//go:build js

package controls

import (
	"time"

	"shoal/wasm/browser"
)

const (
	toastStays = 7 * time.Second
	flashStays = 700 * time.Millisecond
	betweenSay = time.Second            // announcements are at least this far apart
	seekRests  = 300 * time.Millisecond // after the last seek until its result is said
)

// toasting is the message inside the player and the drawing that answers a key.
type toasting struct{ cancel, flash func() }

func (t *toasting) stop() { drop(&t.cancel); drop(&t.flash) }

// drop calls and forgets a function that stops something.
//
//go:noinline
func drop(f *func()) {
	if *f != nil {
		(*f)()
		*f = nil
	}
}

func (c *Controls) wireToast() {
	box := c.test("pl-toast")
	stay := func(browser.Value) { drop(&c.toasting.cancel) }
	c.offs.Add(browser.On(box, "pointerenter", stay), browser.On(box, "focusin", stay),
		browser.On(box, "pointerleave", func(browser.Value) { c.hideToastLater() }),
		browser.On(box, "focusout", func(browser.Value) { c.hideToastLater() }))
}

// toast shows a sentence, with a button when action is not empty.
func (c *Controls) toast(text, action, do string) {
	box := c.test("pl-toast")
	h := &html{}
	h.add(`<span>`, escape(text), `</span>`)
	if action != "" {
		h.add(`<button type="button" class="pl-link" data-do="`, do, `">`, escape(action), `</button>`)
	}
	browser.Flag(box, "hidden", false)
	box.Set("innerHTML", h.String())
	c.hideToastLater()
}

func (c *Controls) hideToastLater() {
	drop(&c.toasting.cancel)
	c.toasting.cancel = browser.After(toastStays, func() { c.toasting.cancel = nil; c.hideToast() })
}

func (c *Controls) hideToast() {
	drop(&c.toasting.cancel)
	box := c.test("pl-toast")
	if box.Call("contains", browser.Document.Get("activeElement")).Bool() {
		c.root.Call("focus", map[string]any{"preventScroll": true})
	}
	browser.Flag(box, "hidden", true)
	box.Set("textContent", "")
}

// flash answers a key or a gesture in the middle of the picture, for the eye only.
func (c *Controls) flash(text, picture string) {
	box := c.at(".pl-flash")
	inner := escape(text)
	if picture != "" {
		inner = icon(picture)
	}
	box.Set("innerHTML", inner)
	browser.Flag(box, "data-on", true)
	drop(&c.toasting.flash)
	c.toasting.flash = browser.After(flashStays, func() { c.toasting.flash = nil; browser.Flag(box, "data-on", false) })
}

// said is the voice for screen readers: polite, and never more than one sentence a second.
type said struct {
	last    time.Time
	waiting string
	cancel  func()
	seek    func()
}

func (s *said) stop() { drop(&s.cancel); drop(&s.seek) }

func (c *Controls) say(text string) {
	if c.d.Quiet || text == "" {
		return
	}
	c.said.waiting = text
	if c.said.cancel == nil {
		c.said.cancel = browser.After(max(0, betweenSay-time.Since(c.said.last)), func() {
			c.said.cancel, c.said.last = nil, time.Now()
			c.test("pl-live").Set("textContent", c.said.waiting)
		})
	}
}

func (c *Controls) saySeek(at float64) {
	drop(&c.said.seek)
	c.said.seek = browser.After(seekRests, func() { c.said.seek = nil; c.say(c.t("seeked", "at", c.spoken(at))) })
}

// spoken is a time in the words of the language, by the browser where it can.
func (c *Controls) spoken(seconds float64) string {
	text := ""
	s := int(max(0, seconds))
	if intl := browser.Window.Get("Intl").Get("DurationFormat"); !browser.Nil(intl) && s > 0 && c.o.Lang != "" {
		_ = browser.Try(func() {
			if browser.Nil(c.session.duration) {
				c.session.duration = intl.New(c.o.Lang, map[string]any{"style": "long"})
			}
			text = c.session.duration.Call("format", map[string]any{"hours": s / 3600, "minutes": s / 60 % 60, "seconds": s % 60}).String()
		})
	}
	if text == "" {
		return Spoken(c.o.Words, seconds)
	}
	return text
}

func pixels(n float64) string { return one(n) + "px" }
