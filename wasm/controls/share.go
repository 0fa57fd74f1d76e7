//go:build js

package controls

import (
	"strconv"

	"shoal/wasm/browser"
	"shoal/wasm/sharing"
)

// mostMet is how many viewers a player meets at once, as the sheet tells before the server was asked.
const mostMet = 10

// share is the face of the keeper.
type share struct {
	shape string // of the open panel
	told  sharing.State
}

func (c *Controls) wireShare() {
	if c.o.Sharing == nil {
		return
	}
	chip := c.test("pl-p2p")
	chip.Set("innerHTML", meter()+`<span></span>`)
	browser.Flag(chip, "hidden", false)
	if c.o.Embed {
		c.test("pl-ask").Set("innerHTML", c.o.Words.ShareNotice())
	}
	c.offs.Add(c.o.Sharing.Listen(c.shared))
}

// shared brings chip, panel and notice up to date.
func (c *Controls) shared() {
	s := c.o.Sharing.Status()
	chip := c.test("pl-p2p")
	word := c.o.Words.Chip(s)
	browser.SetText(chip.Get("lastElementChild"), word)
	label := c.t("share.label", "state", word)
	browser.SetAttr(chip, "aria-label", label)
	browser.SetAttr(chip, "data-tip", label)
	browser.SetAttr(chip, "data-n", strconv.Itoa(min(s.Viewers, len(school))))
	browser.SetAttr(c.host, "data-p2p", string(s.State))
	for name, n := range map[string]int64{"peers": int64(s.Viewers), "rx-peers": s.FromViewers, "rx-server": s.FromServer, "tx": s.Sent, "refused": int64(s.Refused)} {
		browser.SetAttr(c.host, "data-"+name, strconv.FormatInt(n, 10))
	}
	browser.Flag(c.test("pl-ask"), "hidden", !s.Notice || !c.o.Embed)
	page := browser.Document.Get("documentElement")
	if s.Notice && !c.o.Embed {
		browser.SetAttr(page, "data-sharing", "ask")
	} else {
		browser.DelAttr(page, "data-sharing")
	}
	if c.share.told == sharing.On && s.State == sharing.Unavailable {
		c.toast(c.o.Words.Why(s), "", "")
	}
	c.share.told = s.State
	if c.menu.page == "sharing" {
		c.drawShare(s)
	}
}

// openShare draws the panel into the popup.
func (c *Controls) openShare(back bool) {
	s := c.o.Sharing.Status()
	pop := c.pop()
	c.share.shape = shape(s)
	pop.Set("innerHTML", c.o.Words.SharePanel(s, back, c.limits()))
	if c.o.Embed {
		a := browser.Find(pop, "a")
		browser.SetAttr(a, "target", "_blank")
	}
	c.drawShare(s)
	if first := browser.Find(pop, "input,button,a"); !browser.Nil(first) {
		first.Call("focus", map[string]any{"preventScroll": true})
	}
}

// drawShare writes the figures; the panel is made anew only when other parts are needed.
func (c *Controls) drawShare(s sharing.Status) {
	pop := c.pop()
	if c.share.shape != shape(s) {
		c.openShare(!browser.Nil(browser.Find(pop, `[data-do="page:main"]`)))
		return
	}
	for key, text := range c.o.Words.ShareTexts(s) {
		if el := browser.Find(pop, `[data-f="`+key+`"]`); !browser.Nil(el) {
			browser.SetText(el, text)
		}
	}
	if bar := browser.Find(pop, ".pl-part i"); !browser.Nil(bar) {
		browser.Style(bar, "inline-size", strconv.Itoa(s.Share())+"%")
	}
}

// limits is where more is chosen.
func (c *Controls) limits() string {
	if c.o.Guest {
		return "/settings"
	}
	return "/my-account/privacy-p2p"
}

// shareDo is what chip, panel, notice and sheet ask for.
func (c *Controls) shareDo(what string) {
	k := c.o.Sharing
	if k == nil {
		return
	}
	switch what {
	case "":
		c.toggleMenu("sharing", c.test("pl-p2p"))
	case "yes", "no":
		k.Answer(what == "yes")
		c.closeMenu(true)
		c.sayShare()
	case "switch":
		k.Switch(!k.Status().Wants)
		c.say(c.o.Words.Why(k.Status()))
	case "never":
		k.Never(k.Status().Reason != sharing.ByChannel)
	case "seen":
		c.closeMenu(false)
		c.OpenSeen()
	case "address":
		c.showAddress()
	}
}

// turnShare is the key: it switches and says which way.
func (c *Controls) turnShare() bool {
	k := c.o.Sharing
	if k == nil {
		return false
	}
	if k.Status().State == sharing.Unavailable && k.Status().Reason != sharing.ByPlatform {
		c.toast(c.o.Words.Why(k.Status()), "", "")
		return true
	}
	k.Switch(!k.Status().Wants)
	c.sayShare()
	return true
}

func (c *Controls) sayShare() {
	s := c.o.Sharing.Status()
	word := "share.said.off"
	switch {
	case s.State == sharing.On:
		word = "share.said.on"
	case s.Wants:
		c.toast(c.o.Words.Why(s), "", "")
		return
	}
	c.toast(c.t(word), "", "")
}

// OpenSeen shows what others can see.
func (c *Controls) OpenSeen() {
	sheet := c.test("pl-seen")
	if sheet.Get("open").Truthy() {
		return
	}
	sheet.Set("innerHTML", c.o.Words.Seen(mostMet, c.limits()))
	if c.o.Embed {
		browser.SetAttr(browser.Find(sheet, "a"), "target", "_blank")
	}
	sheet.Call("showModal")
}

// showAddress asks the server how it sees this device; only a press on the mask does so.
func (c *Controls) showAddress() {
	sheet := c.test("pl-seen")
	show := func(text string) {
		browser.SetText(browser.Find(sheet, "bdi"), text)
		browser.Remove(browser.Find(sheet, `[data-do="share:address"]`))
	}
	if c.o.Address == nil {
		return
	}
	c.o.Address(c.v.UUID, func(address string) {
		if address == "" {
			address = c.t("seen.unknown")
		}
		show(address)
	})
}

// shape is what of a status the panel's elements depend on; while it stays, only texts change.
func shape(s sharing.Status) string {
	return string(s.State) + string(s.Reason) + mark(s.Notice, "?") + mark(s.Wants, "+")
}

// fish is a lens-shaped fish around 0,0 that looks right, 22 units long; school is where seven of them make the sign of the platform.
const fish = "M11 0C7.5-5.2 1-7-4.6-3.4L-10.4-6.4c-.9-.5-1.8.5-1.3 1.4L-9 0l-2.7 5c-.5.9.4 1.9 1.3 1.4L-4.6 3.4C1 7 7.5 5.2 11 0Z"

var school = [...]string{"51.5 32", "32 20", "32 44", "12 24.3", "12 39.7", "12 9", "12 55"}

// meter is the school: as many fish are lit as there are viewers, up to seven.
func meter() string {
	h := &html{}
	h.add(`<svg class="pl-school" viewBox="0 0 64 64" aria-hidden="true" focusable="false">`)
	for _, at := range school {
		h.add(`<path transform="translate(`, at, `)" d="`, fish, `"/>`)
	}
	h.add(`<path class="pl-slash" d="M6 3l55 55-4 4L2 7z"/></svg>`)
	return h.String()
}
