package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

// clip is long enough to be watched for a while, and made in a moment.
var clip = rig.Film{Width: 320, Height: 180, Seconds: 30}

func TestFromAFileToAMovingPicture(t *testing.T) {
	s := play(t)
	v := enter(t)
	v.signIn(s, "/videos/publish")
	v.live("publish")
	path := film(t, "Ducks on the pond.mp4", clip)
	v.sees(test("file"))
	check(t, v.Pick(test("file"), path))
	v.sees(test("upload"))
	v.until(`document.querySelector('[data-test=title]').value === 'Ducks on the pond'`)
	v.click(test("publish-go"))
	v.sees(test("timeline"))
	v.click(test("watch"))
	v.live("watch")
	v.until(`document.querySelector('h1').textContent === 'Ducks on the pond'`)
	v.click(test("pl-play"))
	v.moves()
	v.quiet()

	var mine api.Page[api.Video]
	check(t, s.API().Get(soon(t), "/api/v1/users/me/videos", &mine))
	if mine.Total != 1 {
		t.Fatalf("%d videos came of one file", mine.Total)
	}
	must(s.Processed(soon(t), mine.Data[0].UUID))(t)
	originals := kept(t, filepath.Join(s.data, "storage", "originals"))
	if len(originals) != 1 || digest(must(os.ReadFile(originals[0]))(t)) != digest(must(os.ReadFile(path))(t)) {
		t.Errorf("the original is not what was picked: %v", originals)
	}
}

