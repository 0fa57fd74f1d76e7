package web

import (
	"sync"
	"time"
)

// Bounds of what is kept for guests.
const (
	fresh    = 1500 * time.Millisecond
	mostKept = 200 // answers
	mostKeep = 256 << 10
)

// cache keeps what guests see for a moment, so that many who ask at once cost one answer. Whoever asks while it is made
// waits for that one.
type cache[T any] struct {
	mu   sync.Mutex
	kept map[string]*held[T]
}

type held[T any] struct {
	ready chan struct{}
	made  bool
	value T
	until time.Time
}

// get gives what is kept under the key, or what build makes; build also says whether it may be kept.
func (c *cache[T]) get(key string, now time.Time, build func() (T, bool)) T {
	c.mu.Lock()
	if h := c.kept[key]; h != nil && (!h.made || now.Before(h.until)) {
		c.mu.Unlock()
		<-h.ready
		if h.made {
			return h.value
		}
		v, _ := build() // the one we waited for did not come to an end
		return v
	}
	if c.kept == nil || len(c.kept) >= mostKept {
		c.shed(now)
	}
	h := &held[T]{ready: make(chan struct{})}
	c.kept[key] = h
	c.mu.Unlock()
	defer c.settle(key, h)
	v, keep := build()
	c.mu.Lock()
	defer c.mu.Unlock()
	h.value, h.made = v, true
	if keep {
		h.until = now.Add(fresh)
	}
	return v
}

// settle lets those go on who wait, also when what was to be made failed altogether.
func (c *cache[T]) settle(key string, h *held[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if (!h.made || h.until.IsZero()) && c.kept[key] == h {
		delete(c.kept, key)
	}
	close(h.ready)
}

// shed makes room: what is old goes first, and when nothing is, everything.
func (c *cache[T]) shed(now time.Time) {
	left := map[string]*held[T]{}
	for k, h := range c.kept {
		if !h.made || now.Before(h.until) {
			left[k] = h
		}
	}
	if len(left) >= mostKept {
		left = map[string]*held[T]{}
	}
	c.kept = left
}
