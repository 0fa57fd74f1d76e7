package swarm

import (
	"sort"
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

func (w *town) sums() (stalls int, most int, met int) {
	for _, v := range w.viewers {
		stalls += v.stalls
		most = max(most, v.s.Stats().Peers)
		met = max(met, len(v.met))
	}
	return stalls, most, met
}

func TestCrowd(t *testing.T) {
	for _, n := range []int{4, 16, 64} {
		for _, spread := range []time.Duration{time.Second, time.Minute} {
			begin := time.Now()
			share, w := crowd(t, n, spread, 600, nil)
			stalls, _, met := w.sums()
			var sent []int
			var start time.Duration
			bad := 0
			for _, v := range w.viewers {
				sent = append(sent, int(v.s.Stats().Sent>>20))
				start = max(start, v.started-v.joined)
				bad += v.s.Stats().Bad
				if !v.done {
					t.Errorf("viewer %s is at %.0f", v.name, v.pos)
				}
			}
			sort.Ints(sent)
			t.Logf("n %d spread %v: from viewers %.1f %% (ceiling %.1f) stalls %d met %d start %v sent %d..%d..%d MiB (%v)", n, spread, 100-100*share, 100-100/float64(n), stalls, met, start, sent[0], sent[len(sent)/2], sent[len(sent)-1], time.Since(begin))
		}
	}
}
