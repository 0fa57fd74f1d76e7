package swarm

import (
	"container/heap"
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"shoal/shared/announce"
	"shoal/shared/hls"
	"shoal/wasm/player"
)

// town is viewers, a server and a tracker under one clock that only moves when told.
type town struct {
	t      testing.TB
	now    time.Duration
	events events
	count  int
	rand   *rand.Rand

	films   []*film
	viewers []*viewer
	away    bool // the server does not answer
	status  int  // of the peering answer, 0 for yes
	offices map[announce.ID]map[*viewer]announce.ID
	noticed bool // the tracker is gone
	lines   []*line
	dials   map[string]*conn
	tell    func(format string, args ...any)
	degree  int // of the graph of who may meet whom, 0 for everybody
	origin  int64
}

type event struct {
	at time.Duration
	n  int
	f  func()
}

type events []*event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].n < e[j].n
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(*event)) }
func (e *events) Pop() any     { x := (*e)[len(*e)-1]; *e = (*e)[:len(*e)-1]; return x }

func newTown(t testing.TB) *town {
	return &town{t: t, rand: rand.New(rand.NewPCG(1, 2)), offices: map[announce.ID]map[*viewer]announce.ID{}, dials: map[string]*conn{}, tell: func(string, ...any) {}}
}

func (w *town) after(d time.Duration, f func()) (stop func()) {
	w.count++
	e := &event{w.now + max(d, 0), w.count, f}
	heap.Push(&w.events, e)
	return func() { e.f = nil }
}

// run lets time pass.
func (w *town) run(d time.Duration) {
	end := w.now + d
	for len(w.events) > 0 && w.events[0].at <= end {
		e := heap.Pop(&w.events).(*event)
		w.now = e.at
		if e.f != nil {
			e.f()
		}
	}
	w.now = end
}

// until lets time pass until something is so.
func (w *town) until(what string, most time.Duration, ok func() bool) {
	w.t.Helper()
	for end := w.now + most; !ok(); {
		if w.now >= end {
			w.t.Fatalf("not %s after %v", what, most)
		}
		w.run(50 * time.Millisecond)
	}
}

// film is a rendition.
type film struct {
	name    string
	hash    announce.ID
	length  int64
	piece   int64
	seconds float64
	other   bool // the torrent file is of another one
}

func (w *town) film(name string, seconds float64, bits int) *film {
	f := &film{name: name, seconds: seconds, length: int64(seconds * float64(bits) / 8), piece: 64 << 10}
	copy(f.hash[:], "hash of "+name+"                ")
	w.films = append(w.films, f)
	return f
}

func (f *film) hex() string {
	const digits = "0123456789abcdef"
	var s []byte
	for _, b := range f.hash {
		s = append(s, digits[b>>4], digits[b&15])
	}
	return string(s)
}

func (f *film) sum(from int64, n int) (s [20]byte) {
	binary.BigEndian.PutUint64(s[:], uint64(from))
	binary.BigEndian.PutUint64(s[8:], uint64(n))
	return s
}

func (f *film) torrent() []byte {
	var sums []byte
	for at := int64(0); at < f.length; at += f.piece {
		s := f.sum(at, int(min(f.piece, f.length-at)))
		sums = append(sums, s[:]...)
	}
	b := "d4:infod6:lengthi" + strconv.FormatInt(f.length, 10) + "e4:name1:x12:piece lengthi" + strconv.FormatInt(f.piece, 10) + "e6:pieces" + strconv.Itoa(len(sums)) + ":" + string(sums) + "ee"
	return []byte(b)
}

// media is some bytes of a film; bad ones are of something else.
type media struct {
	film *film
	from int64
	n    int
	bad  bool
}

func (m media) Len() int { return m.n }
func (m media) Slice(from, to int) player.Chunk {
	return media{m.film, m.from + int64(from), to - from, m.bad}
}

// text is bytes of the protocol.
type text []byte

func (b text) Len() int                        { return len(b) }
func (b text) Slice(from, to int) player.Chunk { return b[from:to] }

