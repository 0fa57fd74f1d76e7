package swarm

import (
	"math"
	"time"

	"shoal/shared/announce"
	"shoal/shared/wire"
	"shoal/wasm/player"
)

// request asks peers for pieces of the window, the fastest peers first.
func (f *file) request() {
	now := f.s.w.Clock.Now()
	var line []*peer
	for _, p := range f.peers {
		if p.greeted && !p.choked && now >= p.rest && p.held > 0 {
			line = append(line, p)
		}
	}
	for i := 1; i < len(line); i++ {
		for j := i; j > 0 && line[j].rate > line[j-1].rate; j-- {
			line[j], line[j-1] = line[j-1], line[j]
		}
	}
	for _, p := range line {
		for p.room() {
			i := f.choose(p)
			if i < 0 {
				break
			}
			p.take(i)
		}
	}
}

// choose is the piece to ask a peer for: the next one that is played soon, else the rarest, -1 for none.
func (f *file) choose(p *peer) int {
	best, rare, tie := -1, math.MaxInt, uint64(0)
	eta := p.etaOf(int(f.t.PieceLength))
	until, far := float64(near), f.far()
	f.window(func(i int, slack float64) bool {
		if slack > until {
			if until += bucket; best >= 0 || !far {
				return false
			}
		}
		pc := &f.pieces[i]
		if pc.body != nil || pc.checking || pc.by != nil || !p.has(i) || slack < eta+surely || f.brings(i, f.start(i), f.end(i)) {
			return true
		}
		if slack < near {
			best = i
			return false
		}
		if t := mix(f.s.seed ^ uint64(i)); pc.holders < rare || pc.holders == rare && t < tie {
			best, rare, tie = i, pc.holders, t
		}
		return true
	})
	return best
}

// far tells whether pieces may be asked for that are not played soon. Few at a time: others may need the lines more.
func (f *file) far() bool {
	owed := 0
	for _, p := range f.peers {
		owed += p.owed
	}
	return float64(owed) < farOwed*f.rate
}

// room tells whether a peer is asked for too little to be kept busy.
func (p *peer) room() bool {
	const ahead, least, most = 2, 64 << 10, 8 << 20 // seconds' worth; bytes
	blocks := len(p.reqs) + (int(p.f.t.PieceLength)+wire.Block-1)/wire.Block
	return p.owed <= min(max(int(ahead*p.rate), least), most) && (p.owed == 0 || blocks <= p.queueLimit())
}

func (p *peer) queueLimit() int {
	if p.ext.Requests > 0 {
		return p.ext.Requests
	}
	return 250 // as others assume of each other
}

// etaOf is how many seconds n more bytes take.
func (p *peer) etaOf(n int) float64 { return 0.3 + float64(p.owed+n)/p.rate }

// eta is how many seconds what was asked for takes.
func (p *peer) eta() float64 { return p.etaOf(0) }

// take asks a peer for a whole piece, so that a bad one tells who is to blame.
func (p *peer) take(i int) {
	f := p.f
	pc, size := &f.pieces[i], f.t.Size(i)
	n := (size + wire.Block - 1) / wire.Block
	pc.by, pc.blocks, pc.missing = p, make([][]player.Chunk, n), n
	if len(p.reqs) == 0 {
		p.fed = f.s.w.Clock.Now()
	}
	var out []byte
	for b := range n {
		r := wire.Message{Kind: wire.Request, Index: uint32(i), Begin: uint32(b * wire.Block), Length: uint32(min(wire.Block, size-b*wire.Block))}
		p.reqs = append(p.reqs, r)
		p.owed += int(r.Length)
		out = r.Append(out)
	}
	p.send(out)
}

// cancel tells a peer that a piece is not needed any more.
func (p *peer) cancel(i int) {
	var out []byte
	keep := p.reqs[:0]
	for _, r := range p.reqs {
		if int(r.Index) != i {
			keep = append(keep, r)
			continue
		}
		p.owed -= int(r.Length)
		r.Kind = wire.Cancel
		out = r.Append(out)
	}
	p.reqs = keep
	if int(p.block.Index) == i {
		p.blockGood = false // what is on the line of it must not end up in the next try
	}
	if len(out) > 0 && !p.closed {
		p.send(out)
	}
}

// release gives up what a peer was asked for.
func (p *peer) release() {
	for i := range p.f.pieces {
		if p.f.pieces[i].by == p {
			p.f.release(i)
		}
	}
}

// asked finds a request under way and takes it out of the list.
func (p *peer) asked(m wire.Message) bool {
	for i, r := range p.reqs {
		if r.Index == m.Index && r.Begin == m.Begin && r.Length == m.Length {
			p.reqs = append(p.reqs[:i], p.reqs[i+1:]...)
			p.owed -= int(r.Length)
			return true
		}
	}
	return false
}

// began is the head of a block; its body follows.
func (p *peer) began(m wire.Message) {
	p.block = m
	p.blockLeft, p.blockGood = int(m.Length), false
	if !p.asked(m) {
		return // too late: it was cancelled
	}
	p.blockGood = p.f.pieces[m.Index].by == p
}

// came is a part of a block's body.
func (p *peer) came(c player.Chunk) {
	now := p.f.s.w.Clock.Now()
	p.blockLeft -= c.Len()
	p.fed, p.got, p.gave = now, p.got+c.Len(), p.gave+int64(c.Len())
	p.f.s.meters.down += int64(c.Len())
	pc := &p.f.pieces[p.block.Index]
	if !p.blockGood || pc.by != p {
		p.f.s.stats.Late += int64(c.Len())
		if p.junk += int64(c.Len()); p.junk > mostJunk+p.gave/2 {
			p.fail()
		}
		return
	}
	b := int(p.block.Begin) / wire.Block
	pc.blocks[b] = append(pc.blocks[b], c)
	if p.blockLeft > 0 {
		return
	}
	if pc.missing--; pc.missing > 0 {
		return
	}
	var all []player.Chunk
	for _, list := range pc.blocks {
		all = append(all, list...)
	}
	pc.by, pc.blocks = nil, nil
	p.strikes = 0
	p.f.arrived(int(p.block.Index), all, player.Peer, p.remote)
	p.f.s.later()
}

// mostJunk is how many bytes nobody asked for, or not any more, a peer may send.
const mostJunk = 16 << 20

// rejected is a peer's word that it will not send a block.
func (p *peer) rejected(m wire.Message) {
	if p.asked(m) && p.f.pieces[m.Index].by == p {
		p.f.release(int(m.Index))
		p.rest = p.f.s.w.Clock.Now() + time.Second
		p.f.s.later()
	}
}

// ban closes all connections to who sent wrong bytes, and makes none again.
func (s *Swarm) ban(id announce.ID) {
	if id == (announce.ID{}) {
		return
	}
	s.banned = append(s.banned, id)
	for i := 0; i < len(s.links); {
		if s.links[i].remote == id {
			s.links[i].drop()
			continue
		}
		i++
	}
}

func (s *Swarm) isBanned(id announce.ID) bool {
	for _, b := range s.banned {
		if b == id {
			return true
		}
	}
	return false
}
