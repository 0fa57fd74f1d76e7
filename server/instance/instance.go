// Package instance is what the admin changes while the platform runs: its name, words, limits and policies.
package instance

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"sync"
	"time"

	"shoal/server/db"
)

// fresh is how long settings are believed before they are read again; so a change reaches every node within it.
const fresh = 3 * time.Second

// Instance reads the one row of this platform, and makes it at the first start.
type Instance struct {
	Pool db.Q

	mu       sync.Mutex
	settings *Settings
	read     time.Time
	secret   []byte
}

// Secret keys hashes that must not be computed elsewhere, such as those of sign-in attempts. It never changes.
func (i *Instance) Secret(ctx context.Context) ([]byte, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.secret == nil {
		if err := i.load(ctx); err != nil {
			return nil, err
		}
	}
	return i.secret, nil
}

// Settings are the present ones, at most a few seconds old. They are shared: change them through Change.
func (i *Instance) Settings(ctx context.Context) (*Settings, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.settings == nil || time.Since(i.read) > fresh {
		if err := i.load(ctx); err != nil {
			return nil, err
		}
	}
	return i.settings, nil
}

const (
	start = `
	INSERT INTO instance (secret) VALUES ($1) ON CONFLICT (id) DO NOTHING`

	row = `SELECT settings, secret FROM instance`
)

func (i *Instance) load(ctx context.Context) error {
	if i.secret == nil {
		if _, err := i.Pool.Exec(ctx, start, random(32)); err != nil {
			return err
		}
	}
	var stored, secret []byte
	if err := i.Pool.QueryRow(ctx, row).Scan(&stored, &secret); err != nil {
		return err
	}
	s, err := decode(stored)
	if err != nil {
		return err
	}
	i.settings, i.secret, i.read = s, secret, time.Now()
	return nil
}

const (
	lock = `SELECT settings FROM instance FOR UPDATE`

	store = `UPDATE instance SET settings = $1`
)

// Change lets f alter the settings and stores them, if they pass Check.
func (i *Instance) Change(ctx context.Context, f func(*Settings)) error {
	if _, err := i.Secret(ctx); err != nil { // the row exists from here on
		return err
	}
	tx, err := i.Pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // after a commit it has nothing to do
	var stored []byte
	if err := tx.QueryRow(ctx, lock).Scan(&stored); err != nil {
		return err
	}
	s, err := decode(stored)
	if err != nil {
		return err
	}
	f(s)
	if err := s.Check(); err != nil {
		return err
	}
	if stored, err = json.Marshal(s); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, store, stored); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.settings, i.read = s, time.Now()
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
