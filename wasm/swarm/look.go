package swarm

import (
	"time"

	"shoal/shared/wire"
)

// look goes over the connections: who is silent, slow, or of no use.
func (s *Swarm) look(now time.Duration) {
	s.rest(now)
	for _, l := range append([]*link(nil), s.links...) {
		if l.late(now) {
			l.drop()
			continue
		}
		for _, p := range append([]*peer(nil), l.streams...) {
			p.look(now)
		}
	}
	if s.crowded() {
		s.dismiss(now)
	}
}

const mostStrikes = 3

func (p *peer) look(now time.Duration) {
	switch {
	case !p.greeted:
	case now-p.heard > silentFor:
		p.link.drop()
	case p.owed > 0 && now-p.fed > feedFor:
		p.strike(now)
	case now-p.spoke > keepAlive:
		p.send(wire.Message{Kind: wire.KeepAlive}.Append(nil))
	}
}

// strike notes that a peer let us wait, and asks somebody else.
func (p *peer) strike(now time.Duration) {
	p.strikes++
	p.release()
	p.rate = max(p.rate/2, 1000)
	p.rest = now + 5*time.Second<<p.strikes
	if p.strikes >= mostStrikes {
		p.link.drop()
	}
	p.s.wake()
}

// most is how many connections there may be.
func (s *Swarm) most() int {
	n := s.limits.Peers
	if p := s.desk.p.Peers; p > 0 && p < n {
		n = p
	}
	return n
}

// crowded tells whether another connection would be one too many.
func (s *Swarm) crowded() bool { return len(s.links) >= s.most() }

// dismiss closes the connection that has been of no use to either side for the longest time.
func (s *Swarm) dismiss(now time.Duration) {
	for _, l := range s.links {
		idle := l.opened > 0 && now-l.opened > idleFor
		for _, p := range l.streams {
			if p.owed > 0 || len(p.queue) > 0 || now-p.fed < idleFor || now-p.lastTook < idleFor {
				idle = false
			}
		}
		if idle {
			l.drop()
			return
		}
	}
}
