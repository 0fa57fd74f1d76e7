// Package outbox makes facts into activities and their recipients. Triggers write facts in the transaction of each change; what is
// told is decided by how things stand when a fact is read, so that several changes become one activity.
//
// Reading a fact, writing its activities and their deliveries is one transaction: whatever dies in the middle did nothing.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"shoal/server/apub/objects"
	"shoal/server/fail"
	"shoal/server/keyring"
)

// Machine reads facts. Any number of nodes run one each on the same database; facts of one object are read one after the other.
type Machine struct {
	Pool    *pgxpool.Pool
	Site    objects.Site
	Log     *slog.Logger
	Off     bool             // nobody is told anything; what could be found is noted all the same
	Workers int              // facts at a time; 0 is 2
	Poll    time.Duration    // between looks without a call; 0 is 5 s
	Now     func() time.Time // nil for the clock

	wake chan struct{}
}

// fact is a line of the outbox.
type fact struct {
	ID       int64
	Kind     string
	Object   string
	Subject  int64
	Attempts int
	Created  time.Time
	Data     data
}

// data is what a line says beside; which fields depends on the kind.
type data struct {
	Actor    int64           `json:"actor"`
	Account  int64           `json:"account"`
	Follower int64           `json:"follower"`
	Followed int64           `json:"followed"`
	URL      string          `json:"url"`
	Inboxes  []string        `json:"inboxes"`
	Was      json.RawMessage `json:"was"` // a word, or whether it could be seen
	Viewer   string          `json:"viewer"`
	Watching *int            `json:"watching"`
	Until    time.Time       `json:"until"`
}

// word is how things stood before, where that is a word.
func (d data) word() (s string) {
	_ = json.Unmarshal(d.Was, &s)
	return s
}

// seen tells whether everybody could see it before.
func (d data) seen() bool { return string(d.Was) == "true" }

// Run reads facts until ctx ends.
func (m *Machine) Run(ctx context.Context) error {
	workers, poll := m.Workers, m.Poll
	if workers == 0 {
		workers = 2
	}
	if poll == 0 {
		poll = 5 * time.Second
	}
	m.wake = make(chan struct{}, workers)
	if _, _, err := keyring.Instance(ctx, m.Pool, m.Site.URL); err != nil && ctx.Err() == nil {
		m.Log.Error("the platform has no actor of its own: nobody can follow it", "err", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return m.listen(ctx) })
	for range workers {
		g.Go(func() error { return m.read(ctx, poll) })
	}
	return g.Wait()
}

func (m *Machine) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

func (m *Machine) call() {
	for range cap(m.wake) {
		select {
		case m.wake <- struct{}{}:
		default:
		}
	}
}

func (m *Machine) read(ctx context.Context, poll time.Duration) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		more, err := m.one(ctx)
		if err != nil && ctx.Err() == nil {
			m.Log.Warn("reading the outbox", "err", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-m.wake:
		case <-tick.C:
		}
	}
	return nil
}

const (
	next = `
	SELECT o.id, o.kind, o.object, o.subject, o.attempts, o.created_at FROM outbox o
	WHERE o.not_before <= @now AND NOT EXISTS (SELECT FROM outbox p WHERE p.object = o.object AND p.id < o.id AND p.not_before <= @now)
	ORDER BY o.not_before, o.id LIMIT 1 FOR UPDATE SKIP LOCKED`

	// with it go the later lines that say the same; the oldest knows how things stood before. Each view counts, and each move.
	takeAll = `
	WITH gone AS (DELETE FROM outbox WHERE object = @object AND kind = @kind AND (id = @id OR kind NOT IN ('view', 'move')) RETURNING id, subject, data)
	SELECT (SELECT data FROM gone ORDER BY id LIMIT 1), (SELECT subject FROM gone ORDER BY id DESC LIMIT 1)`

	again = `UPDATE outbox SET attempts = attempts + 1, last_error = @text, not_before = @at WHERE id = @id`

	giveUp = `DELETE FROM outbox WHERE id = @id`
)

// one reads the next fact, and tells whether there was one.
func (m *Machine) one(ctx context.Context) (more bool, err error) {
	var f fact
	err = pgx.BeginFunc(ctx, m.Pool, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, next, pgx.NamedArgs{"now": m.now()}).Scan(&f.ID, &f.Kind, &f.Object, &f.Subject, &f.Attempts, &f.Created)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, takeAll, pgx.NamedArgs{"id": f.ID, "object": f.Object, "kind": f.Kind}).Scan(&f.Data, &f.Subject); err != nil {
			return err
		}
		return m.tell(ctx, tx, f)
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows) && f.ID == 0:
		return false, nil
	case err != nil && ctx.Err() == nil:
		return true, m.putOff(ctx, f, err)
	}
	return true, err
}

const (
	firstWait   = 5 * time.Second
	longestWait = time.Hour
	life        = 14 * 24 * time.Hour
)

// putOff has a fact that could not be told wait, others first.
func (m *Machine) putOff(ctx context.Context, f fact, why error) error {
	if m.now().Sub(f.Created) > life {
		m.Log.Error("a fact was not told to other servers", "kind", f.Kind, "object", f.Object, "err", why)
		_, err := m.Pool.Exec(ctx, giveUp, pgx.NamedArgs{"id": f.ID})
		return err
	}
	m.Log.Warn("telling other servers", "kind", f.Kind, "object", f.Object, "attempt", f.Attempts+1, "err", why)
	at := m.now().Add(min(firstWait<<min(f.Attempts, 16), longestWait))
	_, err := m.Pool.Exec(ctx, again, pgx.NamedArgs{"id": f.ID, "text": why.Error(), "at": at})
	return err
}

// tell makes the activities of a fact.
func (m *Machine) tell(ctx context.Context, tx pgx.Tx, f fact) error {
	t := &teller{Machine: m, tx: tx, fact: f}
	how, ok := map[string]func(context.Context) error{
		"video": t.video, "video-gone": t.gone, "rate": t.rate, "follow": t.follow, "answer": t.answer,
		"comment": t.comment, "approve": t.approve, "actor": t.actor, "actor-gone": t.gone,
		"playlist": t.playlist, "playlist-gone": t.gone, "flag": t.flag, "view": t.view, "watch": t.watch, "move": t.move,
		"video-settings": t.videoSettings, "channel-settings": t.channelSettings,
	}[f.Kind]
	if !ok {
		return fail.New(fail.Internal, "a fact of the kind %q", f.Kind)
	}
	err := how(ctx)
	if fail.Is(err, fail.NotFound) {
		return nil // it is not for others, or gone meanwhile, which is another fact
	}
	return err
}

const againIn = time.Second // after the line broke

// listen hears of new facts.
func (m *Machine) listen(ctx context.Context) error {
	for ctx.Err() == nil {
		err := m.hear(ctx)
		if ctx.Err() != nil {
			break
		}
		m.Log.Warn("the line for the outbox broke", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(againIn):
		}
	}
	return nil
}

func (m *Machine) hear(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, m.Pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN shoal_outbox"); err != nil {
		return err
	}
	m.call() // for what was missed before the line stood
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		m.call()
	}
}
