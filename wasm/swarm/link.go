package swarm

import (
	"time"

	"shoal/shared/announce"
)

// link is a connection to another viewer, with a stream for each file that both have something of.
type link struct {
	s       *Swarm
	remote  announce.ID
	mine    bool // we made the offer
	offer   announce.ID
	sdp     string
	kin     bool // takes siblings
	tried   []*file
	made    time.Duration
	opened  time.Duration
	streams []*peer
}

func (s *Swarm) newLink(mine bool) *link {
	l := &link{s: s, mine: mine, made: s.w.Clock.Now()}
	s.links = append(s.links, l)
	return l
}

// drop closes all streams, and the connection with the last.
func (l *link) drop() {
	if len(l.streams) == 0 {
		l.without(nil)
	}
	for len(l.streams) > 0 {
		l.streams[0].drop()
	}
}

// without forgets a stream, and the link when there is none left.
func (l *link) without(p *peer) {
	for i, o := range l.streams {
		if o == p {
			l.streams = append(l.streams[:i:i], l.streams[i+1:]...)
			break
		}
	}
	if len(l.streams) > 0 {
		return
	}
	for i, o := range l.s.links {
		if o == l {
			l.s.links = append(l.s.links[:i:i], l.s.links[i+1:]...)
			return
		}
	}
}

// live tells whether somebody is at the other end.
func (l *link) live() bool {
	for _, p := range l.streams {
		if p.greeted {
			return true
		}
	}
	return false
}

// kindred opens streams about a file with those whom we know from another one.
func (f *file) kindred() {
	for _, l := range f.s.links {
		if !l.kin || l.knows(f) {
			continue
		}
		l.tried = append(l.tried, f)
		p := newPeer(f.s, l, f, true)
		p.conn = l.streams[0].conn.Sibling(p.ear())
	}
}

func (l *link) knows(f *file) bool {
	for _, o := range l.tried {
		if o == f {
			return true
		}
	}
	for _, p := range l.streams {
		if p.f == f {
			return true
		}
	}
	return false
}

// Times after which a connection is given up.
const (
	offerFor  = 50 * time.Second // an offer without an answer
	openFor   = 25 * time.Second // an answer that leads to no connection
	greetFor  = 20 * time.Second
	silentFor = 130 * time.Second
	keepAlive = 55 * time.Second
	feedFor   = 8 * time.Second // nothing of what was asked for
	idleFor   = 90 * time.Second
)

// late tells whether a link should be open by now.
func (l *link) late(now time.Duration) bool {
	switch {
	case l.opened > 0:
		return !l.live() && now-l.opened > greetFor
	case l.mine:
		return now-l.made > offerFor
	}
	return now-l.made > openFor
}
