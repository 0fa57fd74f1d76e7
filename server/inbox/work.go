package inbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/remote"
)

// How the work is done.
const (
	batch    = 50 // of one lane at a time
	poll     = time.Second
	oneTime  = 90 * time.Second // for one activity
	lockBase = 0x5ea1_0000      // of the lanes among the database's advisory locks
)

// Run works what came until ctx ends. A lane is worked by one worker of all nodes at a time; its lock goes with the connection, so
// that what a killed server had begun is begun anew by another.
func (in *Inbox) Run(ctx context.Context) error {
	in.wake = make(chan struct{}, 1)
	for ctx.Err() == nil {
		if err := in.session(ctx); err != nil && ctx.Err() == nil {
			in.Log.Error("working the inbox failed", "err", err)
			pause(ctx, nil, poll)
		}
	}
	return nil
}

// session works as long as the connection that holds the locks lives.
func (in *Inbox) session(ctx context.Context) error {
	conn, err := in.pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { // its locks are to go, whatever happened
		_ = conn.Conn().Close(context.WithoutCancel(ctx))
		conn.Release()
	}()
	in.lanes.begin(conn)
	g, ctx := errgroup.WithContext(ctx)
	workers := in.Workers
	if workers <= 0 {
		workers = 4
	}
	for i := range workers {
		g.Go(func() error { return in.worker(ctx, workers > 1 && i == workers-1) })
	}
	g.Go(func() error { return in.sweep(ctx) })
	return g.Wait()
}

// lanes are those that this node works, under the locks of one connection.
type lanes struct {
	mu   sync.Mutex
	conn *pgxpool.Conn
	busy map[int16]bool
	turn int16
}

func (l *lanes) begin(conn *pgxpool.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn, l.busy = conn, map[int16]bool{}
}

const (
	due = `
	SELECT n::smallint FROM generate_series(0, @lanes::int - 1) n
	WHERE EXISTS (SELECT FROM inbox i WHERE i.lane = n AND i.state = 'waiting' AND i.not_before <= now()) ORDER BY n`

	lock = `SELECT pg_try_advisory_lock(@key::bigint)`

	unlock = `SELECT pg_advisory_unlock(@key::bigint)`
)

// take gives a lane with something to do that nobody works: chatter last, or for one of the workers first.
func (l *lanes) take(ctx context.Context, low bool) (lane int16, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rows, _ := l.conn.Query(ctx, due, pgx.NamedArgs{"lanes": mainLanes + lowLanes})
	all, err := pgx.CollectRows(rows, pgx.RowTo[int16])
	if err != nil {
		return 0, false, err
	}
	l.turn++
	for _, wanted := range []bool{low, !low} {
		for i := range all {
			n := all[(i+int(l.turn))%len(all)]
			if l.busy[n] || (n >= mainLanes) != wanted {
				continue
			}
			if err := l.conn.QueryRow(ctx, lock, pgx.NamedArgs{"key": lockBase + int64(n)}).Scan(&ok); err != nil || ok {
				l.busy[n] = ok
				return n, ok, err
			}
		}
	}
	return 0, false, nil
}

func (l *lanes) give(ctx context.Context, lane int16) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.busy, lane)
	_, err := l.conn.Exec(ctx, unlock, pgx.NamedArgs{"key": lockBase + int64(lane)})
	return err
}

func (in *Inbox) worker(ctx context.Context, low bool) error {
	for ctx.Err() == nil {
		lane, ok, err := in.lanes.take(ctx, low)
		if err != nil {
			return err
		}
		if !ok {
			pause(ctx, in.wake, poll)
			continue
		}
		in.call() // there may be more lanes for the others
		if err := in.lane(ctx, lane); err != nil {
			return err
		}
		if err := in.lanes.give(ctx, lane); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (in *Inbox) call() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-t.C:
	}
}

const (
	waiting = `
	SELECT id, type, actor, host, trust, attempts, body FROM inbox
	WHERE lane = @lane AND state = 'waiting' AND not_before <= now() ORDER BY id LIMIT @most`

	finish = `
	UPDATE inbox i SET state = 'done', reason = d.reason, body = '', attempts = i.attempts + 1
	FROM unnest(@ids::bigint[], @reasons::text[]) AS d (id, reason) WHERE i.id = d.id AND i.state = 'waiting'`

	giveUp = `UPDATE inbox SET state = 'failed', reason = @reason, body = '', attempts = attempts + 1 WHERE id = @id`

	again = `UPDATE inbox SET reason = @reason, attempts = attempts + 1, not_before = now() + @wait WHERE id = @id`
)

