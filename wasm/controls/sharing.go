package controls

import (
	"strconv"

	"shoal/wasm/sharing"
)

// Chip is how sharing stands in a word or two.
func (w Words) Chip(s sharing.Status) string {
	switch s.State {
	case sharing.Held:
		return w.T("share.held")
	case sharing.Unavailable:
		return w.T("share.only")
	case sharing.Paused:
		switch s.Reason {
		case sharing.BySaver:
			return w.T("share.paused.saver")
		case sharing.ByMobile:
			return w.T("share.paused.mobile")
		}
		return w.T("share.paused")
	case sharing.On:
		if s.Viewers > 0 {
			return w.count("viewer", s.Viewers)
		}
		return w.T("on")
	}
	return w.T("off")
}

// Why is how sharing stands in a sentence.
func (w Words) Why(s sharing.Status) string {
	switch {
	case s.Notice && s.Waits:
		return w.T("ask.waits")
	case s.Notice:
		return w.T("why.held")
	case s.Reason != sharing.NoReason:
		return w.T("why." + string(s.Reason))
	case s.State != sharing.On:
		return w.T("why.off")
	case s.Viewers == 0:
		return w.T("why.alone")
	}
	return w.T("share.with", "viewers", w.count("viewer", s.Viewers))
}

// line is a figure of the panel; key finds its place again.
type line struct{ key, name, value string }

func (w Words) shareLines(s sharing.Status) []line {
	from := w.T("stats.viewers")
	if s.Viewers > 0 {
		from = w.T("share.from", "viewers", w.count("viewer", s.Viewers))
	}
	return []line{
		{"server", w.T("stats.server"), megabytes(s.FromServer)},
		{"viewers", from, megabytes(s.FromViewers)},
		{"sent", w.T("share.sent"), megabytes(s.Sent)},
		{"down", w.T("share.down"), megabits(s.Down)},
		{"up", w.T("share.up"), megabits(s.Up)},
	}
}

func megabits(n int64) string { return one(float64(n)/1e6) + " Mbit/s" }

// SharePanel is the panel behind the chip: the switch, how it stands, the figures.
func (w Words) SharePanel(s sharing.Status, back bool, limits string) string {
	h := &html{w: w}
	h.fill(`<div class="pl-form pl-share" role="dialog" aria-label="{share}"><div class="pl-head">`)
	if back {
		h.fill(`<button type="button" class="pl-btn" data-do="page:main" aria-label="{back}">{icon back}</button>`)
	}
	if s.State == sharing.Unavailable {
		h.fill(`<span>{share}</span></div>`)
	} else {
		h.add(`</div>`)
		h.check("share:switch", "share", s.Wants)
	}
	h.add(`<p class="pl-said" data-f="why"></p><p class="pl-said" data-f="sending"></p>`)
	if s.Notice {
		h.asks(`class="pl-wide" data-do="share:`)
	} else {
		h.add(`<div class="pl-part" aria-hidden="true"><i></i></div><p class="pl-sum" data-f="share"></p><dl>`)
		for _, l := range w.shareLines(s) {
			h.add(`<div><dt data-f="`, l.key, `-name"></dt><dd data-f="`, l.key, `"></dd></div>`)
		}
		h.add(`</dl>`)
	}
	h.fill(`<p class="pl-more"><button type="button" class="pl-link" data-do="share:seen">{ask.more}</button><a class="pl-link" href="`)
	h.add(escape(limits))
	h.fill(`" data-test="pl-limits">{share.limits}</a>`)
	if s.Reason != sharing.ByChannel && s.State != sharing.Unavailable {
		h.fill(`<button type="button" class="pl-link" data-do="share:never">{share.never}</button>`)
	}
	h.add(`</p></div>`)
	return h.String()
}

// asks are the two answers, alike in weight; attr goes up to the name of the command.
func (h *html) asks(attr string) {
	h.add(`<div class="pl-ways pl-even"><button type="button" `, attr, `yes" data-test="pl-share-yes">`, escape(h.w.T("ask.yes")),
		`</button><button type="button" `, attr, `no" data-test="pl-share-no">`, escape(h.w.T("ask.no")), `</button></div>`)
}

// ShareTexts are what the panel says, by the place where it stands.
func (w Words) ShareTexts(s sharing.Status) map[string]string {
	sending := ""
	if s.Sending != sharing.NoReason {
		sending = w.T("send." + string(s.Sending))
	}
	texts := map[string]string{"why": w.Why(s), "sending": sending, "share": w.T("share.part", "n", strconv.Itoa(s.Share()))}
	for _, l := range w.shareLines(s) {
		texts[l.key], texts[l.key+"-name"] = l.value, l.name
	}
	return texts
}

// ShareNotice asks, inside a player that stands alone.
func (w Words) ShareNotice() string {
	h := &html{w: w}
	h.fill(`<h2>{ask.title}</h2><p>{ask.text}</p>`)
	h.asks(`class="pl-wide" data-do="share:`)
	h.fill(`<button type="button" class="pl-link" data-do="share:seen">{ask.more}</button>`)
	return h.String()
}

// Seen tells what others can see. Viewers is how many are met at most.
func (w Words) Seen(viewers int, limits string) string {
	h := &html{w: w}
	h.fill(`<form method="dialog"><div class="pl-head"><h2 id="pl-seen-title">{ask.more}</h2><button class="pl-btn" aria-label="{close}">{icon close}</button></div><div class="pl-facts">` +
		`<h3>{seen.can}</h3><ul><li>{seen.address}</li><li>{seen.pieces}</li></ul>` +
		`<h3>{seen.cannot}</h3><ul><li>{seen.person}</li><li>{seen.history}</li></ul>` +
		`<h3>{seen.who}</h3><p>`)
	h.add(escape(w.T("seen.who.text", "n", strconv.Itoa(viewers))))
	h.fill(`</p><h3>{seen.stops}</h3><p>{seen.stops.text}</p><h3>{seen.out}</h3><p>{seen.out.text}</p>` +
		`<h3>{seen.yours}</h3><p class="pl-yours"><bdi data-test="pl-address">•••.•••.•••.•••</bdi><button type="button" class="pl-wide" data-do="share:address">{seen.show}</button></p>` +
		`<p><a class="pl-link" href="`)
	h.add(escape(limits))
	h.fill(`">{share.limits}</a></p></div></form>`)
	return h.String()
}
