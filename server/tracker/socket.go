package tracker

import (
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
	writeBuffer   = 4 << 10 // bytes, lent while writing
	writeTime     = 20 * time.Second
	waitingMost   = 64       // messages that a slow viewer may lag behind before it is cut
	keptFrame     = 32 << 10 // bytes of a buffer that is worth keeping
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
	case len(s.waiting) == waitingMost:
		s.closing = true
		s.cut()
	default:
		s.closing = p.code != 0
		s.waiting = append(s.waiting, p)
		if !s.writing {
			s.writing = true
			go s.write()
		}
	}
	s.mu.Unlock()
}

// write sends what waits, then ends: a silent line has no writer.
func (s *socket) write() {
	var mine []parcel
	for {
		s.mu.Lock()
		if len(s.waiting) == 0 {
			s.waiting, s.writing = mine[:0], false
			s.mu.Unlock()
			return
		}
		mine, s.waiting = s.waiting, mine[:0]
		s.mu.Unlock()
		for i, p := range mine {
			s.send(p)
			mine[i] = parcel{}
		}
		if cap(mine) > 8 {
			mine = nil
		}
	}
}

func (s *socket) send(p parcel) {
	s.said.Store(s.tracker.unix())
	until := time.Now().Add(writeTime)
	var err error
	switch {
	case p.text != nil:
		_ = s.ws.SetWriteDeadline(until)
		err = s.ws.WriteMessage(websocket.TextMessage, *p.text)
		if cap(*p.text) <= keptFrame {
			s.tracker.texts.Put(p.text)
		}
	case p.code == 0:
		err = s.ws.WriteControl(websocket.PingMessage, nil, until)
	default:
		err = s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(p.code, p.why), until)
		_ = s.ws.SetReadDeadline(time.Now().Add(farewell)) // for its own farewell; an earlier end could lose ours
	}
	if err != nil {
		s.cut()
	}
}

// cut ends the connection at once.
func (s *socket) cut() { _ = s.ws.Close() }
