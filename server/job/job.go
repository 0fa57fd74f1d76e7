// Package job is durable work on River: added in the caller's transaction, worked by any node, retried with growing waits.
package job

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"shoal/server/fail"
)

// inserter adds and cancels jobs inside a transaction; it has no pool and works none.
var inserter = func() *river.Client[pgx.Tx] {
	c, err := river.NewClient(riverpgxv5.New(nil), &river.Config{})
	if err != nil {
		panic(err) // the empty configuration is always valid
	}
	return c
}()

// Add writes a job that exists if and only if tx commits.
func Add(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts ...*river.InsertOpts) error {
	var o *river.InsertOpts
	if len(opts) > 0 {
		o = opts[0]
	}
	if _, err := inserter.InsertTx(ctx, tx, args, o); err != nil {
		return fmt.Errorf("adding a %s job: %w", args.Kind(), err)
	}
	return nil
}

const unfinished = `
	SELECT id FROM river_job
	WHERE kind = @kind AND args @> @args AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')`

// CancelAll ends the unfinished jobs of a kind whose arguments contain those given, running ones included.
func CancelAll(ctx context.Context, tx pgx.Tx, kind string, args map[string]any) error {
	rows, _ := tx.Query(ctx, unfinished, pgx.NamedArgs{"kind": kind, "args": args})
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := inserter.JobCancelTx(ctx, tx, id); err != nil {
			return fmt.Errorf("cancelling a %s job: %w", kind, err)
		}
	}
	return nil
}

// Cancel marks err as one that trying again cannot mend.
func Cancel(err error) error { return river.JobCancel(err) }

// mendable tells errors that trying again can mend.
func mendable(err error) bool {
	switch fail.Of(err) {
	case fail.Internal, fail.Unavailable, fail.NoSpace, fail.TooMany:
		return true
	}
	return false
}

// Cancelled tells whether ctx ended because somebody cancelled the job, and not because the server stops.
func Cancelled(ctx context.Context) bool {
	return errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely)
}
