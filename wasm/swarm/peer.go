package swarm

import (
	"sync"
	"time"

	"shoal/shared/announce"
	"shoal/shared/wire"
	"shoal/wasm/player"
)

// peer is a stream to another viewer about one file.
type peer struct {
	s       *Swarm
	f       *file // nil until the other side has said which
	link    *link
	conn    Conn
	inbox   inbox
	dec     wire.Decoder
	remote  announce.ID
	mine    bool // we began the stream
	fast    bool
	ext     wire.Extensions
	open    bool
	helloed bool // our handshake is out
	greeted bool // theirs is here
	closed  bool

	bits       []byte // what it has
	held       int
	choked     bool // by it: it sends nothing
	interested bool // we told so
	reqs       []wire.Message
	owed       int // bytes asked for
	block      wire.Message
	blockLeft  int
	blockGood  bool

	choking bool // nothing is sent to it
	wants   bool // it is interested
	queue   []wire.Message
	told    int     // bytes of the info dictionary
	junk    int64   // bytes that nobody had asked for
	served  float64 // bytes sent, halved every few seconds
	took    int64   // bytes sent in all

	rate     float64 // bytes per second that it sends
	got      int     // bytes since the last tick
	gave     int64   // bytes in all
	fed      time.Duration
	rest     time.Duration // nothing is asked before
	strikes  int
	heard    time.Duration
	spoke    time.Duration
	lastTook time.Duration
	since    time.Duration
}

// freshRate is what is believed of a peer that was not tried, in bytes per second.
const freshRate = 60_000

func newPeer(s *Swarm, l *link, f *file, mine bool) *peer {
	now := s.w.Clock.Now()
	p := &peer{s: s, link: l, f: f, mine: mine, choked: true, choking: true, rate: freshRate, heard: now, spoke: now, since: now, fed: now}
	l.streams = append(l.streams, p)
	return p
}

// ear is what the connection tells.
func (p *peer) ear() Ear {
	locked := func(f func()) {
		p.s.mu.Lock()
		if !p.closed {
			f()
		}
		p.s.leave()
	}
	return Ear{
		Opened: func() { locked(p.opened) },
		Heard: func(c player.Chunk) {
			p.inbox.put(c)
			locked(p.readAll)
		},
		Drained: func() {
			locked(func() { p.s.up.serve(p.s) })
		},
		Closed: func() { locked(p.drop) },
		Sibling: func(c Conn) (e Ear) {
			p.s.mu.Lock()
			if len(p.link.streams) > 0 {
				q := newPeer(p.s, p.link, nil, false)
				q.conn = c
				e = q.ear()
			}
			p.s.leave()
			return e
		},
	}
}

func (p *peer) opened() {
	if p.open {
		return
	}
	p.open = true
	if p.link.opened == 0 {
		p.link.opened = p.s.w.Clock.Now()
	}
	if p.f != nil {
		p.hello()
	}
}

// hello sends our handshake and what we have.
func (p *peer) hello() {
	if p.helloed || !p.open {
		return
	}
	p.helloed = true
	p.send(wire.Handshake{Fast: true, Extended: true, Infohash: p.f.hash, PeerID: p.s.id}.Append(nil))
}

// inbox keeps what came in its order, also when one who brings it has to wait for the lock.
type inbox struct {
	mu   sync.Mutex
	list []player.Chunk
}

func (b *inbox) put(c player.Chunk) {
	b.mu.Lock()
	b.list = append(b.list, c)
	b.mu.Unlock()
}

func (b *inbox) take() []player.Chunk {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.list
	b.list = nil
	return list
}

func (p *peer) readAll() {
	if !p.open {
		p.opened()
	}
	for _, c := range p.inbox.take() {
		if !p.closed {
			p.read(c)
		}
	}
}

// input is a chunk as the decoder reads it; short ones are copied once.
type input struct {
	m    Memory
	c    player.Chunk
	head []byte
}

func (in *input) Len() int { return in.c.Len() }

func (in *input) Read(to []byte, from int) {
	if in.head == nil {
		n := in.c.Len()
		if n > 1024 {
			n = 64
		}
		in.head = make([]byte, n)
		in.m.Read(in.head, in.c, 0)
	}
	if from+len(to) <= len(in.head) {
		copy(to, in.head[from:])
		return
	}
	in.m.Read(to, in.c, from)
}

