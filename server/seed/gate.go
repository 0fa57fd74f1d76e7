package seed

import (
	"net"
	"net/netip"
	"sync"
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
