//go:build !js

package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

var paged sync.Once

// placed is dressed with a page that has room for the player, and more beside it.
func placed(t *testing.T) *site {
	t.Helper()
	s := dressed(t)
	paged.Do(func() {
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(work, "page.wasm"), "./testdata/page")
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if err := os.WriteFile(filepath.Join(work, "page.css"), []byte(roomy), 0o644); err != nil {
			t.Fatal(err)
		}
	})
	m, rest := http.NewServeMux(), s.Config.Handler
	m.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		boot, _ := json.Marshal(s.boot)
		script, _ := os.ReadFile(filepath.Join(s.folder, "boot.js"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/web/page.css"><link rel="stylesheet" href="/web/player.css"></head><body>
<div id="app"><header><label>Search <input id="search"></label></header><main><div class="room"><div id="player-slot"></div></div><p>Below</p></main></div>
<div id="player-host" data-mode="page"><video id="player-video" playsinline preload="none"></video></div>
<script id="boot" type="application/json" data-wasm="/web/page.wasm" data-scripts="/web/wasm_exec.js /web/embed.js">%s</script><script>%s</script></body></html>`, boot, script)
	})
	m.Handle("/", rest)
	s.Config.Handler = m
	return s
}

const roomy = `:root { --top-bar: 56px; } body { margin: 0; block-size: 3000px; } header { block-size: 56px; position: sticky; inset-block-start: 0; background: #fff; z-index: 30; }
.room { padding: 20px 200px; } #player-slot { aspect-ratio: 16 / 9; } html[data-player=theatre] .room { padding: 0; } @media (max-width: 767px) { .room { padding: 0; } }`

const (
	mode    = host + `.dataset.mode`
	aligned = `(() => { const a = document.getElementById('player-slot').getBoundingClientRect(), b = ` + host + `.getBoundingClientRect(); return ['x', 'y', 'width', 'height'].every(k => Math.abs(a[k] - b[k]) < 1) })()`
)

func TestThePlayerLiesOverItsPlace(t *testing.T) {
	p := surface(t, placed(t), 1200, 800)
	p.until(mode + ` === 'page' && ` + aligned)
	p.begin()
	p.keys("t", mode+` === 'theatre' && `+host+`.clientWidth === document.documentElement.clientWidth && `+aligned)
	eval[any](p, `scrollTo(0, 300)`)
	p.until(`scrollY === 300 && ` + aligned)
	p.keys(kb.Escape, mode+` === 'page' && `+aligned)
	p.keys("f", mode+` === 'full' && document.fullscreenElement === `+host)
	p.keys("f", mode+` === 'page' && `+aligned)
	p.keys("i", mode+` === 'mini' && `+host+`.clientWidth === 360`)
	p.keys("i", mode+` === 'page' && `+aligned)
}

func TestThePlayerGoesOnInTheCorner(t *testing.T) {
	p := surface(t, placed(t), 1200, 800)
	p.begin()
	eval[any](p, `document.getElementById('player-slot').remove()`)
	p.until(mode + ` === 'mini' && !` + video + `.paused`)
	p.picture("corner")
	eval[any](p, `document.querySelector('.room').innerHTML = '<div id="player-slot"></div>'; openAgain()`)
	p.until(mode + ` === 'page' && !` + video + `.paused && ` + aligned)
	eval[any](p, `document.getElementById('player-slot').remove()`)
	p.until(mode + ` === 'mini'`)
	p.click(`[data-test="pl-mini-close"]`)
	p.until(mode + ` === 'hidden' && ` + video + `.paused`)
	eval[any](p, `document.querySelector('.room').innerHTML = '<div id="player-slot"></div>'; openAgain()`)
	p.until(mode + ` === 'page' && ` + aligned)
}

func TestAnUprightPhoneKeepsThePlayerInSight(t *testing.T) {
	p := surface(t, placed(t), 390, 844)
	eval[any](p, `scrollTo(0, 500)`)
	p.until(host + `.hasAttribute('data-stuck') && Math.abs(` + host + `.getBoundingClientRect().top - 56) < 1`)
	eval[any](p, `scrollTo(0, 0)`)
	p.until(`!` + host + `.hasAttribute('data-stuck') && ` + aligned)
}

func TestWhatIsRemembered(t *testing.T) {
	s := placed(t)
	p := surface(t, s, 1200, 800)
	p.begin()
	p.keys("5", `Math.abs(`+position+` - 12) < 1`)
	p.keys("cm>t", video+`.muted && `+mode+` === 'theatre'`)
	eval[any](p, `document.getElementById('search').focus()`)
	if err := p.Keys("km"); err != nil {
		t.Fatal(err)
	}
	p.until(`document.getElementById('search').value === 'km' && ` + video + `.muted`)
	p.click(`[data-test="pl-play"]`)
	p.until(video + `.paused && localStorage['shoal.positions']?.startsWith('` + s.boot.UUID + ` 1')`)
	if err := p.Start(s.URL + "/?again"); err != nil {
		t.Fatal(err)
	}
	p.until(`location.search && ` + taken + ` && ` + mode + ` === 'theatre' && ` + video + `.muted && ` + video + `.playbackRate === 1.25 && ` + control("pl-cc") + `.ariaPressed === 'true'`)
	p.until(`Math.abs(` + position + ` - 12) < 4`)
	p.click(`[data-test="pl-big"]`)
	p.until(control("pl-toast") + `.textContent.startsWith('Resumed at 0:1')`)
	p.click(`[data-do="startOver"]`)
	p.until(position + ` < 3 && ` + host + `.dataset.state === 'playing'`)
}
