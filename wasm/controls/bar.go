//go:build js

package controls

import (
	"strconv"
	"strings"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

const deviceKey = "shoal.device"

// gesture notes that the person acts: from here on an embed may keep things.
func (c *Controls) gesture() { c.touched = true }

func (c *Controls) mayKeep() bool { return !c.o.Embed || c.touched }

// keep remembers how this person likes to watch on this device.
func (c *Controls) keep() {
	if c.mayKeep() {
		browser.Store(deviceKey, c.d.Encode())
	}
}

// applyDevice brings the player and the surface to what is remembered.
func (c *Controls) applyDevice() {
	if !c.loaded {
		c.play.SetVolume(c.d.Volume)
		if c.d.Muted {
			c.play.SetMuted(true)
		}
		c.play.SetRate(c.d.Rate)
	}
	browser.Flag(c.root, "data-calm", c.d.Calm)
	c.styleCaptions()
	c.wake()
}

// relabel gives a button another drawing and name.
func (c *Controls) relabel(button browser.Value, picture, word string) {
	label := c.t(word)
	if browser.Attr(button, "aria-label") == label && browser.Attr(button, "data-icon") == picture {
		return
	}
	browser.SetAttr(button, "aria-label", label)
	browser.SetAttr(button, "data-tip", label)
	browser.SetAttr(button, "data-icon", picture)
	browser.SetAttr(browser.Find(button, "path"), "d", icons[picture])
}

// phase shows whether it plays, waits, has ended or failed.
func (c *Controls) phase() {
	s := c.state
	picture, word := "play", "play"
	switch {
	case s.Phase == player.Playing, s.Phase == player.Loading && s.Started:
		picture, word = "pause", "pause"
	case s.Phase == player.Ended:
		picture, word = "replay", "replay"
	}
	for _, name := range []string{"pl-play", "pl-touch-play", "pl-mini-play"} {
		c.relabel(c.test(name), picture, word)
	}
	idle := (s.Phase == player.Idle || s.Phase == player.Paused) && !c.played
	browser.Flag(c.test("pl-big"), "hidden", !idle || s.Error != "")
	browser.Flag(c.at(".pl-spin"), "hidden", !s.Stalled || s.Phase == player.Failed)
	browser.Flag(c.root, "data-started", c.played)
	browser.SetAttr(c.root, "data-phase", string(s.Phase))
	c.showNotice()
	c.settle()
	c.wake()
}

// moved shows where playback is; nothing is drawn while the bar is hidden.
func (c *Controls) moved() {
	s := c.state
	c.atStop()
	c.progressMoved()
	if c.wakeful.hidden {
		return
	}
	duration := c.duration()
	at := s.Position
	if c.drag.on {
		at = c.drag.at
	}
	seek := c.test("pl-seek")
	if duration > 0 {
		browser.Style(seek, "--at", strconv.FormatFloat(min(1, at/duration), 'f', 5, 64))
	}
	browser.Style(c.at(".pl-buf"), "background-image", stripes(s.Buffered, duration, "var(--pl-loaded)"))
	browser.Style(c.at(".pl-shared"), "background-image", stripes(s.Shared, duration, "var(--pl-peer)"))
	c.slider(seek, at, duration)
	c.clock(at, duration)
	c.chapterTitle(at)
}

func (c *Controls) duration() float64 {
	if c.state.Duration > 0 {
		return c.state.Duration
	}
	return c.v.Duration
}

// atStop ends playback where the address says, once.
func (c *Controls) atStop() {
	if c.s.Stop > 0 && !c.stopped && c.state.Phase == player.Playing && c.state.Position >= c.s.Stop {
		c.stopped = true
		c.play.Pause()
	}
}

// stripes draws stretches of the video as a gradient with hard stops.
func stripes(spans []player.Span, duration float64, colour string) string {
	if duration <= 0 || len(spans) == 0 {
		return "none"
	}
	var b strings.Builder
	b.WriteString("linear-gradient(to right")
	pc := func(at float64) string {
		return strconv.FormatFloat(max(0, min(100, at/duration*100)), 'f', 2, 64) + "%"
	}
	for _, s := range spans {
		from, to := pc(s.From), pc(s.To)
		b.WriteString(",transparent " + from + "," + colour + " " + from + "," + colour + " " + to + ",transparent " + to)
	}
	b.WriteString(")")
	return b.String()
}

// slider tells the place to those who listen.
func (c *Controls) slider(seek browser.Value, at, duration float64) {
	browser.SetAttr(seek, "aria-valuemax", strconv.Itoa(int(duration)))
	if now := strconv.Itoa(int(at)); browser.Attr(seek, "aria-valuenow") != now || browser.Attr(seek, "aria-valuetext") == "" {
		browser.SetAttr(seek, "aria-valuenow", now)
		browser.SetAttr(seek, "aria-valuetext", c.where(at, duration))
	}
}

func (c *Controls) where(at, duration float64) string {
	word := "seek.value"
	pairs := []string{"at", c.spoken(at), "all", c.spoken(duration)}
	if i := c.v.ChapterAt(at); i >= 0 {
		word, pairs = "seek.chapter", append(pairs, "chapter", c.v.Chapters[i].Title)
	}
	return c.t(word, pairs...)
}

func (c *Controls) clock(at, duration float64) {
	button := c.test("pl-time")
	all := Clock(duration + .5) // lists round it as well
	text := Clock(at) + " / " + all
	if c.d.Remaining {
		text = "−" + Clock(duration-at) + " / " + all
	}
	browser.SetText(button.Get("lastElementChild"), text)
	browser.SetAttr(button, "aria-pressed", strconv.FormatBool(c.d.Remaining))
}

func (c *Controls) chapterTitle(at float64) {
	i := c.v.ChapterAt(at)
	title := c.t("chapters")
	if i >= 0 {
		title = c.v.Chapters[i].Title
	}
	browser.SetText(c.test("pl-chapter").Get("firstElementChild"), title)
	browser.SetAttr(c.test("pl-chapter"), "aria-label", c.t("chapter", "title", title))
}

// levels applies the remembered quality once levels are known, and keeps an open menu true.
func (c *Controls) levels() {
	if !c.quality && c.loaded && len(c.state.Levels) > 0 {
		c.quality = true
		if i := Remembered(c.state.Levels, c.d.Quality); i >= 0 && c.state.Chosen == player.Auto {
			c.play.SetLevel(i)
		}
	}
	if c.menu.page == "main" || c.menu.page == "quality" {
		c.repaint()
	}
}

func (c *Controls) volume() {
	s := c.state
	picture, word := "loud", "mute"
	switch {
	case s.Muted || s.Volume == 0:
		picture, word = "muted", "unmute"
	case s.Volume < .5:
		picture = "quiet"
	}
	c.relabel(c.test("pl-mute"), picture, word)
	shown := percent(s.Volume)
	if s.Muted {
		shown = 0
	}
	vol := c.test("pl-vol")
	vol.Set("value", shown)
	browser.Style(vol, "--at", strconv.Itoa(shown)+"%")
	browser.SetAttr(vol, "aria-valuetext", c.t("percent", "n", strconv.Itoa(shown)))
	browser.Flag(c.test("pl-unmute"), "hidden", !s.MutedAuto)
	if c.touched && !s.MutedAuto {
		c.d.Volume, c.d.Muted = s.Volume, s.Muted
		c.keep()
	}
}

// titles names the player and its links.
func (c *Controls) titles() {
	browser.SetAttr(c.root, "aria-label", c.t("player", "title", c.v.Title))
	title := c.test("pl-title")
	browser.SetText(title, c.v.Title)
	browser.SetAttr(title, "href", c.v.Watch)
	browser.Flag(title, "hidden", c.o.Embed && !c.s.Title)
	browser.SetText(c.test("pl-mini-title"), c.v.Title)
	browser.SetAttr(c.test("pl-mini-title"), "href", c.v.Watch)
	browser.SetAttr(c.test("pl-mini-page"), "href", c.v.Watch)
	browser.Flag(c.at(".pl-chap"), "hidden", len(c.v.Chapters) == 0)
	browser.Flag(c.root, "data-nobar", !c.s.Bar)
	cc := c.test("pl-cc")
	none := len(c.v.Captions) == 0
	browser.Flag(cc, "data-none", none)
	browser.SetAttr(cc, "aria-disabled", strconv.FormatBool(none))
	word := "captions"
	if none {
		word = "captions.none"
	}
	browser.SetAttr(cc, "data-tip", c.t(word))
	browser.SetAttr(cc, "aria-label", c.t(word))
}

// cuts draws the gaps between chapters.
func (c *Controls) cuts() {
	at := c.at(".pl-cuts")
	at.Set("textContent", "")
	for _, p := range c.v.Parts(c.duration())[1:] {
		cut := browser.Make("i")
		browser.Style(cut, "left", strconv.FormatFloat(p.From*100, 'f', 3, 64)+"%")
		browser.Append(at, cut)
	}
}
