package controls

import (
	"strconv"
	"strings"
)

const remembered = 200 // positions kept in one browser

// Positions is where a guest stopped, newest first, as text: id and seconds, one a line.
type Positions string

// At gives where the video was left; 0 when it is not known.
func (p Positions) At(id string) float64 {
	for line := range strings.Lines(string(p)) {
		if rest, ok := strings.CutPrefix(line, id+" "); ok {
			n, _ := number(strings.TrimSpace(rest))
			return n
		}
	}
	return 0
}

// With puts a video in front; seconds 0 forgets it. What is beyond the bound falls off the end.
func (p Positions) With(id string, seconds float64) Positions {
	if id == "" || strings.ContainsAny(id, " \n") {
		return p
	}
	var b strings.Builder
	n := 0
	if seconds > 0 {
		b.WriteString(id + " " + strconv.Itoa(int(seconds)) + "\n")
		n++
	}
	for line := range strings.Lines(string(p)) {
		if n == remembered {
			break
		}
		if !strings.HasPrefix(line, id+" ") && strings.HasSuffix(line, "\n") {
			b.WriteString(line)
			n++
		}
	}
	return Positions(b.String())
}

// Worth says whether a position is far enough from both ends to come back to.
func Worth(at, duration float64) bool {
	return at > 10 && duration > 0 && at < .95*duration
}

// First is where playback starts and whether the person should be told: the address wins, then what was remembered.
func First(s Start, saved, duration float64) (at float64, resumed bool) {
	switch {
	case s.HasAt:
		return s.At, false
	case s.Resume && Worth(saved, duration):
		return saved, true
	}
	return 0, false
}
