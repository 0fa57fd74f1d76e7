package player

import "time"

// Rules of the automatic choice. Seconds are of buffered media.
const (
	upAhead    = 8.0  // no step up with less buffered
	calmAhead  = 12.0 // no step down with more buffered
	shortAhead = 4.0  // below it the step down is a careful one

	firstShare = 0.7  // of the estimate, for the first segment
	upShare    = 0.8  // for a step up
	downShare  = 0.95 // a level above it is too much
	safeShare  = 0.6  // when the buffer is short

	firstHeight = 480 // while nothing is known of the line
	saverHeight = 480
)

// chooser picks levels: never above what the line brings, and not up again soon after a fall.
type chooser struct {
	est   estimate
	shy   map[int]time.Duration // no step up to a level before
	falls map[int]int           // how often each level was too much soon after the step up
	rose  map[int]time.Duration // when each level was stepped up to
}

func newChooser(kept float64) *chooser {
	return &chooser{est: newEstimate(kept), shy: map[int]time.Duration{}, falls: map[int]int{}, rose: map[int]time.Duration{}}
}

// scene is all that a choice depends on beside the line.
type scene struct {
	now     time.Duration
	levels  []*rendition
	current int // -1 at the start
	ahead   float64
	fits    func(i int) bool // within the size of the player, and playable
}

// pick is the level for the next segment.
func (c *chooser) pick(s scene) int {
	rate := c.est.rate()
	if s.current < 0 || !s.fits(s.current) {
		if rate == 0 {
			return c.timid(s, s.tallest(firstHeight))
		}
		return c.timid(s, s.best(rate*firstShare))
	}
	bw := float64(s.levels[s.current].Bandwidth)
	switch {
	case rate == 0:
		return s.current
	case bw > rate*downShare && s.ahead < shortAhead:
		return c.fall(s, s.best(rate*safeShare))
	case bw > rate*downShare && s.ahead < calmAhead:
		return c.fall(s, s.best(rate*upShare))
	case s.ahead >= upAhead || s.ahead >= shortAhead && c.est.measured() && len(c.falls) == 0:
		return c.rise(s, s.best(rate*upShare))
	}
	return s.current
}

// timid keeps away from levels that have just failed, as long as there is a lower one.
func (c *chooser) timid(s scene, level int) int {
	for i := level; i >= 0; i-- {
		if s.fits(i) && s.now >= c.shy[i] {
			return i
		}
	}
	return level
}

func (c *chooser) rise(s scene, to int) int {
	for to > s.current && (s.now < c.shy[to] || !s.fits(to)) {
		to--
	}
	if to <= s.current {
		return s.current
	}
	c.rose[to] = s.now
	return to
}

// fall remembers a level that lasted less than a minute, and stays away from it twice as long each time.
func (c *chooser) fall(s scene, to int) int {
	if to >= s.current {
		return s.current
	}
	if rose, ok := c.rose[s.current]; ok && s.now-rose < time.Minute {
		wait := 20 * time.Second << min(c.falls[s.current], 4)
		c.falls[s.current]++
		for i := s.current; i < len(s.levels); i++ {
			c.shy[i] = max(c.shy[i], s.now+wait)
		}
	}
	return to
}

// best is the highest level that fits and needs at most rate; the lowest playable one when all need more.
func (s scene) best(rate float64) int {
	out := -1
	for i, l := range s.levels {
		if s.fits(i) && (out < 0 || float64(l.Bandwidth) <= rate) {
			out = i
		}
	}
	return out
}

// tallest is the highest level of at most that many lines.
func (s scene) tallest(lines int) int {
	out := -1
	for i, l := range s.levels {
		if s.fits(i) && (out < 0 || l.lines() <= lines) {
			out = i
		}
	}
	return out
}

// lines is the shorter side, which names a level whichever way the picture stands.
func (r *rendition) lines() int {
	if r.Width > 0 {
		return min(r.Width, r.Height)
	}
	return r.Height
}

// flee keeps away from a level that made the picture stand still.
func (c *chooser) flee(level int, now time.Duration) {
	c.falls[level]++
	c.shy[level] = max(c.shy[level], now+20*time.Second<<min(c.falls[level], 4))
}