// line is one activity that waits.
type line struct {
	ID       int64
	Type     string
	Actor    activity.ID
	Host     string
	Trust    int16
	Attempts int
	Body     []byte
}

// lane works the next of a lane in their order.
func (in *Inbox) lane(ctx context.Context, lane int16) error {
	rows, _ := in.pool().Query(ctx, waiting, pgx.NamedArgs{"lane": lane, "most": batch})
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[line])
	if err != nil {
		return err
	}
	ids, reasons := []int64{}, []string{}
	flush := func() error {
		if len(ids) == 0 {
			return nil
		}
		_, err := in.pool().Exec(context.WithoutCancel(ctx), finish, pgx.NamedArgs{"ids": ids, "reasons": reasons})
		ids, reasons = ids[:0], reasons[:0]
		return err
	}
	begun := time.Now()
	for _, l := range all {
		note, err := in.one(ctx, l)
		if ctx.Err() != nil { // the server ends; it is worked again
			return errors.Join(flush(), ctx.Err())
		}
		if err == nil {
			if note == "" {
				in.Numbers.Done.Add(1)
			} else {
				in.Numbers.Ignored.Add(1)
			}
			ids, reasons = append(ids, l.ID), append(reasons, note)
		} else if err := in.failed(ctx, l, err); err != nil {
			return errors.Join(flush(), err)
		}
		if time.Since(begun) > poll { // long work is not to be done twice for what comes after it
			begun = time.Now()
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// one works an activity. A note says why nothing came of it.
func (in *Inbox) one(ctx context.Context, l line) (note string, err error) {
	ctx, cancel := context.WithTimeout(remote.WithBudget(ctx, remote.PerActivity), oneTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // one bad activity is not to end the server
			err = fail.Wrap(fail.Unprocessable, fmt.Errorf("%v", p), "Working this activity broke.")
			in.Log.Error("working an activity broke", "type", l.Type, "panic", p)
		}
	}()
	a, err := activity.Read(l.Body)
	if err != nil {
		return "", fail.Wrap(fail.Unprocessable, err, "This is no activity.")
	}
	return in.do(ctx, l, a)
}

// failed puts an activity off when trying again may mend it, with growing waits; else its reason is kept.
func (in *Inbox) failed(ctx context.Context, l line, why error) error {
	text := why.Error()
	if len(text) > 1000 {
		text = text[:1000]
	}
	text = cleaned(text)
	if k := fail.Of(why); (k == fail.Internal || k == fail.Unavailable || k == fail.TooMany || k == fail.NoSpace) && l.Attempts+1 < mostTries {
		in.Numbers.Retried.Add(1)
		wait := min(15*time.Second<<(2*l.Attempts), 6*time.Hour) // 15 s, 1 min, 4 min, 16 min, 1 h, 4 h, 6 h, 6 h
		_, err := in.pool().Exec(ctx, again, pgx.NamedArgs{"id": l.ID, "reason": text, "wait": wait})
		return err
	}
	in.Numbers.Failed.Add(1)
	in.Log.Debug("nothing came of an activity", "type", l.Type, "actor", l.Actor, "err", why)
	_, err := in.pool().Exec(ctx, giveUp, pgx.NamedArgs{"id": l.ID, "reason": text})
	return err
}

const (
	old = `DELETE FROM inbox WHERE received_at < @before AND state <> 'waiting'`

	oldGone = `DELETE FROM inbox_gone WHERE at < @before`

	crowded = `SELECT host FROM inbox WHERE state = 'waiting' GROUP BY host HAVING count(*) > @most`
)

// sweep forgets what is over, and looks which servers send more than can be worked.
func (in *Inbox) sweep(ctx context.Context) error {
	for n := 0; ; n++ {
		rows, _ := in.pool().Query(ctx, crowded, pgx.NamedArgs{"most": mostWaiting})
		hosts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		full := map[string]bool{}
		for _, h := range hosts {
			full[h] = true
		}
		in.door.setFull(full)
		if n%360 == 0 { // about once an hour
			if _, err := in.pool().Exec(ctx, old, pgx.NamedArgs{"before": in.now().Add(-keptFor)}); err != nil {
				return err
			}
			if _, err := in.pool().Exec(ctx, oldGone, pgx.NamedArgs{"before": in.now().Add(-goneFor)}); err != nil {
				return err
			}
		}
		pause(ctx, nil, 10*time.Second)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
