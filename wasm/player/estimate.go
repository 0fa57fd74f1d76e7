package player

import (
	"math"
	"time"
)

// estimate is how many bits a second the line brings, from two moving averages of which the lower counts:
// one is quick to see a drop, the other slow to believe a rise.
type estimate struct {
	fast, slow average
	kept       float64 // from an earlier visit, until there are measurements
}

// average forgets half in half seconds of weight.
type average struct{ half, sum, weight float64 }

func newEstimate(kept float64) estimate {
	return estimate{fast: average{half: 2}, slow: average{half: 5}, kept: kept}
}

func (a *average) add(v, weight float64) {
	keep := math.Pow(0.5, weight/a.half)
	a.sum = a.sum*keep + v*(1-keep)
	a.weight = a.weight*keep + (1 - keep)
}

func (a *average) value() float64 { return a.sum / a.weight }

// leastSample is the number of bytes below which a transfer tells more of the delay than of the rate.
const leastSample = 16 << 10

// add counts a transfer. first is how long the first byte took; a line that answers in bursts gains at most a factor of two from it.
func (e *estimate) add(bytes int64, took, first time.Duration) {
	if bytes < leastSample {
		return
	}
	s := max(took-min(first, took/2), 2*time.Millisecond).Seconds()
	weight := min(max(took.Seconds(), 0.5), 4)
	rate := float64(bytes) * 8 / s
	e.fast.add(rate, weight)
	e.slow.add(rate, weight)
}

// rate is in bits per second, 0 while unknown.
func (e *estimate) rate() float64 {
	if e.fast.weight == 0 {
		return e.kept
	}
	return min(e.fast.value(), e.slow.value())
}

func (e *estimate) measured() bool { return e.fast.weight > 0 }
