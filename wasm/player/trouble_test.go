package player

import (
	"testing"
	"time"
)

func TestStallRules(t *testing.T) {
	w := newWorld(t, 120, 400, 900, 1800)
	gone := false
	w.line = func(time.Duration) float64 {
		if gone {
			return 0
		}
		return 10e6
	}
	load(w, 120, Options{})
	w.run(10 * time.Second)
	gone = true
	w.p.Seek(90)
	w.run(700 * time.Millisecond)
	if s := w.wants(t, Playing); !s.Stalled {
		t.Fatal("no spinner after 500 ms")
	}
	w.news = 0
	w.run(2600 * time.Millisecond)
	if w.news&StepDropped == 0 {
		t.Error("no step down after 3 s")
	}
	before := w.started
	w.run(5500 * time.Millisecond)
	if w.started == before {
		t.Error("no new connection after 8 s")
	}
	w.news = 0
	w.run(12 * time.Second)
	if s := w.wants(t, Failed); s.Error != Network || s.Position != 90 {
		t.Errorf("after 20 s: %+v", s)
	}
	if w.news&StepDropped != 0 {
		t.Error("the step down was told twice")
	}
	gone = false
	w.run(3 * time.Second)
	if s := w.wants(t, Playing); s.Position < 91 || s.Error != NoError {
		t.Errorf("the line is back: %+v", s)
	}
}

func TestRetry(t *testing.T) {
	w := newWorld(t, 120, 400, 900)
	w.refuse = func(string) int { return 500 }
	load(w, 120, Options{})
	w.run(22 * time.Second)
	if s := w.wants(t, Failed); s.Error != Network {
		t.Fatalf("error %q", s.Error)
	}
	w.refuse = nil
	w.p.Retry()
	w.run(2 * time.Second)
	w.wants(t, Playing)
}

func TestOffline(t *testing.T) {
	w := newWorld(t, 120, 400)
	load(w, 120, Options{})
	w.run(3 * time.Second)
	w.offline = true
	w.p.Event(WentOffline)
	w.run(50 * time.Second)
	s := w.wants(t, Failed)
	if s.Error != Offline {
		t.Errorf("error %q", s.Error)
	}
	at := s.Position
	if at < 12 {
		t.Errorf("what was buffered did not play: %v", at)
	}
	w.offline = false
	w.p.Event(WentOnline)
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); s.Position < at+0.5 || s.Position > at+2.5 {
		t.Errorf("went on at %v after %v", s.Position, at)
	}
}

func TestRefusals(t *testing.T) {
	for status, want := range map[int]ErrorKind{401: SignIn, 403: Forbidden, 404: Gone, 410: Gone, 451: Blocked, 503: Busy, 429: Busy, 500: Network, -1: Network} {
		w := newWorld(t, 60, 400, 900)
		w.refuse = func(string) int { return status }
		load(w, 60, Options{})
		w.run(25 * time.Second)
		if s := w.wants(t, Failed); s.Error != want {
			t.Errorf("%d gives %q, want %q", status, s.Error, want)
		}
	}
}

func TestALevelThatIsGone(t *testing.T) {
	w := newWorld(t, 60, 400, 900, 1800)
	w.refuse = func(address string) int {
		if address[0] == '2' && w.now > 15*time.Second {
			return 404
		}
		return 0
	}
	load(w, 60, Options{})
	w.run(70 * time.Second)
	if w.wants(t, Ended); w.stalls > 0 {
		t.Errorf("%d stalls, levels %v", w.stalls, w.shown)
	}
}

func TestFlakyLine(t *testing.T) {
	w := newWorld(t, 60, 400, 900, 1800)
	w.refuse = func(string) int {
		if int(w.now.Seconds()*10)%20 == 0 { // twice in four seconds all connections break
			return -1
		}
		return 0
	}
	load(w, 60, Options{})
	w.run(75 * time.Second)
	if s := w.wants(t, Ended); w.stalls > 0 || s.Stats.Retries == 0 {
		t.Errorf("%d stalls, %d retries", w.stalls, s.Stats.Retries)
	}
}

func TestFullBuffer(t *testing.T) {
	for _, quota := range []float64{9, 12, 20} {
		w := newWorld(t, 120, 400)
		w.media.quota = quota
		load(w, 120, Options{})
		w.run(130 * time.Second)
		if w.wants(t, Ended); w.stalls > 0 {
			t.Errorf("quota %v: %d stalls", quota, w.stalls)
		}
	}
}

func TestEviction(t *testing.T) {
	w := newWorld(t, 120, 400, 900)
	load(w, 120, Options{})
	w.run(20 * time.Second)
	w.media.bufs[0].cut(Span{30, 42}) // the browser needs its memory
	w.run(110 * time.Second)
	if w.wants(t, Ended); w.stalls > 0 {
		t.Errorf("%d stalls", w.stalls)
	}
	for _, s := range w.media.Buffered(0) {
		if s.From > 120-3*keepBehind {
			return
		}
	}
	t.Errorf("too much is kept: %v", w.media.Buffered(0))
}

func TestGaps(t *testing.T) {
	for _, hole := range []Span{{10, 10.4}, {10, 10.7}, {16.1, 19.9}, {0, 0.2}} {
		w := newWorld(t, 40, 400)
		w.media.hole = hole
		load(w, 40, Options{})
		w.run(60 * time.Second)
		w.wants(t, Ended)
	}
}

func TestDecodeErrors(t *testing.T) {
	w := newWorld(t, 60, 400, 900, 1800)
	load(w, 60, Options{})
	w.run(10 * time.Second)
	at := w.p.State().Position
	fail := func() { w.media.failed = true; w.p.Event(Broken) }
	fail()
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); s.Position < at || s.Position > at+3 || w.media.opens != 2 {
		t.Errorf("after one error: %+v", s)
	}
	fail()
	w.run(time.Second)
	if s := w.wants(t, Failed); s.Error != Decode {
		t.Errorf("after two errors: %q", s.Error)
	}
	w.p.Retry()
	w.run(2 * time.Second)
	w.wants(t, Playing)
}

func TestRefusedAppend(t *testing.T) {
	w := newWorld(t, 60, 400)
	load(w, 60, Options{})
	w.run(2 * time.Second)
	w.media.reject = ErrAppend
	w.run(60 * time.Second)
	w.wants(t, Ended)
}

func TestNothingToPlay(t *testing.T) {
	w := newWorld(t, 60)
	load(w, 60, Options{})
	if s := w.wants(t, Failed); s.Error != Processing {
		t.Errorf("%q", s.Error)
	}
}

func TestSilentAutoplay(t *testing.T) {
	w := newWorld(t, 60, 400)
	w.media.noSound = true
	load(w, 60, Options{})
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); !s.Muted || !s.MutedAuto {
		t.Errorf("%+v", s)
	}
	w.p.SetMuted(false)
	if s := w.p.State(); s.MutedAuto || s.Muted {
		t.Errorf("unmuted: %+v", s)
	}
}
