package swarm

import (
	"time"

	"shoal/shared/wire"
)

// upload is what we send: a bucket of bytes, and whose turn it is.
type upload struct {
	budget float64 // bytes that may be sent now; below 0 it is paid off first
	filled time.Duration
	timer  func()
	turn   *peer // is given a whole piece before the next one has its turn
	piece  uint32
	chosen time.Duration
}

// Rules of sending.
const (
	slots    = 8                // peers that may ask at the same time
	rechoose = 10 * time.Second // then one of them makes room
	burst    = 32 << 10         // bytes
	backlog  = 64 << 10         // bytes that wait on all lines together: more would delay what we ask for ourselves
	strained = 4.0              // seconds of buffer below which nothing is sent
)

// rate is in bytes per second, 0 without limit.
func (s *Swarm) uploadRate() float64 {
	r := s.limits.Upload
	if most := s.desk.p.Upload; most > 0 && (r == 0 || most < r) {
		r = most
	}
	return float64(r) / 8
}

// gives tells whether anything may be sent at all.
func (s *Swarm) gives(now time.Duration) bool {
	full := s.limits.Session > 0 && s.stats.Sent >= s.limits.Session
	return s.mode == On && s.sharing() && !full && !s.pause.quiet(now)
}

// choose decides who may ask: all who want, up to the slots; with more, those who got least, and each in turn.
func (u *upload) choose(s *Swarm) {
	now := s.w.Clock.Now()
	u.chosen = now
	var line []*peer
	for _, l := range s.links {
		for _, p := range l.streams {
			if p.greeted && p.wants {
				line = append(line, p)
			}
		}
	}
	for i := 1; i < len(line); i++ {
		for j := i; j > 0 && line[j].served < line[j-1].served; j-- {
			line[j], line[j-1] = line[j-1], line[j]
		}
	}
	gives := s.gives(now)
	for i, p := range line {
		p.choke(!gives || i >= slots)
	}
}

func (p *peer) choke(on bool) {
	if on == p.choking {
		return
	}
	p.choking = on
	kind := wire.Unchoke
	if on {
		kind = wire.Choke
	}
	p.send(wire.Message{Kind: kind}.Append(nil))
	if on {
		for _, r := range p.queue {
			p.refuse(r)
		}
		p.queue = nil
	}
}

// refuse says that a request will not be answered.
func (p *peer) refuse(r wire.Message) {
	if p.fast {
		r.Kind = wire.Reject
		p.send(r.Append(nil))
	}
}

// requested queues what a peer asks for, if we have it and it may ask.
func (p *peer) requested(r wire.Message) {
	body := p.f.pieces[r.Index].body
	if p.choking || body == nil || r.Length == 0 || r.Length > wire.MaxBody || int64(r.Begin)+int64(r.Length) > int64(body.Len()) || len(p.queue) >= mostRequests {
		p.refuse(r)
		return
	}
	p.queue = append(p.queue, r)
	p.s.up.serve(p.s)
}

func (p *peer) withdrawn(m wire.Message) {
	for i, r := range p.queue {
		if r.Index == m.Index && r.Begin == m.Begin && r.Length == m.Length {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			p.refuse(r)
			return
		}
	}
}

// serve sends as much as the limits, the lines and our own playback allow.
func (u *upload) serve(s *Swarm) {
	now := s.w.Clock.Now()
	if now-u.chosen >= rechoose || !s.gives(now) {
		u.choose(s)
	}
	if s.strained() || !s.gives(now) {
		return
	}
	if s.waiting() > backlog {
		u.later(s, 25*time.Millisecond)
		return
	}
	rate := s.uploadRate()
	u.budget = min(u.budget+rate*(now-u.filled).Seconds(), burst)
	u.filled = now
	for rate == 0 || u.budget >= 0 {
		p := u.next(s)
		if p == nil {
			return
		}
		n := p.answer()
		u.budget -= float64(n)
		if s.waiting() > backlog {
			u.later(s, 25*time.Millisecond)
			return
		}
		if s.limits.Session > 0 && s.stats.Sent >= s.limits.Session {
			return
		}
	}
	if u.next(s) != nil {
		u.later(s, time.Duration(-u.budget/rate*float64(time.Second)))
	}
}

// later goes on when the bucket is filled.
func (u *upload) later(s *Swarm, d time.Duration) {
	if u.timer != nil {
		return
	}
	u.timer = s.w.Clock.After(max(d, 2*time.Millisecond), func() {
		s.mu.Lock()
		u.timer = nil
		u.serve(s)
		s.leave()
	})
}

// next is whose request is answered: of the same piece as before, so that it is soon whole, else of who got least.
func (u *upload) next(s *Swarm) *peer {
	if p := u.turn; p != nil && p.asks() && p.queue[0].Index == u.piece {
		return p
	}
	u.turn = nil
	for _, l := range s.links {
		for _, p := range l.streams {
			if p.asks() && (u.turn == nil || p.served < u.turn.served) {
				u.turn = p
			}
		}
	}
	if u.turn != nil {
		u.piece = u.turn.queue[0].Index
	}
	return u.turn
}

// asks tells whether something can be sent to a peer now.
func (p *peer) asks() bool {
	return !p.closed && len(p.queue) > 0 && p.conn.Waiting() <= LowWater
}

// answer sends the first block of a peer's queue.
func (p *peer) answer() int {
	r := p.queue[0]
	p.queue = p.queue[1:]
	pc := &p.f.pieces[r.Index]
	if pc.body == nil {
		p.refuse(r)
		return 0
	}
	s, n := p.s, int(r.Length)
	pc.used = s.w.Clock.Now()
	r.Kind = wire.Piece
	p.spoke, p.lastTook = pc.used, pc.used
	p.conn.Send(r.Append(nil), pc.body.Slice(int(r.Begin), int(r.Begin)+n))
	p.served += float64(n)
	s.stats.Sent += int64(n)
	s.meters.up += int64(n)
	return n
}

// waiting is what all lines hold.
func (s *Swarm) waiting() (n int) {
	for _, l := range s.links {
		for _, p := range l.streams {
			if p.greeted {
				n += p.conn.Waiting()
			}
		}
	}
	return n
}

// strained tells whether the player waits for bytes that it needs now.
func (s *Swarm) strained() bool {
	for _, f := range s.files {
		for _, a := range f.asks {
			if f.slack(a.at) < strained {
				return true
			}
		}
	}
	return false
}
