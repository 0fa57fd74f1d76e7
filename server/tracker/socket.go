package tracker

import (
	"encoding/binary"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"shoal/shared/announce"
)

// Limits of a socket.
const (
	readBuffer    = 2 << 10 // bytes; a longer message is read past it
	writeBuffer   = 256     // bytes, lent while the library writes: only for pings and farewells
	writeTime     = 20 * time.Second
	waitingMost   = 256       // messages that a slow viewer may lag behind before it is cut
	keptFrame     = 32 << 10  // bytes of a buffer that is worth keeping
	keptParcels   = 4         // of a line that is silent
	waitingBytes  = 256 << 10 // of these messages together
	handshakeTime = 10 * time.Second

	closeGoing = websocket.CloseGoingAway
)

// socket is one viewer's connection, in any number of swarms.
type socket struct {
	tracker *Tracker
	ws      *websocket.Conn
	network network
	place   place
	video   int64 // that its token is for
	heard   atomic.Int64
	said    atomic.Int64
	doubted atomic.Int64 // since when its life is doubted, 0 for not
	live    atomic.Int32 // swarms it is in

	// of the reading goroutine
	members  []*peer
	told     map[announce.ID]bool // infohashes that were refused
	window   int64
	offers   int // in this window
	messages int

	mu      sync.Mutex
	waiting []parcel
	bytes   int // of waiting
	writing bool
	closing bool
}

// parcel is something to be written: a text, a ping, or a farewell.
type parcel struct {
	text *[]byte
	code int    // of the farewell; 0 with no text is a ping
	why  string // of the farewell
}

// frame is what reading one message takes, used again and again.
type frame struct {
	b       []byte
	request announce.Request
}

// buffers are those of all sockets: a line that is not being written to has none.
var buffers sync.Pool

func (t *Tracker) openSocket(w http.ResponseWriter, r *http.Request) {
	n, from := networkOf(r)
	s := &socket{tracker: t, network: n, place: t.hours.place(t.unix(), n, itself(from.Addr()))}
	s.video = t.bearer(r, n)
	if t.Sockets() >= socketsAll || !t.budgets.enter(s.place, s.limit(t.rules(r.Context()).Joins, s.video != 0)*socketsPlace) {
		t.Numbers.Limited.Add(1)
		http.Error(w, "Too many connections.", http.StatusTooManyRequests)
		return
	}
	up := websocket.Upgrader{
		HandshakeTimeout: handshakeTime, ReadBufferSize: readBuffer, WriteBufferSize: writeBuffer, WriteBufferPool: &buffers,
		CheckOrigin: func(*http.Request) bool { return true }, // no cookie counts here, and embeds stand anywhere
	}
	var err error
	if s.ws, err = up.Upgrade(w, r, nil); err != nil {
		t.budgets.leave(s.place)
		return // answered by Upgrade
	}
	s.heard.Store(t.unix())
	s.said.Store(t.unix())
	s.ws.SetReadLimit(announce.MaxMessage)
	s.ws.SetPongHandler(func(string) error { s.hear(); return nil })
	t.mu.Lock()
	t.sockets[s] = struct{}{}
	ended := t.ended
	if !ended {
		t.open.Add(1)
	}
	t.mu.Unlock()
	if ended {
		s.forget()
		s.cut()
		return
	}
	if !t.rules(r.Context()).Enabled {
		s.turnAway()
	}
	go s.read() // and not here: the request and its buffers are let go
}

// limit is a setting for this socket.
func (s *socket) limit(most int, trusted bool) int {
	if trusted {
		return most
	}
	return max(most/untrusted, 1)
}

func (s *socket) hear() {
	s.heard.Store(s.tracker.unix())
	s.doubted.Store(0)
}

func (s *socket) read() {
	t := s.tracker
	defer t.open.Done()
	defer s.cut()
	defer s.leave()
	for {
		_, r, err := s.ws.NextReader() // texts and binaries are read alike
		if err != nil {
			return
		}
		f := t.frames.Get().(*frame)
		f.b, err = readAll(r, f.b[:0])
		if err == nil {
			s.hear()
			t.handle(s, f)
		}
		if cap(f.b) <= keptFrame {
			t.frames.Put(f)
		}
		if err != nil {
			return
		}
	}
}

