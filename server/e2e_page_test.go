package main

import (
	"os"
	"path/filepath"
	"testing"

	"shoal/server/rig"
)

// guest is a tab whose every failure ends the test.
type guest struct {
	t testing.TB
	*rig.Tab
}

func enter(t testing.TB) guest { return guest{t, tab(t)} }

func (v guest) open(url string) {
	v.t.Helper()
	check(v.t, v.Go(url))
}

func (v guest) until(js string) {
	v.t.Helper()
	if err := v.Until(js); err != nil {
		v.describe()
		v.t.Fatal(err)
	}
}

// describe logs what the page looked like, and keeps a picture of it.
func (v guest) describe() {
	v.t.Helper()
	said, _ := rig.Eval[string](v.Tab, `(() => {
		const v = document.querySelector('video'), h = document.querySelector('#player-host'), m = document.querySelector('main');
		const spans = (b) => Array.from({ length: b.length }, (_, i) => b.start(i).toFixed(1) + '-' + b.end(i).toFixed(1)).join();
		return JSON.stringify({ at: location.href, app: document.documentElement.dataset.app, main: m && m.dataset, host: h && h.dataset,
			video: v && { src: v.currentSrc, ready: v.readyState, network: v.networkState, time: v.currentTime, paused: v.paused, muted: v.muted, error: v.error && v.error.message, buffered: spans(v.buffered) },
			boot: window.shoalBoot && { mode: shoalBoot.mode, taken: shoalBoot.taken, error: String(shoalBoot.error && (shoalBoot.error.stack || JSON.stringify(shoalBoot.error))) }, visible: document.visibilityState });
	})()`)
	v.t.Log(said)
	traffic := v.Traffic()
	for _, r := range traffic[max(0, len(traffic)-12):] {
		v.t.Logf("%s %s %s → %d %s", r.Method, r.URL, r.Range, r.Status, r.Failed)
	}
	if png, err := v.Picture(); err == nil {
		path := filepath.Join(v.t.ArtifactDir(), "page.png")
		if os.WriteFile(path, png, 0o644) == nil {
			v.t.Log("a picture (kept with -artifacts):", path)
		}
	}
}

// sees waits for an element.
func (v guest) sees(css string) {
	v.t.Helper()
	v.until(`document.querySelector(` + rig.JS(css) + `)`)
}

func (v guest) click(css string) {
	v.t.Helper()
	v.sees(css)
	check(v.t, v.Click(css))
}

func (v guest) write(css, text string) {
	v.t.Helper()
	v.sees(css)
	check(v.t, v.Type(css, text))
}

func eval[T any](v guest, js string) T {
	v.t.Helper()
	return must(rig.Eval[T](v.Tab, js))(v.t)
}

// live waits for a page of this name that the program has taken over.
func (v guest) live(page string) {
	v.t.Helper()
	v.until(`document.documentElement.dataset.app === 'live' && document.querySelector('main[data-page=` + page + `]:not([data-state=loading])')`)
}

// signIn goes through the sign-in page and ends at next.
func (v guest) signIn(s stage, next string) {
	v.t.Helper()
	v.open(s.site + "/login?next=" + next)
	v.write(test("username"), rig.AdminName)
	v.write(test("password"), rig.AdminPassword)
	v.click(test("signin-go"))
	v.until(`location.pathname === ` + rig.JS(next))
}

// test is the selector of a control by its name for tests.
func test(name string) string { return `[data-test="` + name + `"]` }

// look gives 32 by 18 pixels of the film as it is shown.
const look = `(() => {
	const v = document.querySelector('video'), c = document.createElement('canvas');
	c.width = 32; c.height = 18;
	const x = c.getContext('2d');
	x.drawImage(v, 0, 0, 32, 18);
	return Array.from(x.getImageData(0, 0, 32, 18).data);
})()`

// moves makes sure that the film plays: time goes on, and the picture is one and changes.
func (v guest) moves() {
	v.t.Helper()
	v.until(`document.querySelector('video')?.readyState > 1 && document.querySelector('video').currentTime > 0`)
	first, at := eval[[]int](v, look), eval[float64](v, `document.querySelector('video').currentTime`)
	v.until(`document.querySelector('video').currentTime > ` + rig.JS(at+0.5))
	second := eval[[]int](v, look)
	light, change := 0, 0
	for i := range first {
		if i%4 == 3 {
			continue
		}
		light += first[i]
		change += max(first[i]-second[i], second[i]-first[i])
	}
	if light == 0 || change < 100 {
		v.t.Errorf("the picture stands still or is black: light %d, change %d", light, change)
	}
}

// quiet makes sure that the page complained of nothing.
func (v guest) quiet() {
	v.t.Helper()
	for _, words := range v.Said() {
		v.t.Errorf("the console shows: %s", words)
	}
}
