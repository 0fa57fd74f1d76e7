package player

import (
	"testing"
	"time"
)

func load(w *world, seconds float64, o Options) {
	o.Autoplay = true
	w.p.Load(w.boot(seconds), o)
}

func TestSteadyLine(t *testing.T) {
	w := newWorld(t, 60, 400, 900, 1800, 3500)
	load(w, 60, Options{})
	w.run(3 * time.Second)
	if s := w.p.State(); s.Phase != Playing || !s.Started || s.Stats.FirstFrame == 0 || s.Stats.FirstFrame > 0.5 {
		t.Fatalf("after 3 s: %+v", s)
	}
	w.run(80 * time.Second)
	s := w.p.State()
	if s.Phase != Ended || w.stalls != 0 || s.Position < 59.9 {
		t.Errorf("at the end: %+v, %d stalls", s, w.stalls)
	}
	if n := len(w.shown); n > 3 || w.shown[n-1] != 3 {
		t.Errorf("levels %v, want a short way to the highest", w.shown)
	}
}
