// Package instance is what the admin changes while the platform runs: its name, words, limits and policies.
package instance

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// fresh is how long settings are believed before they are read again, even when no word of a change came.
const fresh = 3 * time.Second

// Instance reads the one row of this platform, and makes it at the first start. Watch hears of changes that other nodes made.
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
	var stored, secret []byte
	err := i.Pool.QueryRow(ctx, row).Scan(&stored, &secret)
	if errors.Is(err, pgx.ErrNoRows) {
		if _, err = i.Pool.Exec(ctx, start, random(32)); err == nil {
			err = i.Pool.QueryRow(ctx, row).Scan(&stored, &secret) // ours, or that of a node which was quicker
		}
	}
	if err != nil {
		return err
	}
	s, err := decode(stored)
	if err != nil {
		return err
	}
	i.settings, i.secret, i.read = s, secret, time.Now()
	return nil
}

// Forget makes the next question read the settings again, since another node changed them.
func (i *Instance) Forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.settings = nil
}

const (
	lock = `SELECT settings FROM instance FOR UPDATE`

	store = `UPDATE instance SET settings = $1`

	tell = `SELECT pg_notify('shoal_settings', '')`
)

// Change lets f alter the settings and stores them, if they pass Check.
func (i *Instance) Change(ctx context.Context, f func(*Settings)) error {
	return i.ChangeIn(ctx, i.Pool, f)
}

// ChangeIn is Change within the caller's transaction.
func (i *Instance) ChangeIn(ctx context.Context, q db.Q, f func(*Settings)) error {
	err := pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return change(ctx, tx, f) })
	i.Forget()
	return err
}

// ChangeBy is ChangeIn by a function that may refuse, and sees the transaction.
func (i *Instance) ChangeBy(ctx context.Context, q db.Q, f func(pgx.Tx, *Settings) error) error {
	err := pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return changeBy(ctx, tx, f) })
	i.Forget()
	return err
}

func change(ctx context.Context, tx pgx.Tx, f func(*Settings)) error {
	return changeBy(ctx, tx, func(_ pgx.Tx, s *Settings) error {
		f(s)
		return nil
	})
}

func changeBy(ctx context.Context, tx pgx.Tx, f func(pgx.Tx, *Settings) error) error {
	if _, err := tx.Exec(ctx, start, random(32)); err != nil {
		return err
	}
	var stored []byte
	if err := tx.QueryRow(ctx, lock).Scan(&stored); err != nil {
		return err
	}
	s, err := decode(stored)
	if err != nil {
		return err
	}
	if err := f(tx, s); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	if stored, err = json.Marshal(s); err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, store, stored); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, tell)
	return err
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
