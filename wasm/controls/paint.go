package controls

import "strconv"

// Markup is a page of a menu as markup: a menu, and what cannot stand in a menu behind it.
func (v View) Markup(p Page) string {
	h := &html{w: v.Words}
	if p.Name == "context" {
		h.items(p.Items)
		return h.String()
	}
	h.add(`<div class="pl-menu" role="menu" aria-label="`, escape(p.Title), `">`)
	if p.Back != "" {
		h.add(`<button type="button" role="menuitem" tabindex="-1" class="pl-item pl-return" data-do="page:`, p.Back, `"><span class="pl-mark">`, icon("back"), `</span><span class="pl-word">`, escape(p.Title), `</span></button>`)
	}
	h.items(p.Items)
	h.add(`</div>`)
	if p.Name == "speed" {
		h.slider("rate", v.Words.T("speed.other"), `min="0.25" max="3" step="0.05`, v.State.Rate, v.Words.T("speed.value", "n", rateText(v.State.Rate)))
	}
	return h.String()
}

var roles = [...]string{Act: `menuitem"`, Open: `menuitem" aria-haspopup="menu"`, Radio: `menuitemradio" aria-checked="`, Check: `menuitemcheckbox" aria-checked="`}

func (h *html) items(items []Item) {
	for _, it := range items {
		h.add(`<button type="button" tabindex="-1" class="pl-item" data-do="`, escape(it.Do), `" role="`, roles[it.Role])
		picture, tail := it.Icon, ""
		switch it.Role {
		case Radio:
			h.add(strconv.FormatBool(it.On), `"`)
			picture = mark(it.On, "check")
		case Check:
			h.add(strconv.FormatBool(it.On), `"`)
			tail = `<span class="pl-toggle" aria-hidden="true"></span>`
		case Open:
			tail = icon("more")
		}
		if picture != "" {
			picture = icon(picture)
		}
		h.add(`><span class="pl-mark">`, picture, `</span><span class="pl-word">`, escape(it.Label), `</span>`)
		if it.Note != "" {
			h.add(`<span class="pl-note">`, escape(it.Note), `</span>`)
		}
		h.add(tail, `</button>`)
	}
}

// slider is a range with its value in words; bounds are its attributes up to the last quote.
func (h *html) slider(in, label, bounds string, now float64, text string) {
	text = escape(text)
	h.add(`<div class="pl-extra"><label><span>`, escape(label), `</span><output>`, text, `</output><input type="range" data-in="`, in,
		`" `, bounds, `" value="`, strconv.FormatFloat(now, 'f', -1, 64), `" aria-valuetext="`, text, `"></label></div>`)
}

// StyleForm is the panel that shapes captions.
func (v View) StyleForm() string {
	w, s := v.Words, v.Device.Style
	h := &html{w: w}
	h.fill(`<div class="pl-form" role="dialog" aria-label="{style.title}"><div class="pl-head"><button type="button" class="pl-btn" data-do="page:captions" aria-label="{back}">{icon back}</button><span>{style.title}</span></div>`)
	h.slider("size", w.T("style.size"), `min="50" max="300" step="10`, float64(s.Size), strconv.Itoa(s.Size)+" %")
	place := "bottom"
	if s.OnTop {
		place = "top"
	}
	h.choose("font", s.Font, Fonts)
	h.choose("colour", s.Colour, Colours)
	h.choose("ground", s.Ground, Grounds)
	h.choose("edge", s.Edge, Edges)
	h.choose("place", place, ends)
	h.fill(`<p class="pl-sample"><span>{style.sample}</span></p><button type="button" class="pl-wide" data-do="styleReset">{style.reset}</button></div>`)
	return h.String()
}

var ends = []string{"bottom", "top"}

// choose is a list; its label is the word style.in, and its options in.value, except where they are percentages.
func (h *html) choose(in, now string, among []string) {
	h.add(`<label class="pl-choose"><span>`, escape(h.w.T("style."+in)), `</span><select data-in="`, in, `">`)
	for _, c := range among {
		label := c + " %"
		if in != "ground" {
			label = h.w.T(in + "." + c)
		}
		h.add(`<option value="`, c, `"`, mark(c == now, " selected"), `>`, escape(label), `</option>`)
	}
	h.add(`</select></label>`)
}
