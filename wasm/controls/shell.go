package controls

import "strings"

// html builds text that is set as markup once; everything that is not its own goes through escape.
type html struct {
	strings.Builder
	w Words
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

func escape(s string) string { return escaper.Replace(s) }

func (h *html) add(parts ...string) {
	for _, p := range parts {
		h.WriteString(p)
	}
}

func icon(name string) string {
	return `<svg viewBox="0 0 256 256" aria-hidden="true" focusable="false"><path d="` + icons[name] + `"/></svg>`
}

// button is an icon with a name. do is the Command it sends; keys are its shortcuts for aria-keyshortcuts.
func (h *html) button(test, do, picture, word, keys string, more ...string) {
	label := escape(h.w.T(word))
	h.add(`<button type="button" class="pl-btn" data-test="`, test, `" data-do="`, do, `" aria-label="`, label, `" data-tip="`, label, `"`)
	if keys != "" {
		h.add(` aria-keyshortcuts="`, keys, `"`)
	}
	for _, m := range more {
		h.add(" ", m)
	}
	h.add(">", icon(picture), "</button>")
}

// Shell is the markup of the player's surface, in the order in which it is reached by Tab.
func Shell(w Words) string {
	h := &html{w: w}
	h.add(`<div class="pl-veil"></div><div class="pl-cues"></div>`,
		`<div class="pl-top"><a class="pl-title" data-test="pl-title" target="_blank" rel="noopener"></a></div>`,
		`<div class="pl-spin" hidden><span class="pl-sr">`, escape(w.T("buffering")), `</span></div>`)
	h.big()
	h.add(`<div class="pl-flash" aria-hidden="true"></div>`)
	h.add(`<div class="pl-over" data-test="pl-overlay" hidden></div>`)
	h.add(`<div class="pl-toast" role="status" data-test="pl-toast" hidden></div>`)
	h.add(`<div class="pl-bar" role="group" aria-label="`, escape(w.T("controls")), `">`)
	h.seek()
	h.add(`<div class="pl-row">`)
	h.left()
	h.add(`<span class="pl-space"></span>`)
	h.right()
	h.add(`</div></div>`)
	h.mini()
	h.add(`<div class="pl-stats" role="region" data-test="pl-stats" aria-label="`, escape(w.T("stats")), `" tabindex="-1" hidden></div>`,
		`<div class="pl-pop pl-context" role="menu" data-test="pl-context" aria-label="`, escape(w.T("menu.context")), `" hidden></div>`,
		`<dialog class="pl-sheet" data-test="pl-sheet" aria-labelledby="pl-sheet-title"></dialog>`,
		`<div class="pl-sr" aria-live="polite" data-test="pl-live"></div>`)
	return h.String()
}

func (h *html) big() {
	h.add(`<button type="button" class="pl-big" data-test="pl-big" data-do="play" aria-label="`, escape(h.w.T("play")), `" hidden>`, icon("play"), `</button>`,
		`<button type="button" class="pl-pill" data-test="pl-unmute" data-do="unmute" hidden>`, icon("muted"), escape(h.w.T("unmute.pill")), `</button>`)
	h.add(`<div class="pl-touch">`)
	h.button("pl-touch-back", "seek:-10", "replay", "back10", "", `data-ten`)
	h.button("pl-touch-play", "play", "play", "play", "")
	h.button("pl-touch-fwd", "seek:10", "forward", "forward10", "", `data-ten`)
	h.add(`</div>`)
}

func (h *html) seek() {
	h.add(`<div class="pl-seek" role="slider" tabindex="0" data-test="pl-seek" aria-label="`, escape(h.w.T("seek")),
		`" aria-valuemin="0" aria-valuemax="0" aria-valuenow="0" aria-orientation="horizontal">`,
		`<div class="pl-rail"><div class="pl-buf"></div><div class="pl-hover"></div><div class="pl-done"></div><div class="pl-cuts"></div></div><div class="pl-knob"></div>`,
		`<div class="pl-tip" aria-hidden="true" hidden><div class="pl-frame" hidden></div><div class="pl-tip-chapter"></div><div class="pl-tip-time"></div></div></div>`)
}

func (h *html) left() {
	h.button("pl-play", "play", "play", "play", "k")
	h.button("pl-prev", "previous", "previous", "previous", "Shift+P", "hidden")
	h.button("pl-next", "next", "next", "next", "Shift+N", "hidden")
	h.button("pl-back", "seek:-10", "replay", "back10", "j", "data-ten")
	h.button("pl-fwd", "seek:10", "forward", "forward10", "l", "data-ten")
	h.add(`<span class="pl-sound">`)
	h.button("pl-mute", "mute", "loud", "mute", "m")
	h.add(`<input class="pl-vol" type="range" min="0" max="100" step="5" value="100" data-test="pl-vol" data-in="volume" aria-label="`, escape(h.w.T("volume")), `"></span>`)
	h.add(`<button type="button" class="pl-btn pl-time" data-test="pl-time" data-do="remaining"><bdi>0:00 / 0:00</bdi></button>`)
	h.add(`<span class="pl-has pl-chap" hidden><button type="button" class="pl-btn pl-chapter" data-test="pl-chapter" data-do="menu:chapters" aria-haspopup="menu" aria-expanded="false"><span></span>`, icon("more"), `</button></span>`)
}

func (h *html) right() {
	h.add(`<button type="button" class="pl-btn pl-p2p" data-test="pl-p2p" data-do="p2p" aria-expanded="false" hidden></button>`)
	h.button("pl-cc", "captions", "captions", "captions", "c", `aria-pressed="false"`)
	h.add(`<span class="pl-has">`)
	h.button("pl-menu", "menu:main", "settings", "settings", "q", `aria-haspopup="menu"`, `aria-expanded="false"`)
	h.add(`<div class="pl-pop" data-test="pl-pop" hidden></div></span>`)
	h.button("pl-mini", "mini", "mini", "mini", "i")
	h.button("pl-pip", "pip", "pip", "pip", "Shift+I")
	h.button("pl-theatre", "theatre", "theatre", "theatre", "t", `aria-pressed="false"`)
	h.button("pl-full", "full", "full", "full", "f")
}

func (h *html) mini() {
	h.add(`<div class="pl-minibar"><a class="pl-mini-title" data-test="pl-mini-title"></a>`)
	h.button("pl-mini-play", "play", "play", "play", "")
	h.add(`<a class="pl-btn" data-test="pl-mini-page" data-tip="`, escape(h.w.T("page.back")), `" aria-label="`, escape(h.w.T("page.back")), `">`, icon("restore"), `</a>`)
	h.button("pl-mini-close", "close", "close", "mini.close", "")
	h.add(`</div>`)
}

// Sheet is the list of shortcuts with its off switch.
func Sheet(w Words, keys string) string {
	h := &html{w: w}
	h.add(`<form method="dialog"><header><h2 id="pl-sheet-title">`, escape(w.T("sheet")), `</h2>`)
	h.add(`<button class="pl-btn" aria-label="`, escape(w.T("close")), `">`, icon("close"), `</button></header>`)
	h.check("keys:off", "access.keys", keys != "off")
	h.check("keys:player", "access.keys.player", keys == "player")
	h.add(`<dl>`)
	for _, s := range sheet {
		h.add(`<div><dt dir="ltr">`)
		for key := range strings.SplitSeq(s.keys, " ") {
			h.add(`<kbd>`, escape(key), `</kbd> `)
		}
		h.add(`</dt><dd>`, escape(w.T(s.word)), `</dd></div>`)
	}
	h.add(`</dl></form>`)
	return h.String()
}

func (h *html) check(do, word string, on bool) {
	h.add(`<label class="pl-switch"><input type="checkbox" role="switch" data-in="`, do, `"`)
	if on {
		h.add(" checked")
	}
	h.add(`><span>`, escape(h.w.T(word)), `</span></label>`)
}
