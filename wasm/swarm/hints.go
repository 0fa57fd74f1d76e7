package swarm

import "time"

// hinted is what the page told, and since when.
type hinted struct {
	Hints
	paused time.Duration // since, when Paused
	hidden time.Duration // since, when Hidden
	stood  time.Duration // all pauses that are over
	rests  bool
}

// What pauses and hidden tabs mean.
const (
	pauseStops  = time.Minute // nothing is sent
	pauseCloses = 5 * time.Minute
	hiddenStops = 30 * time.Minute
)

// SetHints tells what the page noticed of itself.
func (s *Swarm) SetHints(h Hints) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, was := s.w.Clock.Now(), &s.hints
	switch {
	case h.Paused && !was.Paused:
		was.paused = now
	case !h.Paused && was.Paused:
		was.stood += now - was.paused
		was.rests = false
	}
	if h.Hidden && !was.Hidden {
		was.hidden = now
	}
	was.Hints = h
	s.wake()
}

// clock stands still while the video does.
func (h *hinted) clock(now time.Duration) time.Duration {
	if h.Paused {
		now = h.paused
	}
	return now - h.stood
}

// quiet tells that nothing may be sent.
func (h *hinted) quiet(now time.Duration) bool {
	return h.Battery || h.Paused && now-h.paused > pauseStops || h.Hidden && now-h.hidden > hiddenStops
}

// rest closes everything after a long pause.
func (s *Swarm) rest(now time.Duration) {
	if h := &s.hints; h.Paused && !h.rests && now-h.paused > pauseCloses {
		h.rests = true
		s.post.leave(s)
		for len(s.links) > 0 {
			s.links[0].drop()
		}
	}
}
