package swarm

import (
	"sync"

	"shoal/wasm/player"
)

var _ player.Source = (*Swarm)(nil)

// Swarm is a player's source. Make it with New; it serves one video after the other.
type Swarm struct {
	w World

	mu     sync.Mutex // a browser's goroutine may be parked by the collector in the middle of a call
	limits Limits
	hints  Hints
	mode   Mode
	video  Video
	stats  Stats
}

// New makes a swarm that is held. Limits that are 0 where that makes no sense are the usual ones.
func New(w World, l Limits) *Swarm {
	return &Swarm{w: w, limits: l.sane(), mode: Held}
}

func (l Limits) sane() Limits {
	if l.Cache <= 0 {
		l.Cache = PhoneCache
	}
	if l.Peers <= 0 {
		l.Peers = UsualPeers
	}
	return l
}

// Open turns to another video; what was shared of the last one is let go.
func (s *Swarm) Open(v Video) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.video = v
}

// SetMode starts or ends sharing. Off and Held close everything within a second.
func (s *Swarm) SetMode(m Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = m
}

// SetLimits changes the viewer's limits at any time.
func (s *Swarm) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l.sane()
}

// SetHints tells what the page noticed of itself.
func (s *Swarm) SetHints(h Hints) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hints = h
}

// Stats are the present figures.
func (s *Swarm) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.Mode = s.mode
	out.State = StateHeld
	return out
}

// Close lets go of everything.
func (s *Swarm) Close() {
	s.SetMode(Off)
}

// Fetch brings a stretch of a file.
func (s *Swarm) Fetch(p player.Piece, to player.Sink) (cancel func()) {
	return s.w.Server.Fetch(p, to)
}

// Text asks the server for a playlist.
func (s *Swarm) Text(address string, done func(string, error)) (cancel func()) {
	return s.w.Server.Text(address, done)
}