// viewer is a page with a player that plays one film.
type viewer struct {
	*town
	name   string
	s      *Swarm
	up     float64 // bytes per second
	down   float64 // from the server
	free   time.Duration
	socket *line
	conns  map[*conn]bool
	lies   bool
	mute   bool // takes requests and sends no media
	gone   bool
	met    map[string]bool

	film      *film
	got       int64 // bytes received in order
	pos       float64
	began     time.Duration
	started   time.Duration
	stalls    int
	stalled   time.Duration
	waiting   bool
	peers     int64
	cancel    func()
	fetching  bool
	wrong     int
	done      bool
	unable    bool
	peerings  int
	sockets   int
	opened    int
	joined    time.Duration
	serverGot int64
	seen      map[int64]bool // blocks of 4 KiB that the server sent
	twice     int64          // bytes that it sent again
}

func (w *town) viewer(upload float64) *viewer {
	v := &viewer{town: w, name: strconv.Itoa(len(w.viewers)), up: upload / 8, down: 20e6 / 8, conns: map[*conn]bool{}, met: map[string]bool{}, seen: map[int64]bool{}}
	world := World{
		Server: v, Clock: v, Memory: v, Dialer: v, Sockets: v,
		Random: func(b []byte) {
			for i := range b {
				b[i] = byte(w.rand.Uint32())
			}
		},
		Peering: v.peering, File: v.file,
	}
	v.s = New(world, Limits{Upload: UsualUpload, Cache: DeskCache})
	w.viewers = append(w.viewers, v)
	return v
}

// Clock.
func (v *viewer) Now() time.Duration { return v.now }
func (v *viewer) Soon(f func())      { v.After(0, f) }
func (v *viewer) After(d time.Duration, f func()) func() {
	return v.after(d, func() {
		if !v.gone {
			f()
		}
	})
}

// Memory.
func (v *viewer) Read(to []byte, c player.Chunk, from int) { copy(to, c.(text)[from:]) }

func (v *viewer) Join(list []player.Chunk) player.Chunk {
	m := list[0].(media)
	for _, c := range list[1:] {
		o := c.(media)
		if o.from != m.from+int64(m.n) {
			v.t.Fatalf("%d does not follow %d", o.from, m.from+int64(m.n))
		}
		m.n += o.n
		m.bad = m.bad || o.bad
	}
	return m
}

func (v *viewer) Hash(c player.Chunk, done func([20]byte)) {
	m := c.(media)
	sum := m.film.sum(m.from, m.n)
	sum[19] = 0
	if m.bad || m.film.other {
		sum[19] = 1
	}
	v.After(2*time.Millisecond, func() { done(sum) })
}

// Source: the server.
func (v *viewer) Fetch(p player.Piece, to player.Sink) func() {
	var f *film
	for _, o := range v.films {
		if o.name == p.File {
			f = o
		}
	}
	over := false
	at := p.Range.Offset
	var step func()
	step = func() {
		switch {
		case over:
		case v.away:
			over = true
			to.End(player.ErrNetwork)
		case at >= p.Range.End():
			over = true
			to.End(nil)
		default:
			n := min(p.Range.End()-at, 32<<10)
			v.origin += n
			v.serverGot += n
			for b := at >> 12; b < (at+n)>>12; b++ {
				if v.seen[b] {
					v.twice += 1 << 12
				}
				v.seen[b] = true
			}
			at += n
			to.Data(media{film: f, from: at - n, n: int(n)}, player.Server)
			if !over {
				v.After(time.Duration(float64(n)/v.down*float64(time.Second)), step)
			}
		}
	}
	v.After(40*time.Millisecond, step)
	return func() { over = true }
}

func (v *viewer) Text(string, func(string, error)) func() { return func() {} }

func (v *viewer) peering(_ string, done func(Peering, error)) func() {
	v.peerings++
	return v.After(40*time.Millisecond, func() {
		switch {
		case v.away:
			done(Peering{}, player.ErrNetwork)
		case v.status != 0:
			done(Peering{}, player.StatusError(v.status))
		default:
			p := Peering{Tracker: "wss://t", Peers: 10}
			for _, f := range v.films {
				p.Files = append(p.Files, PeeringFile{f.hash, f.name})
			}
			done(p, nil)
		}
	})
}

func (v *viewer) file(address string, done func([]byte, error)) func() {
	return v.After(40*time.Millisecond, func() {
		for _, f := range v.films {
			if f.name == address && !v.away {
				done(f.torrent(), nil)
				return
			}
		}
		done(nil, player.ErrNetwork)
	})
}

// conn is one end of a stream.
type conn struct {
	v       *viewer
	ear     Ear
	other   *conn
	waiting int
	full    bool
	closed  bool
	open    bool
}

func (v *viewer) Able() bool { return !v.unable }

