package web

import (
	"sync"
	"time"
)

// Bounds of what is kept for guests.
const (
	fresh    = 1500 * time.Millisecond
	mostKept = 200 // documents
	mostKeep = 256 << 10
)

// cache keeps a guest's page for a moment, so that many who ask at once cost one page. Whoever asks while a page is made
// waits for that one.
type cache struct {
	mu   sync.Mutex
	kept map[string]*held
}

type held struct {
	ready chan struct{}
	doc   *document
	until time.Time
}

func (c *cache) get(key string, now time.Time, build func() *document) *document {
	c.mu.Lock()
	if h := c.kept[key]; h != nil && (h.doc == nil || now.Before(h.until)) {
		c.mu.Unlock()
		<-h.ready
		if h.doc != nil {
			return h.doc
		}
		return build() // the one we waited for did not come to an end
	}
	if c.kept == nil || len(c.kept) >= mostKept {
		c.shed(now)
	}
	h := &held{ready: make(chan struct{})}
	c.kept[key] = h
	c.mu.Unlock()
	defer close(h.ready)
	doc := build()
	c.mu.Lock()
	defer c.mu.Unlock()
	h.doc, h.until = doc, now.Add(fresh)
	if doc.status >= 500 || len(doc.html) > mostKeep {
		delete(c.kept, key)
	}
	return doc
}

// shed makes room: what is old goes first, and when nothing is, everything.
func (c *cache) shed(now time.Time) {
	left := map[string]*held{}
	for k, h := range c.kept {
		if h.doc == nil || now.Before(h.until) {
			left[k] = h
		}
	}
	if len(left) >= mostKept {
		left = map[string]*held{}
	}
	c.kept = left
}
