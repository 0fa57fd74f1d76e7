//go:build !js

package native

import (
	"net"
	"testing"
	"time"

	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

func ear(heard chan string) swarm.Ear {
	return swarm.Ear{
		Opened:  func() { heard <- "opened" },
		Heard:   func(c player.Chunk) { heard <- "heard " + string(c.(Bytes)) },
		Drained: func() {},
		Closed:  func() { heard <- "closed" },
		Sibling: func(swarm.Conn) swarm.Ear { return swarm.Ear{} },
	}
}

func expect(t *testing.T, heard chan string, want string) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Fatalf("%q instead of %q", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("no %q", want)
	}
}

// expectAfter lets go by what may come before, in any number.
func expectAfter(t *testing.T, heard chan string, before, want string) {
	t.Helper()
	for {
		select {
		case got := <-heard:
			if got == before {
				continue
			}
			if got != want {
				t.Fatalf("%q instead of %q", got, want)
			}
			return
		case <-time.After(time.Minute):
			t.Fatalf("no %q", want)
		}
	}
}

// connect gives one end of a connection, and what its other end hears, which takes no siblings.
func connect(t *testing.T) (swarm.Conn, chan string) {
	t.Helper()
	host := func() *dialer {
		return newDialer(New(t.Context(), "", net.IPv4(127, 0, 0, 1), Clock{Start: time.Now(), Pace: 1}, &Uplink{}))
	}
	ours, theirs := make(chan string, 16), make(chan string, 16)
	offers, answers := make(chan string, 1), make(chan string, 1)
	told := func(to chan string) func(string, error) {
		return func(sdp string, err error) {
			if err != nil {
				t.Error(err)
			}
			to <- sdp
		}
	}
	conn := host().Offer(nil, ear(ours), told(offers))
	host().Answer(nil, <-offers, ear(theirs), told(answers))
	conn.Accept(<-answers)
	expect(t, ours, "opened")
	expect(t, theirs, "opened")
	return conn, theirs
}

func TestAStreamThatIsRefusedEndsAlone(t *testing.T) {
	conn, theirs := connect(t)
	refused := make(chan string, 16)
	conn.Sibling(ear(refused))
	expectAfter(t, refused, "opened", "closed")
	conn.Send([]byte("still here"), nil)
	expect(t, theirs, "heard still here")
}
