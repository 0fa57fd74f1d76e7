//go:build !js

package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"shoal/server/rig"
	"shoal/shared/api"
)

// axeVersion is the checker of accessibility that the surface has to satisfy.
const axeVersion = "4.13.0"

// dressed is a site whose film has captions, chapters and a storyboard.
func dressed(t *testing.T) *site {
	s := newSite(t, func(b *api.Boot) {
		id := "en"
		b.Captions = []api.Caption{{Language: api.Language{ID: &id, Label: "English"}, FileURL: "/en.vtt"}}
		b.Chapters = []api.Chapter{{Timecode: 0, Title: "Dusk"}, {Timecode: 8, Title: `Night & "fish"`}, {Timecode: 16, Title: "Dawn"}}
		b.Storyboard = &api.Storyboard{FileURL: "/board.jpg", TotalWidth: 320, TotalHeight: 90, SpriteWidth: 160, SpriteHeight: 90, SpriteDuration: 12}
		b.WatchPath, b.EmbedPath, b.Autoplay = "/w/abc", "/videos/embed/abc", false
	})
	m, plain := http.NewServeMux(), s.Config.Handler
	m.HandleFunc("GET /en.vtt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/vtt")
		_, _ = w.Write([]byte("WEBVTT\n\n00:00.000 --> 00:30.000\n<i>One</i> fish\n"))
	})
	m.HandleFunc("GET /board.jpg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="90"><rect width="160" height="90" fill="teal"/></svg>`))
	})
	m.Handle("/", plain)
	s.Config.Handler = m
	return s
}

// surface opens the page in a window of that size and starts the film.
func surface(t *testing.T, s *site, width, height int64) tab {
	t.Helper()
	p := open(t, "about:blank")
	if err := p.Screen(width, height); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(s.URL + "/"); err != nil {
		t.Fatal(err)
	}
	p.until(taken + ` && ` + control("pl-big") + `.checkVisibility()`)
	return p
}

func control(name string) string { return `document.querySelector('[data-test="` + name + `"]')` }

const focused = `(document.activeElement.dataset.test || document.activeElement.dataset.do || document.activeElement.className)`

func (p tab) click(css string) {
	p.t.Helper()
	if err := p.Click(css); err != nil {
		p.t.Fatalf("%s: %v", css, err)
	}
}

// keys presses one after another, and waits for what is to come of it.
func (p tab) keys(keys, then string) {
	p.t.Helper()
	if err := p.Keys(keys); err != nil {
		p.t.Fatal(err)
	}
	p.until(then)
}

func (p tab) begin() {
	p.t.Helper()
	p.click(`[data-test="pl-big"]`)
	p.until(host + `.dataset.state === 'playing' && ` + position + ` > 0.3`)
}

func TestShortcuts(t *testing.T) {
	p := surface(t, dressed(t), 1000, 600)
	p.begin()
	if got := eval[string](p, control("pl-play")+`.ariaLabel`); got != "Pause" {
		t.Errorf("the button of a playing video is %q", got)
	}
	p.keys("k", video+`.paused && `+control("pl-play")+`.ariaLabel === 'Play'`)
	p.keys("5", `Math.abs(`+position+` - 12) < .1`)
	p.keys("j", `Math.abs(`+position+` - 2) < .1`)
	p.keys(kb.ArrowRight, `Math.abs(`+position+` - 7) < .1`)
	p.keys(".", `Math.abs(`+position+` - 7.04) < .02`)
	p.keys("m", video+`.muted && `+control("pl-mute")+`.ariaLabel === 'Unmute'`)
	p.keys("m", `!`+video+`.muted`)
	p.keys(">", video+`.playbackRate === 1.25`)
	p.keys("c", control("pl-cc")+`.ariaPressed === 'true' && document.querySelector('.pl-cues i')?.textContent === 'One'`)
	p.keys("d", control("pl-stats")+`.checkVisibility()`)
	p.keys("d", `!`+control("pl-stats")+`.checkVisibility()`)
	p.keys("?", control("pl-sheet")+`.open`)
	p.click(`.pl-sheet [data-in="keys:off"]`)
	p.keys(kb.Escape, `!`+control("pl-sheet")+`.open`)
	p.keys("k>", video+`.paused && `+video+`.playbackRate === 1.25`)
	p.until(control("pl-live") + `.textContent !== ''`)
}

