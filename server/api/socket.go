package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/websocket"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Limits of the socket.
const (
	socketsEach = 20               // of one member on one node; the oldest pages keep theirs
	socketsAll  = 10_000           // of one node
	socketRead  = 512              // bytes of a message from the page, which has nothing to say
	socketPing  = 30 * time.Second // also how long a session that was ended can still listen
	socketWait  = 10 * time.Second // for a write, and for the answer to a ping
)

func (s *Server) socketRoutes(r chi.Router) {
	r.Get(strings.TrimPrefix(api.SocketPath, Prefix), s.member(s.openSocket))
}

// sockets counts the open ones.
type sockets struct {
	mu   sync.Mutex
	all  int
	each map[int64]int
}

func (s *sockets) open(member int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= socketsAll || s.each[member] >= socketsEach {
		return false
	}
	if s.each == nil {
		s.each = map[int64]int{}
	}
	s.all++
	s.each[member]++
	return true
}

func (s *sockets) close(member int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.each[member]--; s.each[member] == 0 {
		delete(s.each, member)
	}
}

func (s *Server) openSocket(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	if !websocket.IsWebSocketUpgrade(r) {
		return fail.New(fail.Invalid, "Only WebSockets are spoken here.")
	}
	if !s.ownPage(r) {
		return fail.New(fail.Forbidden, "Another site's page may not listen here.")
	}
	if !s.sockets.open(v.MemberID) {
		e := fail.New(fail.TooMany, "Too many pages are open.")
		e.After = socketPing
		return e
	}
	defer s.sockets.close(v.MemberID)
	up := websocket.Upgrader{
		ReadBufferSize: socketRead, WriteBufferSize: 1024, HandshakeTimeout: socketWait,
		CheckOrigin: func(*http.Request) bool { return true }, // checked above
		Error: func(w http.ResponseWriter, r *http.Request, _ int, reason error) {
			s.problem(w, r, fail.Wrap(fail.Invalid, reason, "The WebSocket could not be opened."))
		},
	}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return nil // answered by Error above
	}
	defer c.Close()
	s.push(r.Context(), c, v)
	return nil
}

// ownPage tells whether a WebSocket was opened by our own page, or by a program that has no pages and shows a token.
// Browsers send Origin with every WebSocket; the same-origin rule does not hold for them.
func (s *Server) ownPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return bearer(r) != ""
	}
	_, host, _ := strings.Cut(origin, "://")
	return strings.EqualFold(host, r.Host) || strings.EqualFold(origin, s.URL)
}

// push sends the member's messages until the page, the session or the server ends.
func (s *Server) push(ctx context.Context, c *websocket.Conn, v *account.Viewer) {
	messages, stop := s.Hub.Listen(v.MemberID)
	defer stop()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		listen(c)
	}()
	ping := time.NewTicker(socketPing)
	defer ping.Stop()
	send := func(kind int, text []byte) bool {
		return c.SetWriteDeadline(time.Now().Add(socketWait)) == nil && c.WriteMessage(kind, text) == nil
	}
	if !send(websocket.TextMessage, []byte(`{"type":"hello"}`)) {
		return
	}
	for {
		select {
		case text, ok := <-messages:
			if !ok || !send(websocket.TextMessage, text) {
				return
			}
		case <-ping.C:
			if !account.Lives(ctx, s.Pool, v) {
				send(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.ClosePolicyViolation, "signed out"))
				return
			}
			if !send(websocket.PingMessage, nil) {
				return
			}
		case <-ctx.Done():
			send(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""))
			return
		case <-gone:
			return
		}
	}
}

// listen reads, since that is how answers to pings arrive, and drops what the page says.
func listen(c *websocket.Conn) {
	c.SetReadLimit(socketRead)
	alive := func(string) error { return c.SetReadDeadline(time.Now().Add(socketPing + socketWait)) }
	c.SetPongHandler(alive)
	_ = alive("") // a connection that has ended tells so at the next read
	for {
		if _, _, err := c.NextReader(); err != nil {
			return
		}
	}
}