func (v *viewer) conn(e Ear) *conn {
	c := &conn{v: v, ear: e}
	v.conns[c] = true
	v.opened++
	return c
}

func (v *viewer) Offer(_ []string, e Ear, done func(string, error)) Conn {
	c := v.conn(e)
	v.count++
	name := "offer " + strconv.Itoa(v.count)
	v.dials[name] = c
	v.After(120*time.Millisecond, func() {
		if !c.closed {
			done(name, nil)
		}
	})
	return c
}

func (v *viewer) Answer(_ []string, offer string, e Ear, done func(string, error)) Conn {
	c := v.conn(e)
	c.other = v.dials[offer]
	v.met[c.other.v.name] = true
	v.count++
	name := "answer " + strconv.Itoa(v.count)
	v.dials[name] = c
	v.After(120*time.Millisecond, func() {
		if !c.closed {
			done(name, nil)
		}
	})
	return c
}

func (c *conn) Accept(answer string) {
	o := c.v.dials[answer]
	c.v.met[o.v.name] = true
	c.v.after(250*time.Millisecond, func() {
		if c.closed || o.closed || c.v.gone || o.v.gone {
			return
		}
		join(c, o)
	})
}

func join(c, o *conn) {
	c.other, o.other, c.open, o.open = o, c, true, true
	c.ear.Opened()
	o.ear.Opened()
}

const delay = 30 * time.Millisecond

func (c *conn) Send(head []byte, body player.Chunk) {
	if c.closed || !c.open {
		c.v.t.Fatal("sent on a closed stream")
	}
	if m, ok := body.(media); ok {
		if c.v.mute {
			return
		}
		m.bad = m.bad || c.v.lies
		body = m
	}
	n := len(head)
	if body != nil {
		n += body.Len()
	}
	c.waiting += n
	c.v.free = max(c.v.free, c.v.now) + time.Duration(float64(n)/c.v.up*float64(time.Second))
	head = append([]byte(nil), head...)
	c.full = c.full || c.waiting > LowWater
	c.v.after(c.v.free-c.v.now, func() {
		c.waiting -= n
		if c.full && c.waiting <= LowWater && !c.closed && !c.v.gone {
			c.full = false
			c.ear.Drained()
		}
	})
	c.v.after(c.v.free-c.v.now+delay, func() {
		o := c.other
		if o.closed || o.v.gone {
			return
		}
		if len(head) > 0 {
			o.ear.Heard(text(head))
		}
		if body != nil && !o.closed {
			o.ear.Heard(body)
		}
	})
}

func (c *conn) Waiting() int { return c.waiting }

func (c *conn) Sibling(e Ear) Conn {
	n := c.v.conn(e)
	other := c.other
	c.v.after(delay, func() {
		if other.closed || other.v.gone || n.closed {
			return
		}
		o := &conn{v: other.v}
		other.v.conns[o] = true
		o.ear = other.ear.Sibling(o)
		join(n, o)
	})
	return n
}

func (c *conn) Close() {
	if c.closed {
		return
	}
	c.closed = true
	delete(c.v.conns, c)
	if o := c.other; o != nil && c.open {
		c.v.after(delay, func() {
			if !o.closed && !o.v.gone {
				o.ear.Closed()
			}
		})
	}
}

// line is a socket to the tracker.
type line struct {
	v      *viewer
	to     Line
	closed bool
}

func (v *viewer) Open(_ string, to Line) Socket {
	l := &line{v: v, to: to}
	v.socket = l
	v.sockets++
	v.lines = append(v.lines, l)
	v.After(delay, func() {
		if l.closed {
			return
		}
		if v.noticed {
			l.closed = true
			to.Closed(0)
			return
		}
		to.Opened()
	})
	return l
}

func (l *line) Close() {
	l.closed = true
	l.v.leave()
}

func (v *viewer) leave() {
	for _, office := range v.offices {
		delete(office, v)
	}
}

func (l *line) Send(b []byte) {
	var r announce.Request
	if err := r.Parse(append([]byte(nil), b...)); err != nil {
		l.v.t.Fatalf("%v: %s", err, b)
	}
	if l.closed {
		l.v.t.Fatal("sent on a closed socket")
	}
	l.v.after(delay, func() { l.v.announced(l, r) })
}

func (l *line) hears(m announce.Message) {
	l.v.after(delay, func() {
		if !l.closed && !l.v.gone {
			l.to.Heard(m.Append(nil))
		}
	})
}