func TestWatching(t *testing.T) {
	s := play(t)
	uuid := s.publish(t, film(t, "clip.mp4", clip), "A clip")
	at := s.site + "/w/" + must(s.Video(soon(t), uuid))(t).ShortUUID

	t.Run("the boot script shows the first frame and the program takes over without a gap", func(t *testing.T) {
		v := enter(t)
		check(t, v.Before(`window.went = []; new MutationObserver((_, o) => {
			const v = document.querySelector('video');
			if (!v) return;
			o.disconnect();
			for (const e of ['emptied', 'seeking', 'waiting', 'loadstart']) v.addEventListener(e, () => window.went.push(e + ' ' + v.currentTime));
		}).observe(document, { childList: true, subtree: true })`))
		v.open(at + "?autoplay=1&muted=1")
		v.until(`performance.getEntriesByName('first-frame').length`)
		v.live("watch")
		v.sees(test("pl-play"))
		v.moves()
		if went := eval[string](v, `window.went.filter(e => e.startsWith('emptied') || e.startsWith('loadstart')).join()`); strings.Count(went, "loadstart") > 1 || strings.Contains(went, "emptied") {
			t.Errorf("the film was loaded anew: %s", went)
		}
		for _, e := range eval[[]loaded](v, beforeFrame) {
			if strings.Contains(e.Name, ".wasm") {
				t.Error("the program was asked for before the first frame")
			}
		}
		v.quiet()
	})
	t.Run("a start in the address", func(t *testing.T) {
		for _, query := range []string{"?start=12&autoplay=1&muted=1", "?t=0m12s&autoplay=1&muted=1", "?autoplay=1&muted=1#t=12"} {
			v := enter(t)
			check(t, v.Before(firstPicture))
			v.open(at + query)
			v.until(`window.first !== undefined`)
			if got := eval[float64](v, `window.first`); got < 11 || got > 13 {
				t.Errorf("%s: the first picture is of second %g", query, got)
			}
		}
	})
	t.Run("seeking far ahead", func(t *testing.T) {
		v := enter(t)
		v.open(at + "?autoplay=1&muted=1")
		v.live("watch")
		v.moves()
		eval[float64](v, `document.querySelector('video').currentTime = 25`)
		v.until(`document.querySelector('video').currentTime > 25.2`)
		eval[float64](v, `document.querySelector('video').currentTime = 3`)
		v.until(`document.querySelector('video').currentTime > 3.2 && document.querySelector('video').currentTime < 20`)
	})
	t.Run("it plays on while one looks around", func(t *testing.T) {
		v := enter(t)
		v.open(at + "?autoplay=1&muted=1")
		v.live("watch")
		v.moves()
		eval[bool](v, `(window.same = document.querySelector('video'), true)`)
		v.click(`a[href="/videos/browse"], header a[href="/"]`)
		v.live("browse")
		v.until(`document.querySelector('#player-host').dataset.mode === 'mini'`)
		v.moves()
		check(t, v.Back())
		v.live("watch")
		v.until(`document.querySelector('#player-host').dataset.mode === 'page'`)
		if !eval[bool](v, `window.same === document.querySelector('video')`) {
			t.Error("the film is another one after coming back")
		}
		v.moves()
	})
	t.Run("without any program", func(t *testing.T) {
		v := enter(t)
		v.open(at + "?wasm=false")
		if n := eval[int](v, `document.querySelectorAll('script:not([type="application/ld+json"])').length`); n > 0 {
			t.Errorf("%d scripts on a page that runs none", n)
		}
		if !eval[bool](v, `document.querySelector('video').controls && document.documentElement.dataset.app === 'ssr'`) {
			t.Error("no native player")
		}
		eval[bool](v, `(document.querySelector('video').muted = true, document.querySelector('video').play().then(() => true))`)
		v.moves()
		for _, r := range v.Traffic() {
			if strings.Contains(r.URL, ".wasm") {
				t.Error("asked for", r.URL)
			}
		}
		v.open(s.site + "/?wasm=false")
		v.click(`main a[href^="/w/"]`)
		v.until(`location.pathname.startsWith('/w/')`)
	})
	t.Run("the embed page", func(t *testing.T) {
		v := enter(t)
		v.open(s.site + "/videos/embed/" + uuid + "?autoplay=1&muted=1")
		v.sees(test("pl-play"))
		v.moves()
		v.quiet()
	})
	t.Run("a page in the raw answer", func(t *testing.T) {
		home := must(s.Do(soon(t), "GET", "/", nil))(t)
		for _, want := range []string{`data-state="ready"`, "A clip", `data-app="ssr"`} {
			if !strings.Contains(string(home.Body), want) {
				t.Errorf("the home page lacks %s", want)
			}
		}
		a := must((&rig.Client{URL: s.Client.URL}).Do(soon(t), "GET", "/nowhere/at/all", nil))(t)
		if a.Status != http.StatusNotFound || !strings.Contains(string(a.Body), "<h1") {
			t.Errorf("an address that leads nowhere: %d %.200s", a.Status, a.Body)
		}
		if gone := must(s.Do(soon(t), "GET", "/w/"+strings.Repeat("1", 22), nil))(t); gone.Status != http.StatusNotFound {
			t.Errorf("a video that is not there: %d", gone.Status)
		}
	})
}

// firstPicture notes the time in the film of the first picture that a page shows.
const firstPicture = `new MutationObserver((_, o) => {
	const v = document.querySelector('video');
	if (v) { o.disconnect(); v.requestVideoFrameCallback((_, m) => { window.first = m.mediaTime; }); }
}).observe(document, { childList: true, subtree: true })`

func TestKeysAndMenusOfThePlayer(t *testing.T) {
	s := play(t)
	uuid := s.publish(t, film(t, "clip.mp4", clip), "A clip with keys")
	v := enter(t)
	v.open(s.site + "/w/" + uuid + "?autoplay=1&muted=1")
	v.live("watch")
	v.sees(test("pl-play"))
	v.moves()
	check(t, v.Keys("k"))
	v.until(`document.querySelector('video').paused`)
	before := eval[float64](v, `document.querySelector('video').currentTime`)
	check(t, v.Keys("l"))
	v.until(fmt.Sprintf(`document.querySelector('video').currentTime > %g`, before+9))
	check(t, v.Keys("0"))
	v.until(`document.querySelector('video').currentTime < 1`)
	eval[bool](v, `(document.querySelector('[data-test=pl-menu]').focus(), true)`)
	check(t, v.Keys("\r"))
	v.until(`document.querySelector('[data-test=pl-menu]').getAttribute('aria-expanded') === 'true'`)
	check(t, v.Keys("\u001b"))
	v.until(`document.querySelector('[data-test=pl-menu]').getAttribute('aria-expanded') === 'false' && document.activeElement === document.querySelector('[data-test=pl-menu]')`)
	v.quiet()
}

