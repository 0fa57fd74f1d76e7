package files

import (
	"sync"
	"time"
)

// cache remembers for a moment what the database said, so that a crowd asks it once. Absence is not remembered.
type cache[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]kept[V]
}

type kept[V any] struct {
	value V
	until time.Time
}

const (
	moment   = time.Second // a change of privacy is felt after it
	mostKept = 4096
)

func (c *cache[K, V]) get(key K, read func() (V, error)) (V, error) {
	now := time.Now()
	c.mu.Lock()
	k, ok := c.kept[key]
	c.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.value, nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostKept {
		c.kept = map[K]kept[V]{}
	}
	c.kept[key] = kept[V]{v, now.Add(moment)}
	return v, nil
}
