package inbox

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/activity"
	"shoal/server/remote"
)

// shortly is how long the inbox may act on what was so a moment ago: a block takes hold, and an actor changes, that much later.
const shortly = 3 * time.Second

// memory keeps answers for a short time.
type memory[T any] struct {
	mu    sync.Mutex
	until time.Time
	all   map[string]T
}

func (m *memory[T]) get(key string, ask func() (T, error)) (T, error) {
	m.mu.Lock()
	if now := time.Now(); m.all == nil || now.After(m.until) || len(m.all) >= mostCounted {
		m.all, m.until = map[string]T{}, now.Add(shortly)
	}
	all := m.all
	v, ok := all[key]
	m.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := ask()
	if err == nil {
		m.mu.Lock()
		all[key] = v // also when all is forgotten meanwhile: then nobody reads it
		m.mu.Unlock()
	}
	return v, err
}

func (m *memory[T]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = nil
}

// known is an actor, and whether the platform hears it.
type known struct {
	remote.Actor
	heard bool
}

func (in *Inbox) blocked(ctx context.Context, host string) (bool, error) {
	return in.deaf.get(host, func() (bool, error) { return in.Remote.Blocked(ctx, host) })
}

// pool is where the work is done.
func (in *Inbox) pool() *pgxpool.Pool {
	if in.Work != nil {
		return in.Work
	}
	return in.Pool
}

// actor is whoever did something, and whether we hear them.
func (in *Inbox) actor(ctx context.Context, id activity.ID) (known, error) {
	return in.known.get(string(id), func() (k known, err error) {
		if k.Actor, err = in.Remote.Actor(ctx, id); err == nil {
			k.heard, err = in.hears(ctx, k.Actor)
		}
		return k, err
	})
}
