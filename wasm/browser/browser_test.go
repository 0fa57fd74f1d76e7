//go:build !js

package browser

import (
	"os"
	"sync"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

// watched notes in the page what must not happen once the picture moves: a new source, or a jump.
const watched = `
window.seen = [];
document.addEventListener('DOMContentLoaded', () => {
  const v = document.getElementById('player-video');
  let at = 0;
  v.addEventListener('emptied', () => { if (v.played.length) seen.push('emptied at ' + at) });
  v.addEventListener('timeupdate', () => {
    if (v.played.length > 1 || v.currentTime < at) seen.push('from ' + at + ' to ' + v.currentTime);
    at = v.currentTime;
  });
});`

const (
	video    = `document.getElementById('player-video')`
	host     = `document.getElementById('player-host')`
	position = video + `.currentTime`
	taken    = `window.shoalBoot && shoalBoot.taken && document.documentElement.dataset.app === 'live'`
)

var (
	chromium *rig.Browser
	launch   = sync.OnceValue(func() (err error) {
		chromium, err = rig.Launch()
		return err
	})
)

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium != nil {
		chromium.Close()
	}
	if work != "" {
		os.RemoveAll(work)
	}
	os.Exit(code)
}

type tab struct {
	*rig.Tab
	t *testing.T
}

func open(t *testing.T, address string) tab {
	t.Helper()
	return openAfter(t, address, "")
}

// openAfter runs a script before the page's own.
func openAfter(t *testing.T, address, script string) tab {
	t.Helper()
	if err := launch(); err != nil {
		t.Fatal(err)
	}
	page, err := chromium.Tab()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	if err := page.Before(watched + script); err != nil {
		t.Fatal(err)
	}
	if err := page.Start(address); err != nil {
		t.Fatal(err)
	}
	return tab{page, t}
}

func (p tab) until(js string) {
	p.t.Helper()
	if err := p.Until(js); err != nil {
		state, _ := rig.Eval[string](p.Tab, `JSON.stringify({at: `+position+`, ready: `+video+`.readyState, state: `+host+`.dataset.state, level: `+host+`.dataset.level, buffered: [...Array(`+video+`.buffered.length).keys()].map(i => [`+video+`.buffered.start(i), `+video+`.buffered.end(i)]), error: String(`+video+`.error && `+video+`.error.message), boot: window.shoalBoot && {level: shoalBoot.level, open: shoalBoot.open, taken: shoalBoot.taken, error: String(shoalBoot.error)}})`)
		p.t.Fatalf("%v\n%s\n%v", err, state, p.Said())
	}
}

