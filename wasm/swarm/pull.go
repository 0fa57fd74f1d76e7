package swarm

import (
	"time"

	"shoal/shared/announce"
	"shoal/shared/hls"
	"shoal/wasm/player"
)

// pull is a stretch on its way from the server.
type pull struct {
	f       *file
	at, end int64
	ahead   bool // for the swarm's share; nobody waits for it yet
	whole   bool // hold begins where a piece does
	hold    []player.Chunk
	cancel  func()
	gone    bool
}

// pull asks the server for a stretch.
func (f *file) pull(from, to int64, ahead bool) {
	p := &pull{f: f, at: from, end: to, ahead: ahead}
	f.pulls = append(f.pulls, p)
	piece := player.Piece{File: f.address, Range: hls.Range{Offset: from, Size: to - from}}
	piece.Needed = max(0, time.Duration(f.slack(from)*float64(time.Second)))
	for i := f.index(from); i < len(f.pieces) && f.start(i) < to; i++ {
		f.release(i)
	}
	p.cancel = f.s.w.Server.Fetch(piece, player.Sink{
		Data: func(c player.Chunk, _ player.Origin) { f.s.heard(func() { p.data(c) }) },
		End:  func(err error) { f.s.heard(func() { p.ended(err) }) },
	})
}

func (p *pull) data(c player.Chunk) {
	if p.gone {
		return
	}
	p.f.s.stats.FromServer += int64(c.Len())
	if p.ahead {
		p.f.s.stats.Ahead += int64(c.Len())
	}
	for _, a := range append([]*ask(nil), p.f.asks...) {
		if a.at >= p.at && a.at < p.at+int64(c.Len()) {
			a.give(c, p.at, player.Server)
			a.deliver()
		}
	}
	p.keep(c)
}

// keep collects whole pieces.
func (p *pull) keep(c player.Chunk) {
	f := p.f
	for from := 0; from < c.Len(); {
		i := f.index(p.at)
		if p.at == f.start(i) {
			p.whole, p.hold = true, nil
		}
		n := int(min(f.end(i)-p.at, int64(c.Len()-from)))
		if pc := &f.pieces[i]; p.whole && pc.body == nil && !pc.checking {
			p.hold = append(p.hold, c.Slice(from, from+n))
		} else {
			if p.whole = false; pc.body == nil && !pc.checking {
				f.past(p.at, c.Slice(from, from+n))
			}
		}
		from += n
		p.at += int64(n)
		if p.at == f.end(i) && p.whole {
			f.arrived(i, p.hold, player.Server, announce.ID{})
			p.hold = nil
		}
	}
}

func (p *pull) ended(err error) {
	if p.gone {
		return
	}
	p.drop()
	f := p.f
	f.s.wake()
	if err == nil {
		return
	}
	f.shy = f.s.w.Clock.Now() + 3*time.Second
	for _, a := range append([]*ask(nil), f.asks...) {
		if a.pulled && a.at < p.end && a.at >= p.at {
			a.finish(err)
		}
	}
}

func (p *pull) drop() {
	p.gone = true
	p.cancel()
	if at := p.f.start(p.f.index(p.at)); p.whole && len(p.hold) > 0 {
		for _, c := range p.hold {
			p.f.past(at, c)
			at += int64(c.Len())
		}
	}
	for i, o := range p.f.pulls {
		if o == p {
			p.f.pulls = append(p.f.pulls[:i:i], p.f.pulls[i+1:]...)
		}
	}
}

// wanted tells whether the player waits for something of it.
func (p *pull) wanted() bool {
	for _, a := range p.f.asks {
		if a.at < p.end && a.end > p.at {
			return true
		}
	}
	return false
}

// brings tells whether a pull under way brings piece i, or as much of it as lies between two bytes.
func (f *file) brings(i int, from, to int64) bool {
	for _, p := range f.pulls {
		start := p.at
		if p.whole || p.at == f.start(f.index(p.at)) {
			start = f.start(f.index(p.at))
		}
		if start <= max(from, f.start(i)) && p.end >= min(to, f.end(i)) {
			return true
		}
	}
	return false
}
