package web

import (
	"sync"
	"time"
)

// Bounds of what is kept for guests. What changes through this node ends all of it at once (Forget); what a job or another
// node changes is seen when its time is over.
const (
	moment   = 1500 * time.Millisecond
	while    = 10 * time.Second
	mostKept = 32 << 20  // bytes
	mostKeep = 256 << 10 // bytes of one value
)

// cache keeps what guests see for a while, so that many who ask cost one answer. Whoever asks while it is made waits for
// that one. It has two halves: what is asked for moves to the young one; when that is full, the old one goes.
type cache[T any] struct {
	mu         sync.Mutex
	young, old map[string]*held[T]
	size       int // bytes of the young half
	since      int // how often it was emptied
}

type held[T any] struct {
	ready chan struct{}
	made  bool
	value T
	size  int
	until time.Time
}

// kept is what came of making a value.
type kept[T any] struct {
	value T
	size  int           // bytes
	life  time.Duration // 0 when it is for one visitor only
}

// get gives what is kept under the key, or what build makes.
func (c *cache[T]) get(key string, now func() time.Time, build func() kept[T]) T {
	c.mu.Lock()
	if h := c.find(key); h != nil && (!h.made || now().Before(h.until)) {
		c.mu.Unlock()
		<-h.ready
		if h.made {
			return h.value
		}
		return build().value // the one we waited for did not come to an end
	}
	h, since := &held[T]{ready: make(chan struct{})}, c.since
	c.hold(key, h)
	c.mu.Unlock()
	defer c.settle(key, h)
	k := build()
	c.mu.Lock()
	defer c.mu.Unlock()
	h.value, h.size, h.made = k.value, k.size+len(key), true
	if since == c.since && h.size <= mostKeep && k.life > 0 {
		h.until = now().Add(k.life)
		c.size += h.size
	}
	return h.value
}

func (c *cache[T]) find(key string) *held[T] {
	if h := c.young[key]; h != nil {
		return h
	}
	h := c.old[key]
	if h != nil {
		delete(c.old, key)
		c.hold(key, h)
	}
	return h
}

func (c *cache[T]) hold(key string, h *held[T]) {
	if c.young == nil || c.size+h.size > mostKept/2 {
		c.young, c.old, c.size = map[string]*held[T]{}, c.young, 0
	}
	c.young[key] = h
	c.size += h.size
}

// settle lets those go on who wait, also when what was to be made failed altogether.
func (c *cache[T]) settle(key string, h *held[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !h.made || h.until.IsZero() {
		for _, half := range []map[string]*held[T]{c.young, c.old} {
			if half[key] == h {
				delete(half, key)
			}
		}
	}
	close(h.ready)
}

// empty forgets everything; what is being made reaches only those who wait for it.
func (c *cache[T]) empty() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.size = nil, nil, 0
	c.since++
}
