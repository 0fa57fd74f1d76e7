package swarm

import (
	"math"
	"time"
)

// meters are speeds, measured once a second.
type meters struct {
	at       time.Duration
	down, up int64 // bytes since then
	downRate float64
	upRate   float64
}

func (m *meters) tick(s *Swarm, now time.Duration) {
	dt := (now - m.at).Seconds()
	if dt < 1 {
		return
	}
	keep := math.Pow(0.5, dt/2) // half of it is of the last two seconds
	m.downRate = m.downRate*keep + float64(m.down)/dt*(1-keep)
	m.upRate = m.upRate*keep + float64(m.up)/dt*(1-keep)
	m.at, m.down, m.up = now, 0, 0
	for _, l := range s.links {
		for _, p := range l.streams {
			p.measure(dt)
		}
	}
}

// measure learns how fast a peer sends. When it had nothing to do for a part of the time, it can only be faster than seen.
func (p *peer) measure(dt float64) {
	r := float64(p.got) / dt
	busy := p.owed > 0
	p.got = 0
	if busy || r > p.rate {
		p.rate = max(0.7*p.rate+0.3*r, 1000)
	}
	p.served *= math.Pow(0.5, dt/10)
}

// Stats are the present figures.
func (s *Swarm) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.Mode = s.mode
	out.Down, out.Up = int64(8*s.meters.downRate), int64(8*s.meters.upRate)
	for _, l := range s.links {
		if l.live() {
			out.Peers++
		}
	}
	if len(s.links) == 0 {
		out.Down, out.Up = 0, 0
	}
	out.Full = s.limits.Session > 0 && out.Sent >= s.limits.Session
	out.State, out.Why = s.state(out.Peers)
	return out
}

func (s *Swarm) state(peers int) (State, Why) {
	switch {
	case s.mode == Held:
		return StateHeld, NoReason
	case s.mode == Off:
		return StateOff, NoReason
	case s.desk.refused != NoReason:
		return StateRefused, s.desk.refused
	case s.pause.rests:
		return StateResting, NoReason
	case peers > 0:
		return StateSharing, NoReason
	case s.level == nil || s.video.UUID == "":
		return StateIdle, NoReason
	}
	return StateSeeking, s.desk.why
}
