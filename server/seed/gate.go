package seed

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// slots bounds how many connections of all kinds there are at once, and how many from one address.
type slots struct {
	mu    sync.Mutex
	most  int
	taken int
	by    map[netip.Addr]int
}

// share is the part of all slots that one address may take: one in so many, but a few at least.
const (
	share    = 8
	someFrom = 4
)

// take gives the function that frees the slot again, or nil when there is none. Without an address only the sum counts.
func (s *slots) take(from netip.Addr) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken >= s.most || from.IsValid() && s.by[from] >= max(someFrom, s.most/share) {
		return nil
	}
	s.taken++
	s.by[from]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken--
		if s.by[from]--; s.by[from] == 0 {
			delete(s.by, from)
		}
	})
}

func (s *slots) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// listener is what both TCP and uTP offer.
type listener interface {
	Accept() (net.Conn, error)
	Addr() net.Addr
	Close() error
}

// gate closes connections at once when no slot is left for them.
type gate struct {
	listener
	slots *slots
}

func (g gate) Accept() (net.Conn, error) {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			return nil, err
		}
		from, _ := netip.ParseAddrPort(c.RemoteAddr().String())
		if free := g.slots.take(from.Addr().Unmap()); free != nil {
			return &slotted{c, free}, nil
		}
		_ = c.Close()
	}
}

// slotted gives its slot back when it is closed.
type slotted struct {
	net.Conn
	free func()
}

func (c *slotted) Close() error {
	c.free()
	return c.Conn.Close()
}

// door is the one listener that the client sees: what comes in by any way goes through it.
type door struct {
	addr  net.Addr
	ready chan net.Conn
	ended chan struct{}
	end   func()
}

func newDoor(addr net.Addr) *door {
	d := &door{addr: addr, ready: make(chan net.Conn), ended: make(chan struct{})}
	d.end = sync.OnceFunc(func() { close(d.ended) })
	return d
}

// Accept implements the client's listener.
func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.ready:
		return c, nil
	case <-d.ended:
		return nil, net.ErrClosed
	}
}

// Addr implements the client's listener.
func (d *door) Addr() net.Addr { return d.addr }

// enter hands a connection over, and tells whether it was taken.
func (d *door) enter(c net.Conn) bool {
	select {
	case d.ready <- c:
		return true
	case <-d.ended:
		return false
	}
}

// breath is how long a listener rests that cannot accept, such as for want of files.
const breath = 100 * time.Millisecond

// lead brings in what a listener accepts, until the door is closed.
func (d *door) lead(l listener) {
	for {
		c, err := l.Accept()
		if err == nil && !d.enter(c) {
			_ = c.Close()
		}
		select {
		case <-d.ended:
			return
		default:
		}
		if err != nil {
			time.Sleep(breath)
		}
	}
}
