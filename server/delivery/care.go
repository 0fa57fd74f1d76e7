package delivery

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"shoal/server/remote"
)

const (
	// The line that was tried least, so that one which a host cannot stomach does not keep others from being tried.
	first = `
	WITH one AS (SELECT d.id FROM delivery d WHERE d.host = @host AND d.parked
		AND NOT EXISTS (SELECT FROM delivery o WHERE o.host = d.host AND o.object = d.object AND o.id < d.id)
		ORDER BY d.attempts, d.id LIMIT 1 FOR UPDATE SKIP LOCKED),
	changed AS (UPDATE delivery d SET attempts = d.attempts + 1, not_before = @now::timestamptz + interval '2 minutes' FROM one WHERE d.id = one.id
		RETURNING d.id, d.activity_id, d.host, d.inbox, d.attempts, d.created_at)
	SELECT c.id, c.activity_id, c.host, c.inbox, c.attempts, c.created_at, a.actor_id, h.scheme,
		coalesce(h.scheme_at > @now::timestamptz - interval '7 days', false) AS sure, false AS trusted, true AS again, NULL::bytea AS body
	FROM changed c JOIN activity_out a ON a.id = c.activity_id JOIN remote_host h ON h.host = c.host`

	expire = `DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE created_at < @before ORDER BY created_at LIMIT 5000)`

	forget = `
	DELETE FROM activity_out WHERE id IN (SELECT a.id FROM activity_out a
		WHERE a.created_at < @before AND NOT EXISTS (SELECT FROM delivery d WHERE d.activity_id = a.id) ORDER BY a.created_at LIMIT 5000)`

	// lines that were added while their host was shut, or left parked while it was opened
	strays = `
	SELECT h.host, h.paused OR h.open_until IS NOT NULL FROM remote_host h
	WHERE CASE WHEN h.paused OR h.open_until IS NOT NULL
		THEN EXISTS (SELECT FROM delivery d WHERE d.host = h.host AND NOT d.parked)
		ELSE EXISTS (SELECT FROM delivery d WHERE d.host = h.host AND d.parked) END`

	waiting = `SELECT count(*) FILTER (WHERE NOT parked), count(*) FILTER (WHERE parked) FROM delivery`
)

// care tries hosts again that were left alone, and clears away.
func (m *Machine) care(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	tick := time.NewTicker(m.Poll)
	defer tick.Stop()
	var tidied time.Time
	for {
		if err := m.tryAgain(ctx, g); err != nil && ctx.Err() == nil {
			m.Log.Warn("trying hosts again", "err", err)
		}
		if time.Since(tidied) > tidyEvery {
			if err := m.tidy(ctx); err != nil && ctx.Err() == nil {
				m.Log.Warn("clearing deliveries away", "err", err)
			}
			tidied = time.Now()
		}
		select {
		case <-ctx.Done():
			return g.Wait()
		case <-tick.C:
		}
	}
}

const (
	tidyEvery = 30 * time.Second
	emptyFor  = time.Hour // that activities stay which arrived everywhere
)

// tryAgain sends one line to each host whose time has come.
func (m *Machine) tryAgain(ctx context.Context, g *errgroup.Group) error {
	_, slow, _ := m.room()
	if slow == 0 {
		return nil
	}
	hosts, err := remote.Due(ctx, m.Pool, m.now(), slow)
	if err != nil {
		return err
	}
	for _, host := range hosts {
		rows, _ := m.Pool.Query(ctx, first, pgx.NamedArgs{"host": host, "now": m.now()})
		lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[line])
		switch {
		case err != nil:
			return err
		case len(lines) == 0:
			if err := remote.Closed(ctx, m.Pool, host); err != nil {
				return err
			}
			continue
		}
		if err := m.work(ctx, g, lines); err != nil {
			return err
		}
	}
	return nil
}

// tidy lets go of what is too old and of what everybody got, and mends what two transactions at once left behind.
func (m *Machine) tidy(ctx context.Context) error {
	rows, _ := m.Pool.Query(ctx, strays)
	var host string
	var shut bool
	found := map[string]bool{}
	if _, err := pgx.ForEachRow(rows, []any{&host, &shut}, func() error {
		found[host] = shut
		return nil
	}); err != nil {
		return err
	}
	for host, shut := range found {
		if err := settle(ctx, m.Pool, host, shut); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		sql string
		age time.Duration
	}{{expire, life}, {forget, emptyFor}} {
		tag, err := m.Pool.Exec(ctx, c.sql, pgx.NamedArgs{"before": m.now().Add(-c.age)})
		if err != nil {
			return err
		}
		if c.sql == expire {
			m.Numbers.Expired.Add(tag.RowsAffected())
		}
	}
	var open, parked int64
	if err := m.Pool.QueryRow(ctx, waiting).Scan(&open, &parked); err != nil {
		return err
	}
	m.Numbers.Waiting.Store(open)
	m.Numbers.Parked.Store(parked)
	return nil
}