// announced is the tracker.
func (v *viewer) announced(l *line, r announce.Request) {
	if l.closed || v.gone || v.noticed {
		return
	}
	office := v.offices[r.Infohash]
	if office == nil {
		office = map[*viewer]announce.ID{}
		v.offices[r.Infohash] = office
	}
	if r.Kind == announce.Answer {
		for o, id := range office {
			if id == r.To && !o.gone {
				o.socket.hears(announce.Message{Kind: announce.Answer, Infohash: r.Infohash, PeerID: r.PeerID, OfferID: r.OfferID, Description: r.Answer})
			}
		}
		return
	}
	if r.Event == announce.Stopped {
		delete(office, v)
		return
	}
	office[v] = r.PeerID
	l.hears(announce.Message{Kind: announce.Reply, Infohash: r.Infohash, Incomplete: len(office), Interval: 120})
	var others []*viewer
	for _, o := range v.viewers { // in an order that does not change from run to run
		if _, here := office[o]; here && o != v && v.neighbours(o) {
			others = append(others, o)
		}
	}
	v.rand.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	for i, offer := range r.Offers {
		if i < len(others) {
			others[i].met[v.name] = true
			others[i].socket.hears(announce.Message{Kind: announce.Offered, Infohash: r.Infohash, PeerID: r.PeerID, OfferID: offer.ID, Description: offer.Description})
		}
	}
}

func (v *viewer) neighbours(o *viewer) bool {
	if v.degree == 0 {
		return true
	}
	a, _ := strconv.Atoi(v.name)
	b, _ := strconv.Atoi(o.name)
	u := mix(uint64(min(a, b))<<20 | uint64(max(a, b)))
	return float64(u>>11)/(1<<53) < float64(v.degree)/float64(len(v.viewers))
}

// play begins; the first bytes are fetched by the page, as the boot script does.
func (v *viewer) play(f *film, m Mode) {
	v.film, v.began, v.joined = f, v.now, v.now
	v.s.SetMode(m)
	v.s.Open(Video{UUID: "u", Duration: f.seconds})
	v.beat()
}

const (
	segment = 4.0
	goal    = 30.0
	step    = 100 * time.Millisecond
)

func (v *viewer) perSecond() float64 { return float64(v.film.length) / v.film.seconds }

func (v *viewer) beat() {
	v.After(step, func() {
		v.advance()
		if !v.done {
			v.beat()
		}
	})
	v.pump()
}

func (v *viewer) advance() {
	have := float64(v.got) / v.perSecond()
	switch {
	case v.got >= v.film.length && v.pos+0.1 >= v.film.seconds:
		v.done = true
	case v.started == 0:
		if have > 1 {
			v.started = v.now
		}
	case v.waiting:
		v.stalled += step
		if have-v.pos > 1 || v.got >= v.film.length {
			v.waiting = false
		}
	case have-v.pos < step.Seconds():
		v.waiting = true
		v.stalls++
	default:
		v.pos += step.Seconds()
	}
}

func (v *viewer) pump() {
	have := float64(v.got) / v.perSecond()
	if v.fetching || v.got >= v.film.length || have-v.pos > goal {
		return
	}
	v.fetching = true
	size := int64(segment * v.perSecond())
	p := player.Piece{File: v.film.name, Infohash: v.film.hex(), Range: hls.Range{Offset: v.got, Size: min(size, v.film.length-v.got)}}
	p.Needed = time.Duration((have - v.pos) * float64(time.Second))
	v.cancel = v.s.Fetch(p, player.Sink{
		Asked: func() {},
		Data: func(c player.Chunk, from player.Origin) {
			m := c.(media)
			if m.bad || m.from != v.got || m.film != v.film {
				v.wrong++
				v.t.Errorf("viewer %s was given %+v at %d", v.name, m, v.got)
			}
			v.got += int64(m.n)
			if from == player.Peer {
				v.peers += int64(m.n)
			}
		},
		End: func(err error) {
			v.fetching = false
			if err == nil {
				v.pump()
			}
		},
	})
}

// goes closes the page.
func (v *viewer) goes() {
	v.gone, v.done = true, true
	v.leave()
	for c := range v.conns {
		c.closed = true
		if o := c.other; o != nil && c.open {
			v.after(5*time.Second, func() {
				if !o.closed && !o.v.gone {
					o.ear.Closed()
				}
			})
		}
	}
}
