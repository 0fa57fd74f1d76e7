//go:build !js

package native

import (
	"sync"
	"time"
)

// depth is for how long an idle line saves up, so that a sleep that ends late costs nothing.
const depth = 100 * time.Millisecond

// Uplink is a line with so many bytes a second, which sends one frame after the other.
type Uplink struct {
	Rate float64 // bytes per second of real time, 0 for no limit

	mu    sync.Mutex
	queue []frame
	busy  bool
	debt  time.Time // the line is busy until then
}

type frame struct {
	b    []byte
	send func(b []byte)
}

// send queues a frame.
func (u *Uplink) send(b []byte, send func([]byte)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.queue = append(u.queue, frame{b, send})
	if !u.busy {
		u.busy = true
		go u.run()
	}
}

func (u *Uplink) run() {
	for {
		u.mu.Lock()
		if len(u.queue) == 0 {
			u.queue, u.busy = nil, false
			u.mu.Unlock()
			return
		}
		f := u.queue[0]
		u.queue = u.queue[1:]
		now := time.Now()
		if idle := now.Add(-depth); u.debt.Before(idle) {
			u.debt = idle
		}
		if u.Rate > 0 {
			u.debt = u.debt.Add(time.Duration(float64(len(f.b)) / u.Rate * float64(time.Second)))
		}
		wait := u.debt.Sub(now)
		u.mu.Unlock()
		if wait > 2*time.Millisecond {
			time.Sleep(wait)
		}
		f.send(f.b)
	}
}
