package remote

import (
	"sync"
	"time"
)

// mostRemembered bounds each memory.
const mostRemembered = 20_000

// memory keeps things for a while. When it is full it forgets what is over, and if nothing is, all.
type memory[T any] struct {
	mu  sync.Mutex
	all map[string]kept[T]
}

type kept[T any] struct {
	value T
	until time.Time
}

func (m *memory[T]) get(key string, now time.Time) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.all[key]
	if !ok || !now.Before(k.until) {
		var none T
		return none, false
	}
	return k.value, true
}

func (m *memory[T]) put(key string, value T, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.all) >= mostRemembered {
		m.sweep(time.Now())
	}
	if m.all == nil || len(m.all) >= mostRemembered {
		m.all = map[string]kept[T]{}
	}
	m.all[key] = kept[T]{value, until}
}

// sweep is called with the lock held.
func (m *memory[T]) sweep(now time.Time) {
	for k, v := range m.all {
		if !now.Before(v.until) {
			delete(m.all, k)
		}
	}
}

func (m *memory[T]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, key)
}

// forgetAll forgets what f picks.
func (m *memory[T]) forgetAll(f func(T) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, v := range m.all {
		if f(v.value) {
			delete(m.all, k)
		}
	}
}
