//go:build js

package tab

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"shoal/shared/api"
	"shoal/wasm/browser"
)

// Waits between tries to open the socket, and how long it stays open when nobody listens any more.
const (
	socketFirst = time.Second
	socketMost  = 30 * time.Second
	socketIdle  = 10 * time.Second
)

// Pushes is the line on which the server tells the signed-in person's pages what happens. It is open while somebody listens.
type Pushes struct {
	mu     sync.Mutex
	heard  map[int]func(api.Push)
	next   int
	up     bool
	socket browser.Value
	offs   browser.Offs
	tries  int
	stop   func() // of the timer that opens or closes it
	queue  chan func()
}

// NewPushes prepares a line; it opens when somebody listens.
func NewPushes() *Pushes {
	p := &Pushes{heard: map[int]func(api.Push){}, socket: browser.Null(), queue: make(chan func(), 256)}
	go func() {
		for f := range p.queue {
			f()
		}
	}()
	return p
}

// Heard calls f for each message, one after the other, on a goroutine of the line's own, until stopped. It also says
// "hello" when the line is there, at once if it already is, and "gone" when it is not.
func (p *Pushes) Heard(f func(api.Push)) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := p.next
	p.next++
	p.heard[id] = f
	kind := "gone"
	if p.up {
		kind = "hello"
	}
	p.later(func() { f(api.Push{Type: kind}) })
	p.timer(0, p.open)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.heard, id)
		if len(p.heard) == 0 {
			p.timer(socketIdle, p.close)
		}
	}
}

// later drops what a page that hangs does not come to hear; it asks by itself.
func (p *Pushes) later(f func()) {
	select {
	case p.queue <- f:
	default:
	}
}

func (p *Pushes) timer(d time.Duration, f func()) {
	if p.stop != nil {
		p.stop()
	}
	p.stop = browser.After(d, f)
}

func (p *Pushes) open() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !browser.Nil(p.socket) || len(p.heard) == 0 {
		return
	}
	address := strings.Replace(browser.Window.Get("location").Get("origin").String(), "http", "ws", 1) + api.SocketPath
	if err := browser.Try(func() { p.socket = browser.Window.Get("WebSocket").New(address) }); err != nil {
		p.again()
		return
	}
	p.offs.Add(
		browser.On(p.socket, "message", func(e browser.Value) { p.message(e.Get("data").String()) }),
		browser.On(p.socket, "close", func(browser.Value) { p.gone() }))
}

func (p *Pushes) message(text string) {
	var m api.Push
	if json.Unmarshal([]byte(text), &m) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.Type == "hello" {
		p.up, p.tries = true, 0
	}
	p.tell(m)
}

func (p *Pushes) tell(m api.Push) {
	for id := range p.heard {
		p.later(func() {
			p.mu.Lock()
			f := p.heard[id]
			p.mu.Unlock()
			if f != nil {
				f(m)
			}
		})
	}
}

func (p *Pushes) gone() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
	p.again()
}

// drop lets go of the socket and says so.
func (p *Pushes) drop() {
	p.offs.Off()
	p.socket = browser.Null()
	if p.up {
		p.up = false
		p.tell(api.Push{Type: "gone"})
	}
}

func (p *Pushes) again() {
	if len(p.heard) > 0 {
		p.timer(min(socketMost, socketFirst<<min(p.tries, 8)), p.open)
		p.tries++
	}
}

func (p *Pushes) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.heard) == 0 && !browser.Nil(p.socket) {
		s := p.socket
		p.drop()
		s.Call("close")
	}
}
