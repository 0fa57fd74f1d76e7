// Package mirror keeps small things of elsewhere near: pictures, captions, storyboards and torrents, in a folder of bounded size.
//
// Visitors ask us for them, so that nobody else learns who looks at what. Each is asked for once, however many want it, and is
// taken only if it is what it says it is.
package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/fetch"
)

// Mirror is the folder and the way to what is not in it yet.
type Mirror struct {
	Folder string
	Most   int64 // bytes on disk; what was asked for longest ago goes first
	// Ask asks another server under guard.
	Ask func(ctx context.Context, at activity.ID, types []string, most int64) (*fetch.Answer, error)
	Now func() time.Time // nil for the clock

	opening sync.Once
	broken  error // of the folder
	flights singleflight.Group
	mu      sync.Mutex
	shelf   shelf
	absent  map[string]miss
}

// miss is something that could not be had lately.
type miss struct {
	err   error
	until time.Time
}

const (
	goneFor    = time.Hour
	brokenFor  = 5 * time.Minute
	mostAbsent = 10_000
	patience   = 15 * time.Second // for the one request that all wait for
)

// File is an open copy.
type File struct {
	*os.File
	Size    int64
	ModTime time.Time
	Type    string // its content type, by what is in it
}

var errAbsent = fail.New(fail.NotFound, "There is no such file.")

// Open gives a copy of what is at an address of elsewhere. fail.NotFound when it is not to be had, or is not what it should be.
func (m *Mirror) Open(ctx context.Context, kind Kind, at activity.ID) (*File, error) {
	if m.opening.Do(m.open); m.broken != nil {
		return nil, m.broken
	}
	rule, ok := rules[kind]
	if _, err := activity.Origin(at); err != nil || !ok {
		return nil, errAbsent
	}
	sum := sha256.Sum256([]byte(string(kind) + " " + string(at)))
	name := hex.EncodeToString(sum[:])
	for range 2 { // what was brought may be evicted before it is opened
		f, err := m.take(name)
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		if err := m.lately(name); err != nil {
			return nil, err
		}
		if err := m.wait(ctx, name, rule, at); err != nil {
			return nil, err
		}
	}
	return nil, errAbsent
}

// wait has one request made, whoever asks first, and waits for it no longer than the asker does.
func (m *Mirror) wait(ctx context.Context, name string, rule rule, at activity.ID) error {
	done := m.flights.DoChan(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if m.has(name) {
			return nil, nil
		}
		err := m.bring(ctx, name, rule, at)
		if err != nil {
			m.miss(name, err)
		}
		return nil, err
	})
	select {
	case r := <-done:
		return r.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bring asks, looks at what came, and puts it on the shelf.
func (m *Mirror) bring(ctx context.Context, name string, rule rule, at activity.ID) error {
	answer, err := m.Ask(ctx, at, rule.types, rule.most)
	if err != nil {
		return fail.Wrap(fail.NotFound, err, "The other server did not give this file.")
	}
	ending, err := rule.check(answer.Body)
	if err != nil {
		return fail.Wrap(fail.NotFound, err, "The other server gave something else than this file.")
	}
	return m.put(name+ending, answer.Body)
}

// lately is why something could not be had, while it is not asked for again.
func (m *Mirror) lately(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.absent[name]; ok && m.now().Before(a.until) {
		return a.err
	}
	return nil
}

func (m *Mirror) miss(name string, err error) {
	if fail.Of(err) == fail.Internal {
		return // our own trouble says nothing of theirs
	}
	life := brokenFor
	if fetch.Gone(err) {
		life = goneFor
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.absent == nil || len(m.absent) >= mostAbsent {
		m.absent = map[string]miss{}
	}
	m.absent[name] = miss{err, m.now().Add(life)}
}

func (m *Mirror) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

func (m *Mirror) path(file string) string { return filepath.Join(m.Folder, file[:2], file) }
