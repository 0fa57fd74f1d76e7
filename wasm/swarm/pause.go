package swarm

import "time"

// pause is whether the video stands still, and since when.
type pause struct {
	on    bool
	since time.Duration
	stood time.Duration // all pauses that are over
	rests bool
}

// What pauses mean.
const (
	pauseStops  = time.Minute // nothing is sent
	pauseCloses = 5 * time.Minute
)

// SetPaused tells whether the video stands still. After a minute of that nothing is sent, after five nobody is met.
func (s *Swarm) SetPaused(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, h := s.w.Clock.Now(), &s.pause
	switch {
	case on && !h.on:
		h.since = now
	case !on && h.on:
		h.stood += now - h.since
		h.rests = false
	}
	h.on = on
	s.wake()
}

// clock stands still while the video does.
func (h *pause) clock(now time.Duration) time.Duration {
	if h.on {
		now = h.since
	}
	return now - h.stood
}

// quiet tells that nothing may be sent.
func (h *pause) quiet(now time.Duration) bool { return h.on && now-h.since > pauseStops }

// rest closes everything after a long pause.
func (s *Swarm) rest(now time.Duration) {
	if h := &s.pause; h.on && !h.rests && now-h.since > pauseCloses {
		h.rests = true
		s.post.leave(s)
		for len(s.links) > 0 {
			s.links[0].drop()
		}
	}
}