func TestAViewerComesBackAndLooksAhead(t *testing.T) {
	s := play(t)
	uuid := s.publish(t, film(t, "clip.mp4", clip), "A clip in two evenings")
	must(s.Processed(soon(t), uuid))(t)
	at := s.site + "/w/" + uuid
	v := enter(t)
	v.open(at + "?autoplay=1&muted=1")
	v.live("watch")
	v.moves()
	eval[float64](v, `document.querySelector('video').currentTime = 15`)
	v.until(`document.querySelector('video').currentTime > 15.2`)

	t.Run("the storyboard above the seek bar", func(t *testing.T) {
		const over = `(() => {
			const e = document.querySelector('[data-test=pl-seek]'), r = e.getBoundingClientRect();
			for (const kind of ['pointerover', 'pointerenter', 'pointermove']) e.dispatchEvent(new PointerEvent(kind,
				{ bubbles: kind !== 'pointerenter', pointerType: 'mouse', clientX: r.left + r.width * %g, clientY: r.top + r.height / 2 }));
			return getComputedStyle(document.querySelector('.pl-frame')).backgroundPosition;
		})()`
		early, late := eval[string](v, fmt.Sprintf(over, 0.1)), eval[string](v, fmt.Sprintf(over, 0.9))
		v.until(`!document.querySelector('.pl-tip').hidden && document.querySelector('.pl-frame').clientWidth > 50`)
		if early == late {
			t.Errorf("the same frame %s is shown for two times", early)
		}
		board := eval[string](v, `getComputedStyle(document.querySelector('.pl-frame')).backgroundImage.slice(5, -2)`)
		if status := eval[int](v, `fetch(`+rig.JS(board)+`).then((r) => r.status)`); status != http.StatusOK {
			t.Errorf("the storyboard at %s: %d", board, status)
		}
	})
	t.Run("on the next visit it goes on", func(t *testing.T) {
		check(t, v.Keys("k"))
		v.until(`document.querySelector('video').paused`)
		v.open(s.site + "/")
		v.open(at + "?autoplay=1&muted=1")
		v.live("watch")
		v.until(`document.querySelector('.pl-toast').textContent.includes('0:1')`)
		v.until(`document.querySelector('video').currentTime > 15`)
		v.click(`.pl-toast [data-do=startOver]`)
		v.until(`document.querySelector('video').currentTime < 5`)
		v.moves()
	})
	t.Run("a link opened beside the page", func(t *testing.T) {
		before := eval[string](v, `location.href`)
		taken := eval[bool](v, `(() => {
			const a = document.querySelector('header a[href="/"]');
			a.addEventListener('click', (e) => setTimeout(() => { window.left = e.defaultPrevented; }), { once: true });
			window.addEventListener('click', (e) => e.preventDefault(), { once: true }); // no second window here
			a.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: true }));
			return location.href !== `+rig.JS(before)+`;
		})()`)
		if taken {
			t.Error("a click with Shift led this page elsewhere")
		}
	})
}

func TestWithoutANetworkWhileWatching(t *testing.T) {
	s := play(t)
	uuid := s.publish(t, film(t, "long.mp4", rig.Film{Width: 320, Height: 180, Seconds: 150}), "A long clip")
	v := enter(t)
	v.open(s.site + "/w/" + uuid + "?autoplay=1&muted=1")
	v.live("watch")
	v.moves()
	check(t, v.Offline())
	eval[float64](v, `document.querySelector('video').currentTime = 140`)
	v.until(`document.querySelector('.pl-notice h2')?.textContent === 'You are offline'`)
	check(t, v.Throttle(0, 0))
	v.until(`document.querySelector('video').currentTime > 140.2 && !document.querySelector('.pl-notice')`)
}
