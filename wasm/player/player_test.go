package player

import (
	"math"
	"testing"
	"time"
)

func load(w *world, seconds float64, o Options) {
	o.Autoplay = true
	w.p.Load(w.boot(seconds), o)
}

func switches(shown []int) (n, down int) {
	for i := 1; i < len(shown); i++ {
		n++
		if shown[i] < shown[i-1] {
			down++
		}
	}
	return n, down
}

func TestWhatViewersBroughtIsKnown(t *testing.T) {
	w := newWorld(t, 60, 300)
	load(w, 60, Options{})
	w.run(2 * time.Second)
	if s := w.p.State(); len(s.Shared) > 0 || len(s.Buffered) == 0 {
		t.Errorf("%+v", s.Shared)
	}
	w.from = Peer
	w.run(20 * time.Second)
	s := w.p.State()
	if len(s.Shared) != 1 || s.Shared[0].From < 2 || math.Abs(s.Shared[0].To-s.Buffered[0].To) > 0.1 {
		t.Errorf("%+v of %+v", s.Shared, s.Buffered)
	}
	w.from = Server
	w.run(10 * time.Second)
	if later := w.p.State(); len(later.Shared) != 1 || later.Shared[0].To > s.Shared[0].To+4 || later.Buffered[0].To < s.Buffered[0].To+5 {
		t.Errorf("%+v of %+v", later.Shared, later.Buffered)
	}
}

func TestLines(t *testing.T) {
	const M = 1e6
	for _, c := range []struct {
		name     string
		line     func(time.Duration) float64
		stalls   int // at most
		switches int // at most
		last     int // level on the screen at the end, -1 for any
		least    int // level that must have been reached
	}{
		{"steady and fast", steady(10 * M), 0, 2, 3, 3},
		{"steady between two levels", steady(2.6 * M), 0, 2, 2, 2},
		{"just above the lowest", steady(0.5 * M), 1, 2, 0, 0},
		{"drops for good", func(at time.Duration) float64 {
			if at < 40*time.Second {
				return 8 * M
			}
			return 1.3 * M
		}, 0, 6, 1, 3},
		{"drops far", func(at time.Duration) float64 {
			if at < 40*time.Second {
				return 8 * M
			}
			return 0.6 * M
		}, 1, 7, 0, 3},
		{"rises", func(at time.Duration) float64 {
			if at < 40*time.Second {
				return 0.7 * M
			}
			return 8 * M
		}, 1, 5, 3, 3},
		{"swings every 10 s", func(at time.Duration) float64 {
			if int(at.Seconds())/10%2 == 0 {
				return 5 * M
			}
			return 1 * M
		}, 0, 8, -1, 1},
		{"swings every 2 s", func(at time.Duration) float64 {
			if int(at.Seconds())/2%2 == 0 {
				return 4 * M
			}
			return 1 * M
		}, 0, 8, -1, 1},
		{"wobbles around a level", func(at time.Duration) float64 {
			return 2.2*M + 0.5*M*math.Sin(at.Seconds()/3)
		}, 0, 5, -1, 1},
		{"is gone for 15 s", func(at time.Duration) float64 {
			if at > 60*time.Second && at < 75*time.Second {
				return 0
			}
			return 6 * M
		}, 0, 6, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 180, 400, 900, 1800, 3500)
			w.line = c.line
			load(w, 180, Options{})
			w.run(200 * time.Second)
			s := w.p.State()
			n, _ := switches(w.shown)
			most := 0
			for _, l := range w.shown {
				most = max(most, l)
			}
			t.Logf("levels %v, %d stalls, %.1f s", w.shown, w.stalls, s.Stats.StalledFor)
			if s.Phase != Ended || w.stalls > c.stalls || n > c.switches || most < c.least || c.last >= 0 && w.shown[n] != c.last {
				t.Errorf("phase %s at %.1f, want at most %d stalls and %d switches, reach %d, end with %d", s.Phase, s.Position, c.stalls, c.switches, c.least, c.last)
			}
		})
	}
}