func TestMenuByKeyboard(t *testing.T) {
	p := surface(t, dressed(t), 1000, 600)
	var order []string
	for range 9 {
		if err := p.Keys(kb.Tab); err != nil {
			t.Fatal(err)
		}
		order = append(order, eval[string](p, focused))
	}
	if got, want := strings.Join(order, " "), "pl pl-title pl-big pl-seek pl-play pl-back pl-fwd pl-mute pl-vol"; got != want {
		t.Errorf("Tab goes %s, want %s", got, want)
	}
	eval[any](p, control("pl-menu")+`.focus()`)
	p.keys(kb.Enter, focused+` === 'page:quality' && `+control("pl-menu")+`.ariaExpanded === 'true'`)
	p.keys(kb.ArrowDown, focused+` === 'page:speed'`)
	p.keys(kb.ArrowRight, focused+` === 'rate:1'`)
	p.keys(kb.ArrowLeft, focused+` === 'page:speed'`)
	p.keys("c", focused+` === 'page:captions'`)
	p.keys(kb.Enter+kb.End, focused+` === 'style'`)
	p.keys(kb.ArrowUp+kb.Enter, focused+` === 'pl-menu' && `+control("pl-cc")+`.ariaPressed === 'true'`)
	p.keys(kb.Enter+kb.Escape, focused+` === 'pl-menu' && `+control("pl-menu")+`.ariaExpanded === 'false'`)
	eval[any](p, control("pl-chapter")+`.focus()`)
	p.keys(kb.Enter+kb.End+kb.Enter, `Math.abs(`+position+` - 16) < .3 && `+control("pl-chapter")+`.textContent.includes('Dawn')`)
	eval[any](p, control("pl-seek")+`.focus()`)
	p.keys(kb.Home, position+` < .1 && `+control("pl-seek")+`.ariaValueText.endsWith('chapter Dusk')`)
	p.keys(kb.PageUp, `Math.abs(`+position+` - 2.4) < .1`)
}

func TestSeekBarShowsFrames(t *testing.T) {
	p := surface(t, dressed(t), 1000, 600)
	eval[any](p, `{const r = `+control("pl-seek")+`.getBoundingClientRect(); `+control("pl-seek")+`.dispatchEvent(new PointerEvent('pointermove', {clientX: r.left + r.width * .75, clientY: r.top + 5, pointerType: 'mouse', bubbles: true}))}`)
	p.until(`document.querySelector('.pl-tip').checkVisibility()`)
	if got := eval[string](p, `document.querySelector('.pl-tip').innerText.replace(/\s+/g, ' ').trim()`); got != "Dawn 0:18" {
		t.Errorf("the tip says %q", got)
	}
	if got := eval[string](p, `document.querySelector('.pl-frame').style.backgroundPosition`); got != "-160px 0px" {
		t.Errorf("the tip shows the frame at %s", got)
	}
	p.picture("tip")
}

func TestTheSecondRightClickIsTheBrowsers(t *testing.T) {
	p := surface(t, dressed(t), 1000, 600)
	ask := `(() => { const on = document.querySelector('.pl-veil'), at = {clientX: 300, clientY: 200, button: 2, bubbles: true, cancelable: true};
		on.dispatchEvent(new PointerEvent('pointerdown', at)); return on.dispatchEvent(new MouseEvent('contextmenu', at)) })()`
	if eval[bool](p, ask) || !eval[bool](p, control("pl-context")+`.checkVisibility()`) {
		t.Error("the first right-click does not open the video's menu")
	}
	if !eval[bool](p, ask) || eval[bool](p, control("pl-context")+`.checkVisibility()`) {
		t.Error("the second right-click does not open the browser's menu")
	}
	if eval[bool](p, ask) {
		t.Error("the third right-click does not open the video's menu")
	}
	p.keys(kb.ArrowDown+kb.Escape, `!`+control("pl-context")+`.checkVisibility()`)
}

func TestTheBarLeavesAndComes(t *testing.T) {
	p := surface(t, dressed(t), 1000, 600)
	p.begin()
	eval[any](p, `document.activeElement.blur()`)
	p.until(`document.querySelector('.pl').dataset.bar === 'off'`)
	p.keys(kb.Tab+kb.Tab+kb.Tab, `document.querySelector('.pl').dataset.bar === 'on'`)
}

func TestSurfaceForEverybody(t *testing.T) {
	folder, err := rig.Package(t.Context(), "axe-core", axeVersion)
	if err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile(filepath.Join(folder, "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	s := dressed(t)
	for name, size := range map[string][2]int64{"phone": {390, 700}, "desk": {1440, 900}} {
		p := surface(t, s, size[0], size[1])
		check := func(state string) {
			t.Helper()
			p.picture(name + " " + state)
			found := eval[string](p, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')).join('\n'))`)
			if found != "" {
				t.Errorf("%s, %s: %s", name, state, found)
			}
		}
		eval[any](p, string(axe)+";0")
		check("before the start")
		p.begin()
		p.keys("kc", video+`.paused && `+control("pl-cc")+`.ariaPressed === 'true'`)
		check("paused")
		p.click(`[data-test="pl-menu"]`)
		p.until(control("pl-pop") + `.checkVisibility()`)
		check("menu")
		p.click(`[data-do="page:speed"]`)
		p.until(`document.querySelector('[data-in="rate"]')`)
		check("speed")
		p.click(`[data-do="page:main"]`)
		p.until(`document.querySelector('[data-do="page:captions"]')`)
		p.click(`[data-do="page:captions"]`)
		p.until(`document.querySelector('[data-do="style"]')`)
		p.click(`[data-do="style"]`)
		p.until(`document.querySelector('[data-in="font"]')`)
		check("style of captions")
		p.keys(kb.Escape, `!`+control("pl-pop")+`.checkVisibility()`)
		p.keys("?", control("pl-sheet")+`.open`)
		check("shortcuts")
		p.keys(kb.Escape, `!`+control("pl-sheet")+`.open`)
		p.keys("d", control("pl-stats")+`.checkVisibility()`)
		check("figures")
	}
}
