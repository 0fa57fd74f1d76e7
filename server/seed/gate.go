package seed

import (
	"net"
	"sync"
)

// slots bounds how many connections of all kinds there are at once.
type slots chan struct{}

func (s slots) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }

// listener is what both TCP and uTP offer.
type listener interface {
	Accept() (net.Conn, error)
	Addr() net.Addr
	Close() error
}

// gate closes connections at once when no slot is left for them.
type gate struct {
	listener
	slots slots
}

func (g gate) Accept() (net.Conn, error) {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			return nil, err
		}
		if g.slots.take() {
			return &slotted{Conn: c, free: sync.OnceFunc(g.slots.free)}, nil
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