// readAll is io.ReadAll into a buffer that is used again.
func readAll(r io.Reader, b []byte) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// leave takes the viewer out of all swarms.
func (s *socket) leave() {
	s.forget()
	for _, p := range s.members {
		p.swarm.mu.Lock()
		if p.gone.Load() {
			p.swarm.mu.Unlock()
			continue
		}
		s.tracker.remove(p)
		s.tracker.release(p.swarm)
	}
}

func (s *socket) forget() {
	t := s.tracker
	t.mu.Lock()
	delete(t.sockets, s)
	t.mu.Unlock()
	t.budgets.leave(s.place)
}

// say sends a message.
func (s *socket) say(m *announce.Message) {
	b := s.tracker.texts.Get().(*[]byte)
	*b = m.Append((*b)[:0])
	s.put(parcel{text: b})
}

func (s *socket) ping() { s.put(parcel{}) }

// turnAway tells that nobody shares here and ends the connection.
func (s *socket) turnAway() {
	s.say(&announce.Message{Kind: announce.Failure, Reason: announce.FailureOff})
	s.close(announce.CloseOff, announce.FailureOff)
}

func (s *socket) close(code int, why string) { s.put(parcel{code: code, why: why}) }

// put hands something to be written and never waits. Who lags too far behind is cut.
func (s *socket) put(p parcel) {
	s.mu.Lock()
	switch {
	case s.closing:
	case len(s.waiting) == waitingMost, s.bytes > waitingBytes:
		s.closing = true
		s.cut()
	default:
		s.closing = p.code != 0
		s.waiting = append(s.waiting, p)
		if p.text != nil {
			s.bytes += len(*p.text)
		}
		if !s.writing {
			s.writing = true
			go s.write()
		}
	}
	s.mu.Unlock()
}

// write sends what waits, then ends: a silent line has no writer. Texts that wait together go in one piece.
func (s *socket) write() {
	out := s.tracker.texts.Get().(*[]byte)
	var mine []parcel
	for {
		s.mu.Lock()
		if len(s.waiting) == 0 {
			if s.waiting = mine[:0]; cap(mine) > keptParcels {
				s.waiting = nil
			}
			s.writing = false
			s.mu.Unlock()
			break
		}
		mine, s.waiting, s.bytes = s.waiting, mine[:0], 0
		s.mu.Unlock()
		*out = (*out)[:0]
		for i, p := range mine {
			*out = s.send(p, *out)
			mine[i] = parcel{}
		}
		s.flush(*out)
	}
	s.tracker.recycle(out)
}

// send adds a text to what goes out next, or sends that and then a ping or farewell.
func (s *socket) send(p parcel, out []byte) []byte {
	if p.text != nil {
		if len(out)+len(*p.text) > keptFrame {
			s.flush(out)
			out = out[:0]
		}
		out = appendFrame(out, *p.text)
		s.tracker.recycle(p.text)
		return out
	}
	s.flush(out)
	kind, body := websocket.PingMessage, []byte(nil)
	if p.code != 0 {
		kind, body = websocket.CloseMessage, websocket.FormatCloseMessage(p.code, p.why)
	}
	if s.ws.WriteControl(kind, body, time.Now().Add(writeTime)) != nil {
		s.cut()
	}
	if p.code != 0 {
		_ = s.ws.SetReadDeadline(time.Now().Add(farewell)) // for its own farewell; an earlier end could lose ours
	}
	s.said.Store(s.tracker.unix())
	return out[:0]
}

// flush writes whole frames to the line itself, so that several go at once; what the library writes goes between them.
func (s *socket) flush(frames []byte) {
	if len(frames) == 0 {
		return
	}
	s.said.Store(s.tracker.unix())
	c := s.ws.NetConn()
	_ = c.SetWriteDeadline(time.Now().Add(writeTime))
	if _, err := c.Write(frames); err != nil {
		s.cut()
	}
}

// appendFrame adds a text as a frame of its own, not masked, as servers send it (RFC 6455, 5.2).
func appendFrame(b, text []byte) []byte {
	const finalText = 0x81
	switch n := len(text); {
	case n < 126:
		b = append(b, finalText, byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, finalText, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, finalText, 127), uint64(n))
	}
	return append(b, text...)
}

func (t *Tracker) recycle(b *[]byte) {
	if cap(*b) <= 2*keptFrame {
		t.texts.Put(b)
	}
}

// cut ends the connection at once.
func (s *socket) cut() { _ = s.ws.Close() }
