package controls

import (
	"slices"
	"testing"
)

func TestTaps(t *testing.T) {
	type at struct{ ms, part float64 }
	for name, c := range map[string]struct {
		taps []at
		want []Tap
	}{
		"one":             {[]at{{1000, .1}}, []Tap{ShowOrHide}},
		"slow pair":       {[]at{{1000, .1}, {1400, .1}}, []Tap{ShowOrHide, ShowOrHide}},
		"left pair":       {[]at{{1000, .1}, {1200, .2}}, []Tap{ShowOrHide, SkipBack}},
		"right adds":      {[]at{{1000, .9}, {1200, .9}, {1800, .9}}, []Tap{ShowOrHide, SkipForward, SkipForward}},
		"right pauses":    {[]at{{1000, .9}, {1200, .9}, {2000, .9}}, []Tap{ShowOrHide, SkipForward, ShowOrHide}},
		"centre":          {[]at{{1000, .5}, {1200, .5}, {1300, .5}}, []Tap{ShowOrHide, PlayOrPause, ShowOrHide}},
		"different sides": {[]at{{1000, .1}, {1200, .9}}, []Tap{ShowOrHide, ShowOrHide}},
		"right edge":      {[]at{{1000, 1}, {1200, 1}}, []Tap{ShowOrHide, SkipForward}},
	} {
		var taps Taps
		var got []Tap
		for _, p := range c.taps {
			got = append(got, taps.Tap(p.ms, p.part))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
