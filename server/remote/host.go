package remote

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// How a host that does not answer is left alone: after three failures in a row for half a minute, then twice as long each time,
// up to a day, all a quarter shorter or longer. Who failed for two weeks counts as dead, and is asked once a day all the same.
const (
	sent = `
	INSERT INTO remote_host (host, successes, last_success_at) SELECT u.host, u.n, @now FROM unnest(@hosts::text[], @counts::bigint[]) AS u (host, n) ORDER BY u.host
	ON CONFLICT (host) DO UPDATE SET successes = remote_host.successes + excluded.successes, last_success_at = @now, failures = 0,
		failing_since = NULL, open_until = NULL`

	answered = `
	INSERT INTO remote_host (host, misses, last_error, last_error_at) VALUES (@host, 1, @text, @now)
	ON CONFLICT (host) DO UPDATE SET misses = remote_host.misses + 1, last_error = @text, last_error_at = @now, failures = 0,
		failing_since = NULL, open_until = NULL`

	missed = `
	INSERT INTO remote_host (host, failures, misses, failing_since, last_error, last_error_at, open_until)
	VALUES (@host, 1, 1, @now, @text, @now, CASE WHEN @after::float8 > 0 THEN @now::timestamptz + @after * interval '1 second' END)
	ON CONFLICT (host) DO UPDATE SET misses = remote_host.misses + 1, last_error = @text, last_error_at = @now,
		failing_since = coalesce(remote_host.failing_since, @now),
		failures = remote_host.failures + CASE WHEN @again::bool OR remote_host.open_until IS NULL THEN 1 ELSE 0 END,
		open_until = CASE
			WHEN NOT @again AND remote_host.open_until > @now THEN remote_host.open_until
			WHEN @after > 0 THEN @now + @after * interval '1 second'
			WHEN @again OR remote_host.failures >= 2
				THEN @now + (0.75 + random() / 2) * least(interval '24 hours', interval '30 seconds' * power(2, greatest(least(remote_host.failures - 2, 12), 0)))
			ELSE remote_host.open_until END
	RETURNING open_until IS NOT NULL`

	// Being heard of wakes a host, unless it failed a moment ago: it may speak and not listen.
	heard = `
	INSERT INTO remote_host (host, last_receipt_at) VALUES (@host, now())
	ON CONFLICT (host) DO UPDATE SET last_receipt_at = now(),
		open_until = CASE WHEN remote_host.last_error_at > now() - interval '5 minutes' THEN remote_host.open_until ELSE least(remote_host.open_until, now()) END
	WHERE remote_host.last_receipt_at IS NULL OR remote_host.last_receipt_at < now() - interval '1 minute'`

	due = `
	UPDATE remote_host SET open_until = @now::timestamptz + interval '2 minutes' WHERE host IN (
		SELECT host FROM remote_host WHERE open_until <= @now AND NOT paused ORDER BY open_until LIMIT @most FOR UPDATE SKIP LOCKED)
	RETURNING host`

	closed = `UPDATE remote_host SET open_until = NULL WHERE host = @host`
)

// Sent notes deliveries that arrived, by host.
func Sent(ctx context.Context, q db.Q, now time.Time, counts map[string]int64) error {
	if len(counts) == 0 {
		return nil
	}
	var hosts []string
	var numbers []int64
	for h, n := range counts {
		hosts, numbers = append(hosts, h), append(numbers, n)
	}
	_, err := q.Exec(ctx, sent, pgx.NamedArgs{"now": now, "hosts": hosts, "counts": numbers})
	return err
}

// Answered notes that a host refused one delivery: it is there.
func Answered(ctx context.Context, q db.Q, now time.Time, host, text string) error {
	_, err := q.Exec(ctx, answered, pgx.NamedArgs{"now": now, "host": host, "text": text})
	return err
}

// Miss is a delivery that did not arrive.
type Miss struct {
	Host, Text string
	After      time.Duration // that the host asks to wait
	Again      bool          // it was an attempt at a host that had failed before
}

// Missed notes it, and tells whether the host is to be left alone for now.
func Missed(ctx context.Context, q db.Q, now time.Time, m Miss) (open bool, err error) {
	err = q.QueryRow(ctx, missed, pgx.NamedArgs{"now": now, "host": m.Host, "text": m.Text, "after": m.After.Seconds(), "again": m.Again}).Scan(&open)
	return open, err
}

// Heard notes that a host spoke to us.
func Heard(ctx context.Context, q db.Q, host string) error {
	_, err := q.Exec(ctx, heard, pgx.NamedArgs{"host": host})
	return err
}

// Due gives hosts that were left alone for long enough. Whoever asks tries one delivery to each within two minutes.
func Due(ctx context.Context, q db.Q, now time.Time, most int) ([]string, error) {
	rows, _ := q.Query(ctx, due, pgx.NamedArgs{"now": now, "most": most})
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Closed says that there is nothing to try a host with; the next delivery will show.
func Closed(ctx context.Context, q db.Q, host string) error {
	_, err := q.Exec(ctx, closed, pgx.NamedArgs{"host": host})
	return err
}

const (
	pause = `
	INSERT INTO remote_host (host, paused) SELECT @host, true
	WHERE EXISTS (SELECT FROM remote_host WHERE host = @host) OR EXISTS (SELECT FROM actor WHERE host = @host) OR EXISTS (SELECT FROM delivery WHERE host = @host)
	ON CONFLICT (host) DO UPDATE SET paused = true`

	resume = `UPDATE remote_host SET paused = false, open_until = least(open_until, now()) WHERE host = @host`

	retry = `UPDATE remote_host SET open_until = least(open_until, now()) WHERE host = @host RETURNING paused`
)

// Pause keeps everything from a host until Resume.
func Pause(ctx context.Context, q db.Q, host string) error {
	tag, err := q.Exec(ctx, pause, pgx.NamedArgs{"host": host})
	if err == nil && tag.RowsAffected() == 0 {
		err = errHost
	}
	return err
}

var errHost = fail.New(fail.NotFound, "There is nothing to do with this host.")

// Resume ends a pause.
func Resume(ctx context.Context, q db.Q, host string) error {
	tag, err := q.Exec(ctx, resume, pgx.NamedArgs{"host": host})
	if err == nil && tag.RowsAffected() == 0 {
		err = errHost
	}
	return err
}

// Retry has a host tried now that was left alone.
func Retry(ctx context.Context, q db.Q, host string) error {
	var paused bool
	err := q.QueryRow(ctx, retry, pgx.NamedArgs{"host": host}).Scan(&paused)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errHost
	case err == nil && paused:
		return fail.New(fail.Conflict, "Deliveries to this host are paused.")
	}
	return err
}