// read takes the next bytes of the stream.
func (p *peer) read(c player.Chunk) {
	p.heard = p.s.w.Clock.Now()
	in := &input{m: p.s.w.Memory, c: c}
	for at := 0; at < c.Len() && !p.closed; {
		m, next, ok, err := p.dec.Next(in, at)
		if err != nil {
			p.fail()
			return
		}
		at = next
		switch {
		case !ok:
		case m.Kind == wire.Body:
			p.came(c.Slice(m.From, m.To))
		case m.Kind == wire.Hello:
			p.greet(m.Handshake)
		case p.f.ready:
			p.act(m)
		}
	}
}

// fail closes the whole connection of who does not keep to the protocol.
func (p *peer) fail() { p.link.drop() }

// act does what a message asks for.
func (p *peer) act(m wire.Message) {
	if p.f.ready && m.Kind < wire.Extended && m.Kind != wire.Bitfield && int(m.Index) >= len(p.f.pieces) {
		p.fail()
		return
	}
	switch m.Kind {
	case wire.Choke:
		p.choked = true
		p.release()
	case wire.Unchoke:
		p.choked = false
		p.s.later()
	case wire.Interested:
		p.wants = true
		p.s.up.choose(p.s)
	case wire.NotInterested:
		p.wants = false
		p.queue = nil
	case wire.Have:
		p.gains(int(m.Index))
		p.f.hears(int(m.Index))
		p.interest()
	case wire.Bitfield:
		p.bitfield(m.Payload)
	case wire.HaveAll:
		p.haveAll()
	case wire.Request:
		p.requested(m)
	case wire.Cancel:
		p.withdrawn(m)
	case wire.Piece:
		p.began(m)
	case wire.Reject:
		p.rejected(m)
	case wire.Extended:
		p.extended(m)
	}
}

// has tells whether the peer has piece i.
func (p *peer) has(i int) bool {
	return i>>3 < len(p.bits) && p.bits[i>>3]&(0x80>>(i&7)) != 0
}

func (p *peer) gains(i int) {
	if p.bits == nil {
		p.bits = make([]byte, (len(p.f.pieces)+7)/8)
	}
	if !p.has(i) {
		p.bits[i>>3] |= 0x80 >> (i & 7)
		p.held++
		p.f.pieces[i].holders++
	}
}

func (p *peer) loses(i int) {
	if p.has(i) {
		p.bits[i>>3] &^= 0x80 >> (i & 7)
		p.held--
		p.f.pieces[i].holders--
	}
}

func (p *peer) haveAll() {
	for i := range p.f.pieces {
		p.gains(i)
	}
	p.interest()
}

func (p *peer) bitfield(b []byte) {
	if len(b) != (len(p.f.pieces)+7)/8 {
		p.fail()
		return
	}
	for i := range p.f.pieces {
		if b[i>>3]&(0x80>>(i&7)) != 0 {
			p.gains(i)
		}
	}
	p.interest()
}

// interest says once that we want something.
func (p *peer) interest() {
	if !p.interested {
		p.interested = true
		p.send(wire.Message{Kind: wire.Interested}.Append(nil))
	}
	p.s.later()
}

func (p *peer) tellHave(i int) {
	if p.greeted && p.s.mode == On {
		p.send(wire.Message{Kind: wire.Have, Index: uint32(i)}.Append(nil))
	}
}

// tellAll tells of everything that we began to give.
func (p *peer) tellAll() {
	for i := range p.f.pieces {
		if p.f.pieces[i].body != nil {
			p.tellHave(i)
		}
	}
}

func (p *peer) send(b []byte) {
	p.spoke = p.s.w.Clock.Now()
	p.conn.Send(b, nil)
}

// drop ends this stream.
func (p *peer) drop() {
	if p.closed {
		return
	}
	p.closed = true
	if f := p.f; f != nil {
		p.release()
		for i := range f.pieces {
			p.loses(i)
		}
		for i, o := range f.peers {
			if o == p {
				f.peers = append(f.peers[:i:i], f.peers[i+1:]...)
				break
			}
		}
	}
	if p.conn != nil {
		p.conn.Close()
	}
	p.link.without(p)
	p.s.wake()
}
