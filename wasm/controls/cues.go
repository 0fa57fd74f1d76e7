//go:build js

package controls

import (
	"strconv"

	"shoal/wasm/browser"
)

// cues are the captions, drawn by ourselves so that they keep clear of the bar and look as the person likes.
type cues struct {
	language string // on the screen
	track    browser.Value
	off      func()
	native   bool            // the system draws
	tracks   []browser.Value // elements we made
}

func (c *Controls) wireCaptions() {
	// A browser may switch a track on by itself (its own preference): then it is ours to draw.
	tracks := c.video.Get("textTracks")
	c.offs.Add(browser.On(tracks, "change", func(browser.Value) {
		for i := range tracks.Length() {
			if t := tracks.Index(i); t.Get("mode").String() == "showing" && !c.cues.native {
				t.Set("mode", "hidden")
			}
		}
	}), func() { drop(&c.cues.off) })
	// Where the system plays full screen by itself (iPhone), it draws the captions as well.
	for event, mode := range map[string]string{"webkitbeginfullscreen": "showing", "webkitendfullscreen": "hidden"} {
		c.offs.Add(browser.On(c.video, event, func(browser.Value) {
			c.cues.native = mode == "showing"
			if c.cues.language != "" {
				c.cues.track.Set("mode", mode)
			}
		}))
	}
}

// loadCaptions gives the media element the tracks of this video and turns on what the address or the person wants.
func (c *Controls) loadCaptions() {
	drop(&c.cues.off)
	old := c.video.Call("querySelectorAll", "track")
	for i := range old.Length() {
		browser.Remove(old.Index(i))
	}
	c.cues.tracks, c.cues.track, c.cues.language = nil, browser.Value{}, ""
	for _, cap := range c.v.Captions {
		el := browser.Make("track", "kind", "captions", "srclang", cap.Language, "label", cap.Name(c.o.Words), "src", cap.URL)
		browser.Append(c.video, el)
		el.Get("track").Set("mode", "disabled")
		c.cues.tracks = append(c.cues.tracks, el)
	}
	want := c.d.Captions
	if c.s.Subtitle != "" {
		want = c.s.Subtitle
	}
	c.setCaptions(want, false)
}

// setCaptions shows a language, or none; remember keeps the choice on this device.
func (c *Controls) setCaptions(language string, remember bool) {
	drop(&c.cues.off)
	c.cues.language = ""
	said := c.t("captions.said.off")
	for i, cap := range c.v.Captions {
		track := c.cues.tracks[i].Get("track")
		if cap.Language != language {
			track.Set("mode", "disabled")
			continue
		}
		track.Set("mode", "hidden")
		c.cues.language, c.cues.track = language, track
		said = c.t("captions.said.on", "language", cap.Name(c.o.Words))
		browser.SetAttr(c.at(".pl-cues"), "lang", language)
		c.cues.off = browser.On(track, "cuechange", func(browser.Value) { c.drawCues() })
	}
	on := c.cues.language != ""
	cc := c.test("pl-cc")
	browser.SetAttr(cc, "aria-pressed", strconv.FormatBool(on))
	picture := "captions"
	if on {
		picture = "captionsOn"
	}
	browser.SetAttr(browser.Find(cc, "path"), "d", icons[picture])
	c.drawCues()
	if remember {
		c.d.Captions = language
		c.keep()
		c.say(said)
		c.flash(said, "")
	}
}

// toggleCaptions turns captions off, or on in the language that was used last, the page's, or the first.
func (c *Controls) toggleCaptions() {
	if c.cues.language != "" {
		c.d.Last = c.cues.language
		c.setCaptions("", true)
		return
	}
	if len(c.v.Captions) == 0 {
		c.flash(c.t("captions.none"), "")
		c.say(c.t("captions.none"))
		return
	}
	best := c.v.Captions[0].Language
	for _, want := range []string{c.o.Lang, c.d.Last} {
		for _, cap := range c.v.Captions {
			if cap.Language == want {
				best = want
			}
		}
	}
	c.setCaptions(best, true)
}

// drawCues puts the lines of now on the screen.
func (c *Controls) drawCues() {
	box := c.at(".pl-cues")
	box.Set("textContent", "")
	if c.cues.language == "" {
		return
	}
	active := c.cues.track.Get("activeCues")
	if browser.Nil(active) {
		return
	}
	for i := range active.Length() {
		cue := active.Index(i)
		line := browser.Make("p", "dir", "auto")
		span := browser.Make("span")
		browser.Append(span, cue.Call("getCueAsHTML"))
		if align := cue.Get("align").String(); align == "start" || align == "left" || align == "end" || align == "right" {
			browser.SetAttr(line, "data-align", align)
		}
		browser.Append(box, browser.Append(line, span))
	}
}

// styleCaptions brings the looks of the captions, and of the sample in the menu, to what is chosen.
func (c *Controls) styleCaptions() {
	s := c.d.Style
	browser.Style(c.root, "--cue-size", strconv.FormatFloat(float64(s.Size)/100, 'f', 2, 64))
	for i, value := range s.choices() {
		browser.SetAttr(c.root, "data-cue-"+choices[i].name, *value)
	}
	browser.Flag(c.root, "data-cue-top", s.OnTop)
}

func (c *Controls) captionSize(step int) {
	c.d.Style.Size = max(50, min(300, c.d.Style.Size+step*10))
	c.keep()
	c.styleCaptions()
	text := c.t("captions.size", "n", strconv.Itoa(c.d.Style.Size))
	c.flash(text, "")
	c.say(text)
}
