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
		h.slider("rate", v.Words.T("speed.other"), MinRate, MaxRate, .05, v.State.Rate, v.Words.T("speed.value", "n", rateText(v.State.Rate)))
	}
	return h.String()
}

func (h *html) items(items []Item) {
	for _, it := range items {
		h.add(`<button type="button" tabindex="-1" class="pl-item" data-do="`, escape(it.Do), `" role="`, it.role(), `"`)
		if it.Role == Radio || it.Role == Check {
			h.add(` aria-checked="`, strconv.FormatBool(it.On), `"`)
		}
		if it.Role == Open {
			h.add(` aria-haspopup="menu"`)
		}
		h.add(`><span class="pl-mark">`)
		switch {
		case it.Role == Radio && it.On:
			h.add(icon("check"))
		case it.Icon != "":
			h.add(icon(it.Icon))
		}
		h.add(`</span><span class="pl-word">`, escape(it.Label), `</span>`)
		if it.Note != "" {
			h.add(`<span class="pl-note">`, escape(it.Note), `</span>`)
		}
		h.add(it.tail(), `</button>`)
	}
}

func (it Item) role() string {
	switch it.Role {
	case Radio:
		return "menuitemradio"
	case Check:
		return "menuitemcheckbox"
	}
	return "menuitem"
}

func (it Item) tail() string {
	switch it.Role {
	case Open:
		return icon("more")
	case Check:
		return `<span class="pl-toggle" aria-hidden="true"></span>`
	}
	return ""
}

func (h *html) slider(in, label string, low, high, step, now float64, text string) {
	n := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	h.add(`<div class="pl-extra"><label><span>`, escape(label), `</span><output>`, escape(text), `</output><input type="range" data-in="`, in,
		`" min="`, n(low), `" max="`, n(high), `" step="`, n(step), `" value="`, n(now), `" aria-valuetext="`, escape(text), `"></label></div>`)
}

// StyleForm is the panel that shapes captions.
func (v View) StyleForm() string {
	w, s := v.Words, v.Device.Style
	h := &html{w: w}
	h.add(`<div class="pl-form" role="dialog" aria-label="`, escape(w.T("style.title")), `"><header><button type="button" class="pl-btn" data-do="page:captions" aria-label="`, escape(w.T("back")), `">`, icon("back"), `</button><span>`, escape(w.T("style.title")), `</span></header>`)
	size := strconv.Itoa(s.Size)
	h.slider("size", w.T("style.size"), 50, 300, 10, float64(s.Size), size+" %")
	h.choose("font", w.T("style.font"), s.Font, Fonts, func(c string) string { return w.T("font." + c) })
	h.choose("colour", w.T("style.colour"), s.Colour, Colours, func(c string) string { return w.T("colour." + c) })
	h.choose("ground", w.T("style.ground"), s.Ground, Grounds, func(c string) string { return c + " %" })
	h.choose("edge", w.T("style.edge"), s.Edge, Edges, func(c string) string { return w.T("edge." + c) })
	place := "bottom"
	if s.OnTop {
		place = "top"
	}
	h.choose("place", w.T("style.place"), place, []string{"bottom", "top"}, func(c string) string { return w.T("place." + c) })
	h.add(`<p class="pl-sample"><span>`, escape(w.T("style.sample")), `</span></p><button type="button" class="pl-wide" data-do="styleReset">`, escape(w.T("style.reset")), `</button></div>`)
	return h.String()
}

func (h *html) choose(in, label, now string, among []string, word func(string) string) {
	h.add(`<label class="pl-choose"><span>`, escape(label), `</span><select data-in="`, in, `">`)
	for _, c := range among {
		h.add(`<option value="`, c, `"`)
		if c == now {
			h.add(" selected")
		}
		h.add(`>`, escape(word(c)), `</option>`)
	}
	h.add(`</select></label>`)
}
