package controls

// Tap is what a touch of the picture means.
type Tap int

// The meanings of taps.
const (
	ShowOrHide Tap = iota // of the controls
	SkipBack
	SkipForward
	PlayOrPause
)

const (
	doubleTap = 300 // ms between the taps of a pair
	furtherOn = 700 // ms in which another tap adds to a skip
)

// Taps tells single from double taps by their times and thirds of the picture.
type Taps struct {
	last  float64 // ms
	third int
	run   bool // within a series of skips
}

// Tap takes a tap at a time (ms) and a place (part of the width from the left).
func (t *Taps) Tap(now, part float64) Tap {
	third := min(2, int(part*3))
	gap := now - t.last
	paired := third == t.third && t.last > 0 && (gap <= doubleTap || t.run && gap <= furtherOn)
	t.last, t.third = now, third
	if !paired {
		t.run = false
		return ShowOrHide
	}
	switch third {
	case 0:
		t.run = true
		return SkipBack
	case 2:
		t.run = true
		return SkipForward
	}
	t.last = 0
	return PlayOrPause
}
