package swarm

import (
	"testing"
	"time"
)

// crowd plays ten minutes for n viewers whose joins are spread, and gives how much of what was played came from the server.
func crowd(t testing.TB, n int, spread time.Duration, seconds float64, setup func(i int, v *viewer)) (share float64, w *town) {
	w = newTown(t)
	w.degree = 16
	f := w.film("720", seconds, 1_000_000)
	ups := []float64{1e6, 5e6, 20e6}
	for i := range n {
		v := w.viewer(ups[i%3])
		if setup != nil {
			setup(i, v)
		}
		w.after(time.Duration(float64(spread)*w.rand.Float64()), func() { v.play(f, On) })
	}
	w.run(time.Duration(seconds*1.1*float64(time.Second)) + spread)
	var played float64
	for _, v := range w.viewers {
		if v.gone {
			played += v.pos * v.perSecond()
		} else {
			played += float64(v.got)
		}
	}
	return float64(w.origin) / played, w
}

func (w *town) sums() (stalls, met int) {
	for _, v := range w.viewers {
		stalls += v.stalls
		met = max(met, len(v.met))
	}
	return stalls, met
}

func TestMostComesFromViewers(t *testing.T) {
	for _, c := range []struct {
		n       int
		spread  time.Duration
		seconds float64
		least   float64 // per cent
	}{
		{2, time.Millisecond, 600, 48},
		{4, time.Second, 600, 70},
		{4, time.Minute, 600, 70},
		{16, time.Second, 600, 88},
		{16, time.Minute, 600, 89},
		{64, time.Minute, 600, 95},
	} {
		share, w := crowd(t, c.n, c.spread, c.seconds, nil)
		stalls, met := w.sums()
		if got := 100 - 100*share; got < c.least || stalls > 0 || met > 16 {
			t.Errorf("%d viewers within %v: %.1f %% from viewers, %d stalls, met %d", c.n, c.spread, got, stalls, met)
		}
		for _, v := range w.viewers {
			if v.twice > v.film.length/50 {
				t.Errorf("the server sent viewer %s %d bytes twice", v.name, v.twice)
			}
			if !v.done || v.s.Stats().Bad > 0 || v.started-v.joined > time.Second {
				t.Errorf("viewer %s is at %.0f of %.0f s, started after %v", v.name, v.pos, c.seconds, v.started-v.joined)
			}
		}
	}
}
