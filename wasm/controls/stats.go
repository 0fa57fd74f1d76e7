//go:build js

package controls

import (
	"math"
	"strconv"
	"time"

	"shoal/wasm/browser"
)

// stats is the panel of figures, drawn once a second while it is open.
type stats struct{ cancel func() }

func (s *stats) stop()    { drop(&s.cancel) }
func (s *stats) on() bool { return s.cancel != nil }

func (c *Controls) toggleStats() {
	box := c.test("pl-stats")
	if c.stats.on() {
		back := box.Call("contains", browser.Document.Get("activeElement")).Bool()
		c.stats.stop()
		browser.Flag(box, "hidden", true)
		box.Set("textContent", "")
		if back {
			c.root.Call("focus", map[string]any{"preventScroll": true})
		}
		return
	}
	h := &html{w: c.o.Words}
	h.fill(`<div class="pl-head"><span>{stats}</span>{button pl-stats-copy debug copy stats.copy -}{button pl-stats-close stats close close -}</div><dl>`)
	for _, f := range c.figures() {
		h.add(`<div><dt>`, escape(f.Name), `</dt><dd></dd></div>`)
	}
	h.add(`</dl>`)
	box.Set("innerHTML", h.String())
	browser.Flag(box, "hidden", false)
	c.stats.cancel = browser.Every(time.Second, c.drawStats)
	c.drawStats()
}

func (c *Controls) drawStats() {
	cells := c.test("pl-stats").Call("querySelectorAll", "dd")
	for i, f := range c.figures() {
		browser.SetText(cells.Index(i), f.Value)
	}
}

func (c *Controls) figures() []Figure {
	ratio := browser.Window.Get("devicePixelRatio").Float()
	px := func(name string) string {
		return strconv.Itoa(int(math.Round(c.host.Get(name).Float() * ratio)))
	}
	return c.o.Words.Figures(c.play.State(), c.v, px("clientWidth")+"×"+px("clientHeight"))
}

// debugText is what a report of a problem needs.
func (c *Controls) debugText() string {
	return figuresText(c.figures()) + c.pageURL() + "\n" + navigator().Get("userAgent").String() + "\n"
}

func (c *Controls) pageURL() string {
	return browser.Window.Get("location").Get("origin").String() + c.v.Watch
}

// copyLink copies the address of the video, of this moment of it, or the markup that embeds it.
func (c *Controls) copyLink(what string) {
	switch what {
	case "at":
		c.copy(c.pageURL() + "?start=" + strconv.Itoa(int(c.state.Position)) + "s")
	case "embed":
		origin := browser.Window.Get("location").Get("origin").String()
		c.copy(`<iframe title="` + escape(c.v.Title) + `" width="560" height="315" src="` + escape(origin+c.v.Embed) + `" style="border:0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen sandbox="allow-same-origin allow-scripts allow-popups allow-forms"></iframe>`)
	default:
		c.copy(c.pageURL())
	}
}

func (c *Controls) copy(text string) {
	board := navigator().Get("clipboard")
	if browser.Nil(board) {
		c.toast(c.t("copy.failed"), "", "")
		return
	}
	browser.Then(board.Call("writeText", text), func(browser.Value) { c.toast(c.t("copied"), "", "") }, func(error) { c.toast(c.t("copy.failed"), "", "") })
}

// openSheet shows the list of shortcuts.
func (c *Controls) openSheet() {
	sheet := c.test("pl-sheet")
	if sheet.Get("open").Truthy() {
		return
	}
	sheet.Set("innerHTML", Sheet(c.o.Words, c.d.Keys))
	sheet.Call("showModal")
}