func eval[T any](p tab, js string) T {
	p.t.Helper()
	v, err := rig.Eval[T](p.Tab, js)
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// picture saves what the window shows where somebody wants to look at it.
func (p tab) picture(name string) {
	if dir := os.Getenv("PICTURES"); dir != "" {
		if b, err := p.Picture(); err == nil {
			_ = os.WriteFile(dir+"/"+name+".png", b, 0o644)
		}
	}
}

// twice tells which bytes of a film were sent more than once.
func twice(list []asked) (n int64) {
	for i, a := range list {
		for _, b := range list[:i] {
			if a.file == b.file {
				n += max(0, min(a.from+a.sent, b.from+b.sent)-max(a.from, b.from))
			}
		}
	}
	return n
}

func TestTakeOverWithoutGap(t *testing.T) {
	s := newSite(t, nil)
	s.setPace("high.mp4", 150_000) // the first fetch is under way while the program takes over
	p := open(t, s.URL+"/")
	p.until(`performance.getEntriesByName('first-frame').length`)
	if level := eval[int](p, `shoalBoot.level`); level != 1 {
		t.Errorf("began with level %d, want the highest up to 480 lines", level)
	}
	p.until(taken)
	s.setPace("high.mp4", 0)
	p.until(position + ` > 9`)
	p.picture("playing")
	if n := twice(s.requests()); n != 0 {
		t.Errorf("%d bytes were fetched twice: %+v", n, s.requests())
	}
	if first := s.requests()[0]; first.from != 0 || first.to != segment("high", 1).End() {
		t.Errorf("the first fetch was %+v", first)
	}
	if seen := eval[[]string](p, `seen`); len(seen) > 0 {
		t.Errorf("the picture jumped: %q", seen)
	}
	if got := eval[string](p, host+`.dataset.level`); got != "360" {
		t.Errorf("level %q on the screen", got)
	}
	if said := p.Said(); len(said) > 0 {
		t.Errorf("the console says %q", said)
	}
}

func TestSeekSwitchEnd(t *testing.T) {
	s := newSite(t, nil)
	p := open(t, s.URL+"/")
	p.until(taken + ` && ` + position + ` > 0.5`)
	eval[any](p, video+`.currentTime = 14; 0`)
	p.until(position + ` > 14.5 && !` + video + `.seeking`)
	p.picture("sought")

	eval[any](p, `document.querySelector('[data-test=pl-menu]').click(); 0`)
	p.until(`document.querySelector('[data-do="page:quality"]')`)
	p.picture("menu")
	eval[any](p, `document.querySelector('[data-do="page:quality"]').click(); 0`)
	p.until(`document.querySelector('[data-do="level:0"]')`)
	p.picture("levels")
	eval[any](p, `document.querySelector('[data-do="level:0"]').click(); 0`)
	p.until(video + `.videoHeight === 180 && ` + host + `.dataset.level === '180'`)
	if again := eval[bool](p, `seen.some((e) => e.startsWith('emptied'))`); again {
		t.Error("the switch began anew")
	}
	eval[any](p, video+`.currentTime = 23; 0`)
	p.until(video + `.ended && ` + host + `.dataset.state === 'ended'`)
	if at := eval[float64](p, position); at < length-0.1 {
		t.Errorf("ended at %f", at)
	}
	p.picture("ended")
	eval[any](p, `document.querySelector('[data-test=pl-play]').click(); 0`)
	p.until(position + ` > 0.3 && ` + position + ` < 5 && ` + host + `.dataset.state === 'playing'`)
	if said := p.Said(); len(said) > 0 {
		t.Errorf("the console says %q", said)
	}
}

func TestStartInTheMiddle(t *testing.T) {
	s := newSite(t, nil)
	p := open(t, s.URL+"/?start=13")
	p.until(`performance.getEntriesByName('first-frame').length && ` + taken + ` && ` + position + ` > 13.5`)
	if list := s.requests(); list[1].from != segment("high", 3).Offset || twice(list) != 0 {
		t.Errorf("asked for %+v", list)
	}
}

func TestSoundApart(t *testing.T) {
	s := newSite(t, func(b *api.Boot) {
		b.Levels = []api.BootLevel{level("mute", 640, 360, false)}
		b.Audio = []api.BootAudio{{BootLevel: level("sound", 0, 0, false), Name: "English", Language: "en", Default: true}}
	})
	p := open(t, s.URL+"/")
	p.until(taken + ` && ` + position + ` > 1`)
	if n := eval[int](p, `shoalBoot.mediaSource.sourceBuffers.length`); n != 2 {
		t.Errorf("%d source buffers", n)
	}
	eval[any](p, video+`.currentTime = 22.5; 0`)
	p.until(host + `.dataset.state === 'ended'`)
	if n := twice(s.requests()); n != 0 {
		t.Errorf("%d bytes were fetched twice: %+v", n, s.requests())
	}
}

func TestNothingPlaysByItself(t *testing.T) {
	s := newSite(t, func(b *api.Boot) { b.Autoplay = false })
	p := open(t, s.URL+"/")
	p.until(taken + ` && ` + host + `.dataset.state === 'paused'`)
	p.picture("paused")
	eval[any](p, `document.querySelector('[data-do="play"]').click(); 0`)
	p.until(position + ` > 0.5 && ` + host + `.dataset.state === 'playing'`)
	if n := twice(s.requests()); n != 0 {
		t.Errorf("%d bytes were fetched twice", n)
	}
}

func TestABrowserThatRefusesSound(t *testing.T) {
	s := newSite(t, nil)
	p := openAfter(t, s.URL+"/", `
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  return this.muted ? play.call(this) : Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
};`)
	p.until(taken + ` && ` + position + ` > 0.5 && ` + host + `.dataset.autoplay === 'muted'`)
	p.picture("muted")
	if !eval[bool](p, video+`.muted`) {
		t.Error("plays with sound")
	}
}

func TestManagedMediaSource(t *testing.T) {
	s := newSite(t, nil)
	p := openAfter(t, s.URL+"/", `
window.ManagedMediaSource = class extends MediaSource { get streaming() { return true } };
delete window.MediaSource;`)
	p.until(taken + ` && ` + position + ` > 1`)
	eval[any](p, video+`.currentTime = 22.5; 0`)
	p.until(host + `.dataset.state === 'ended'`)
}

func TestWithoutMediaSource(t *testing.T) {
	s := newSite(t, nil)
	p := openAfter(t, s.URL+"/", `delete window.MediaSource;`)
	p.until(taken + ` && ` + position + ` > 1 && ` + host + `.dataset.state === 'playing'`)
	if mode := eval[string](p, `shoalBoot.mode`); mode != "hls" && mode != "progressive" {
		t.Errorf("mode %q", mode)
	}
}

func TestWithoutProgram(t *testing.T) {
	s := newSite(t, nil)
	s.hidden = "/web/embed.wasm"
	p := open(t, s.URL+"/")
	p.until(host + `.dataset.player === 'basic' && ` + video + `.controls && ` + position + ` > 1`)
}

func TestAFilmThatIsGone(t *testing.T) {
	s := newSite(t, nil)
	s.hidden = "/media/"
	p := open(t, s.URL+"/")
	p.until(host + `.dataset.state === 'error'`)
	p.picture("gone")
}

func TestOnlySound(t *testing.T) {
	s := newSite(t, func(b *api.Boot) { b.Levels = nil })
	p := open(t, s.URL+"/")
	p.until(taken + ` && ` + position + ` > 1 && ` + host + `.dataset.state === 'playing'`)
	p.picture("sound")
	if n := twice(s.requests()); n != 0 {
		t.Errorf("%d bytes were fetched twice", n)
	}
}

func TestALateProgram(t *testing.T) {
	s := newSite(t, nil)
	s.gate = make(chan struct{})
	p := open(t, s.URL+"/")
	p.until(`performance.getEntriesByName('first-frame').length`)
	eval[any](p, video+`.playbackRate = 4; 0`)
	p.until(position + ` > 13`)
	if eval[bool](p, `!!shoalBoot.taken`) {
		t.Error("taken over without a program")
	}
	close(s.gate)
	p.until(taken + ` && ` + host + `.dataset.state === 'ended'`)
	if n := twice(s.requests()); n != 0 {
		t.Errorf("%d bytes were fetched twice: %+v", n, s.requests())
	}
}

func TestSoundAloneAndBack(t *testing.T) {
	s := newSite(t, nil)
	p := open(t, s.URL+"/")
	p.until(taken + ` && ` + position + ` > 1`)
	choose := func(level string) {
		eval[any](p, `document.querySelector('[data-test=pl-menu]').click(); 0`)
		p.until(`document.querySelector('[data-do="page:quality"]')`)
		eval[any](p, `document.querySelector('[data-do="page:quality"]').click(); 0`)
		p.until(`document.querySelector('[data-do="level:` + level + `"]')`)
		eval[any](p, `document.querySelector('[data-do="level:`+level+`"]').click(); 0`)
	}
	choose("2")
	p.until(video + `.videoHeight === 0 && ` + position + ` > 2 && !document.querySelector('.player-still')`)
	p.picture("alone")
	choose("-1")
	p.until(video + `.videoHeight > 0 && ` + position + ` > 3 && !` + video + `.paused && !document.querySelector('.player-still')`)
	if at := eval[float64](p, position); at > 15 {
		t.Errorf("jumped to %f", at)
	}
	if said := p.Said(); len(said) > 0 {
		t.Errorf("the console says %q", said)
	}
}
