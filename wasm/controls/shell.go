package controls

import "strings"

// html builds text that is set as markup once; everything that is not its own goes through escape.
type html struct {
	b []byte
	w Words
}

func (h *html) String() string { return string(h.b) }

// Inlined everywhere, this and its neighbours would add 20 kB to the program.
//
//go:noinline
func (h *html) add(parts ...string) {
	for _, p := range parts {
		h.b = append(h.b, p...)
	}
}

//go:noinline
func escape(s string) string {
	var b []byte
	for i := range len(s) {
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

//go:noinline
func icon(name string) string {
	return `<svg viewBox="0 0 256 256" aria-hidden="true" focusable="false"><path d="` + icons[name] + `"/></svg>`
}

// fill adds a template: {word}, {icon name} and {button test do icon word keys attributes}, keys being - for none.
func (h *html) fill(template string) {
	for {
		before, rest, found := strings.Cut(template, "{")
		h.add(before)
		if !found {
			return
		}
		token, after, _ := strings.Cut(rest, "}")
		template = after
		kind, arg, _ := strings.Cut(token, " ")
		switch kind {
		case "icon":
			h.add(icon(arg))
		case "button":
			h.button(strings.SplitN(arg, " ", 6))
		default:
			h.add(escape(h.w.T(token)))
		}
	}
}

// button is an icon with a name. p is data-test, the command, the drawing, the word, the shortcut or -, and further attributes.
func (h *html) button(p []string) {
	label := escape(h.w.T(p[3]))
	h.add(`<button type="button" class="pl-btn" data-test="`, p[0], `" data-do="`, p[1], `" aria-label="`, label, `" data-tip="`, label, `"`)
	if p[4] != "-" {
		h.add(` aria-keyshortcuts="`, p[4], `"`)
	}
	if len(p) > 5 {
		h.add(" ", p[5])
	}
	h.add(">", icon(p[2]), "</button>")
}

// shell is the player's surface, in the order in which it is reached by Tab.
const shell = `<div class="pl-veil"></div><div class="pl-cues"></div>
<div class="pl-top"><a class="pl-title" data-test="pl-title" target="_blank" rel="noopener"></a></div>
<div class="pl-spin" hidden><span class="pl-sr">{buffering}</span></div>
<button type="button" class="pl-big" data-test="pl-big" data-do="play" aria-label="{play}" hidden>{icon play}</button>
<button type="button" class="pl-pill" data-test="pl-unmute" data-do="unmute" hidden>{icon muted}{unmute.pill}</button>
<div class="pl-touch">{button pl-touch-back seek:-10 replay back10 - data-ten}{button pl-touch-play play play play -}{button pl-touch-fwd seek:10 forward forward10 - data-ten}</div>
<div class="pl-flash" aria-hidden="true"></div>
<div class="pl-over" data-test="pl-overlay" hidden></div>
<section class="pl-ask" data-test="pl-ask" data-notice aria-label="{share}" hidden></section>
<div class="pl-toast" role="status" data-test="pl-toast" hidden></div>
<div class="pl-bar" role="group" aria-label="{controls}">` +
	`<div class="pl-seek" role="slider" tabindex="0" data-test="pl-seek" aria-label="{seek}" aria-valuemin="0" aria-valuemax="0" aria-valuenow="0" aria-orientation="horizontal">` +
	`<div class="pl-rail"><div class="pl-buf"></div><div class="pl-hover"></div><div class="pl-done"></div><div class="pl-shared"></div><div class="pl-cuts"></div></div><div class="pl-knob"></div>` +
	`<div class="pl-tip" aria-hidden="true" hidden><div class="pl-frame" hidden></div><div class="pl-tip-chapter"></div><div class="pl-tip-time"></div></div></div>
<div class="pl-row">{button pl-play play play play k}{button pl-prev previous previous previous Shift+P hidden}{button pl-next next next next Shift+N hidden}` +
	`{button pl-back seek:-10 replay back10 j data-ten}{button pl-fwd seek:10 forward forward10 l data-ten}` +
	`<span class="pl-sound">{button pl-mute mute loud mute m}<input class="pl-vol" type="range" min="0" max="100" step="5" value="100" data-test="pl-vol" data-in="volume" aria-label="{volume}"></span>` +
	`<button type="button" class="pl-btn pl-time" data-test="pl-time" data-do="remaining" data-tip="{time.left}"><span class="pl-sr">{time} </span><bdi>0:00 / 0:00</bdi></button>` +
	`<span class="pl-has pl-chap" hidden><button type="button" class="pl-btn pl-chapter" data-test="pl-chapter" data-do="menu:chapters" aria-haspopup="menu" aria-expanded="false"><span></span>{icon more}</button></span>` +
	`<span class="pl-space"></span>` +
	`<span class="pl-has"><button type="button" class="pl-btn pl-p2p" data-test="pl-p2p" aria-keyshortcuts="x" data-do="share:" aria-haspopup="dialog" aria-expanded="false" hidden></button></span>` +
	`{button pl-cc captions captions captions c aria-pressed="false"}` +
	`<span class="pl-has">{button pl-menu menu:main settings settings q aria-haspopup="menu" aria-expanded="false"}<div class="pl-pop" data-test="pl-pop" hidden></div></span>` +
	`{button pl-mini mini mini mini i}{button pl-pip pip pip pip Shift+I}{button pl-theatre theatre theatre theatre t aria-pressed="false"}{button pl-full full full full f}</div></div>
<div class="pl-minibar"><a class="pl-mini-title" data-test="pl-mini-title"></a>{button pl-mini-play play play play -}` +
	`<a class="pl-btn" data-test="pl-mini-page" data-tip="{page.back}" aria-label="{page.back}">{icon restore}</a>{button pl-mini-close close close mini.close -}</div>
<div class="pl-stats" role="region" data-test="pl-stats" aria-label="{stats}" tabindex="-1" hidden></div>
<div class="pl-pop pl-context" role="menu" data-test="pl-context" aria-label="{menu.context}" hidden></div>
<dialog class="pl-sheet" data-test="pl-sheet" aria-labelledby="pl-sheet-title"></dialog>
<dialog class="pl-sheet pl-seen" data-test="pl-seen" aria-labelledby="pl-seen-title"></dialog>
<div class="pl-sr" aria-live="polite" data-test="pl-live"></div>`

// Shell is the markup of the player's surface.
func Shell(w Words) string {
	h := &html{w: w}
	h.fill(shell)
	return h.String()
}

// Sheet is the list of shortcuts with its off switch.
func Sheet(w Words, keys string) string {
	h := &html{w: w}
	h.fill(`<form method="dialog"><div class="pl-head"><h2 id="pl-sheet-title">{sheet}</h2><button class="pl-btn" aria-label="{close}">{icon close}</button></div>`)
	h.check("keys:off", "access.keys", keys != "off")
	h.check("keys:player", "access.keys.player", keys == "player")
	h.add(`<dl>`)
	for _, s := range sheet {
		h.add(`<div><dt dir="ltr"><kbd>`, strings.ReplaceAll(escape(s.keys), " ", `</kbd> <kbd>`), `</kbd></dt><dd>`, escape(w.T(s.word)), `</dd></div>`)
	}
	h.add(`</dl></form>`)
	return h.String()
}

func (h *html) check(do, word string, on bool) {
	h.add(`<label class="pl-switch"><input type="checkbox" role="switch" data-in="`, do, `"`, mark(on, " checked"), `><span>`, escape(h.w.T(word)), `</span></label>`)
}

// mark is text where on holds.
func mark(on bool, text string) string {
	if on {
		return text
	}
	return ""
}
