//go:build !js

package native

import (
	"errors"
	"net"
	"sync"

	"github.com/gorilla/websocket"

	"shoal/wasm/swarm"
)

type sockets struct{ h *Host }

// socket is a line to the tracker; what is sent leaves in order.
type socket struct {
	mu     sync.Mutex
	conn   *websocket.Conn
	out    chan []byte
	closed bool
}

func (s sockets) Open(address string, to swarm.Line) swarm.Socket {
	k := &socket{out: make(chan []byte, 64)}
	go k.run(s.h, address, to)
	return k
}

func (k *socket) run(h *Host, address string, to swarm.Line) {
	d := websocket.Dialer{NetDialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: h.local}}).DialContext}
	conn, answer, err := d.DialContext(h.ctx, address, nil)
	if answer != nil && answer.Body != nil {
		answer.Body.Close()
	}
	if err != nil {
		if !k.isClosed() {
			to.Closed(0)
		}
		return
	}
	defer conn.Close()
	k.mu.Lock()
	k.conn = conn
	closed := k.closed
	k.mu.Unlock()
	if closed {
		return
	}
	go k.write(conn)
	to.Opened()
	for {
		_, b, err := conn.ReadMessage()
		if k.isClosed() {
			return
		}
		if err != nil {
			code := 1006
			if e := (*websocket.CloseError)(nil); errors.As(err, &e) {
				code = e.Code
			}
			k.Close()
			to.Closed(code)
			return
		}
		if h.Told != nil {
			h.Told(b)
		}
		to.Heard(b)
	}
}

func (k *socket) write(conn *websocket.Conn) {
	for b := range k.out {
		if conn.WriteMessage(websocket.TextMessage, b) != nil {
			break
		}
	}
	conn.Close()
	for range k.out { // so that nobody who sends has to wait
	}
}

func (k *socket) isClosed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.closed
}

// Send queues a message.
func (k *socket) Send(b []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	select {
	case k.out <- b:
	default: // a tracker that does not read
	}
}

// Close ends the line once what was sent has left.
func (k *socket) Close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		k.closed = true
		close(k.out)
	}
}
