package player

import (
	"testing"
	"time"
)

func (w *world) wants(t *testing.T, phase Phase) State {
	t.Helper()
	s := w.p.State()
	if s.Phase != phase {
		t.Fatalf("at %v phase %q (%q) at %.2f, want %q", w.now, s.Phase, s.Error, s.Position, phase)
	}
	return s
}

func TestSeeks(t *testing.T) {
	for _, to := range []float64{0, 3.9, 4, 17.3, 55, 179.99, 500, -3} {
		w := newWorld(t, 180, 400, 900, 1800, 3500)
		load(w, 180, Options{})
		w.run(10 * time.Second)
		before := w.fetched
		w.p.Seek(to)
		w.run(1500 * time.Millisecond)
		want := max(0, min(to, 179.95))
		if s := w.p.State(); s.Position < want-0.001 || s.Position > want+1.51 || s.Stalled || s.Phase == Failed {
			t.Errorf("seek to %v: %+v", to, s)
		}
		if to < 15 && to >= 0 && w.media.opens != 1 {
			t.Errorf("seek to %v opened a new source (%v)", to, before)
		}
		w.run(5 * time.Second)
		if s := w.p.State(); s.Phase != Ended && s.Position < want+3.5 {
			t.Errorf("after the seek to %v it stands at %v", to, s.Position)
		}
	}
}

func TestSeekInsideTheBufferFetchesNothing(t *testing.T) {
	w := newWorld(t, 60, 400)
	load(w, 60, Options{})
	w.run(15 * time.Second) // 30 s ahead are here
	w.p.Seek(3)
	before := w.fetched["0"]
	w.run(500 * time.Millisecond)
	w.p.Seek(20)
	w.run(500 * time.Millisecond)
	if n := w.fetched["0"] - before; n > 300_000 {
		t.Errorf("%d bytes were fetched for seeks inside the buffer", n)
	}
}

func TestDraggingAsksLittle(t *testing.T) {
	w := newWorld(t, 600, 400, 900, 1800)
	load(w, 600, Options{})
	w.run(5 * time.Second)
	before := w.started
	for i := range 50 {
		w.p.Seek(100 + 8*float64(i))
		w.run(40 * time.Millisecond)
	}
	if n := w.started - before; n > 12 {
		t.Errorf("%d fetches for one drag of 2 s", n)
	}
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); s.Position < 492 || s.Position > 496 {
		t.Errorf("after the drag at %v", s.Position)
	}
}

func TestStartInTheMiddle(t *testing.T) {
	w := newWorld(t, 180, 400, 900)
	load(w, 180, Options{Start: 100})
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); s.Position < 100.5 {
		t.Errorf("at %v", s.Position)
	}
	if w.media.Buffered(0)[0].From != 100 {
		t.Errorf("buffered %v, want nothing before 100", w.media.Buffered(0))
	}
}

func TestManualLevel(t *testing.T) {
	w := newWorld(t, 120, 400, 900, 1800, 3500)
	load(w, 120, Options{})
	w.run(20 * time.Second)
	for _, level := range []int{0, 2, 3, 1} {
		w.p.SetLevel(level)
		w.run(6500 * time.Millisecond)
		if s := w.wants(t, Playing); s.Current != level || s.Chosen != level {
			t.Errorf("level %d: shows %d", level, s.Current)
		}
	}
	if w.stalls > 0 || w.media.opens != 1 {
		t.Errorf("%d stalls, %d sources", w.stalls, w.media.opens)
	}
	w.p.SetLevel(Auto)
	w.run(90 * time.Second)
	if w.wants(t, Ended); w.shown[len(w.shown)-1] != 3 {
		t.Errorf("levels %v, want the highest at last", w.shown)
	}
}

func TestSizeAndSaver(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*world)
		most   int
	}{
		{"full", func(*world) {}, 3},
		{"small", func(w *world) { w.w, w.h = 400, 225 }, 0},
		{"a little larger than a level", func(w *world) { w.w, w.h = 1366, 768 }, 2},
		{"phone, upright", func(w *world) { w.w, w.h = 1080, 2400 }, 2},
		{"saver", func(w *world) { w.saver = true }, 1},
		{"small, but asked for", func(w *world) { w.w, w.h = 400, 225; w.p.SetUnlimitedSize(true) }, 3},
	} {
		w := newWorld(t, 60, 400, 900, 1800, 3500) // 360, 480, 720, 1080 lines
		c.change(w)
		load(w, 60, Options{})
		w.run(40 * time.Second)
		most := 0
		for _, l := range w.shown {
			most = max(most, l)
		}
		if most != c.most {
			t.Errorf("%s: reached level %d, want %d", c.name, most, c.most)
		}
	}
}

func TestLoops(t *testing.T) {
	w := newWorld(t, 12, 400)
	load(w, 12, Options{})
	w.p.SetLoop(true, Span{})
	w.run(18 * time.Second)
	if s := w.wants(t, Playing); s.Position < 4 || s.Position > 7 || w.news&LoopedBack == 0 {
		t.Errorf("after 18 s of 12 at %v", s.Position)
	}
	w.p.SetLoop(true, Span{2, 5})
	w.run(20 * time.Second)
	if s := w.wants(t, Playing); s.Position < 2 || s.Position > 5.3 {
		t.Errorf("outside the part at %v", s.Position)
	}
	w.p.SetLoop(false, Span{})
	w.run(12 * time.Second)
	w.wants(t, Ended)
	w.p.Play()
	w.run(time.Second)
	if s := w.wants(t, Playing); s.Position > 1.1 {
		t.Errorf("played again from %v", s.Position)
	}
}
