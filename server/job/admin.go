package job

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/shared/api"
)

// states are ours by the words that administrators know.
var states = map[string][]string{
	"":          {"available", "pending", "running", "scheduled", "retryable", "completed", "discarded", "cancelled"},
	"active":    {"running"},
	"waiting":   {"available", "pending"},
	"delayed":   {"scheduled", "retryable"},
	"completed": {"completed"},
	"failed":    {"discarded", "cancelled"},
}

// words are those words by state.
var words = func() map[string]string {
	out := map[string]string{}
	for word, all := range states {
		for _, s := range all {
			if word != "" {
				out[s] = word
			}
		}
	}
	return out
}()

// Filter narrows the list of jobs.
type Filter struct {
	State        string // active, waiting, delayed, completed or failed; empty for any
	Kind         string // empty for any
	Secret       []string
	OldFirst     bool
	Start, Count int
}

const (
	jobs = `
	SELECT id, state::text, kind, args, priority, attempt, max_attempts, created_at, attempted_at, finalized_at,
	       COALESCE((errors[array_upper(errors, 1)])->>'error', '')
	FROM river_job WHERE state::text = ANY(@states) AND (@kind = '' OR kind = @kind)
	ORDER BY CASE WHEN @old_first::bool THEN id ELSE -id END LIMIT @count OFFSET @start`

	jobsTotal = `SELECT count(*) FROM river_job WHERE state::text = ANY(@states) AND (@kind = '' OR kind = @kind)`
)

// querier is what the pool and a transaction both can do.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// List is a page of jobs. What those of secret kinds are about is not told.
func List(ctx context.Context, q querier, f Filter) (page api.Page[api.Job], err error) {
	in, ok := states[f.State]
	if !ok {
		return page, fail.Field("state", "Should be active, waiting, delayed, completed or failed.")
	}
	args := pgx.NamedArgs{"states": in, "kind": f.Kind, "old_first": f.OldFirst, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, jobsTotal, args).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ := q.Query(ctx, jobs, args)
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (api.Job, error) { return scan(row, f.Secret) })
	return page, err
}

func scan(row pgx.CollectableRow, secret []string) (j api.Job, err error) {
	var state, last string
	var args json.RawMessage
	var attempted, ended *time.Time
	err = row.Scan(&j.ID, &state, &j.Type, &args, &j.Priority, &j.Attempt, &j.MaxAttempts, &j.CreatedAt, &attempted, &ended, &last)
	j.State, j.Data = words[state], args
	if slices.Contains(secret, j.Type) {
		j.Data = json.RawMessage("{}")
	}
	if state == "completed" {
		j.Progress = 100
	}
	if last != "" {
		j.Error = &last
	}
	j.ProcessedOn, j.FinishedOn, j.CanCancel = moment(attempted), moment(ended), state == "running"
	return j, err
}

func moment(t *time.Time) *api.Time {
	if t == nil {
		return nil
	}
	return &api.Time{Time: *t}
}

// Pause keeps every node from taking up more jobs; those at work go on.
func Pause(ctx context.Context, tx pgx.Tx) error { return inserter.QueuePauseTx(ctx, tx, "*", nil) }

// Resume ends a pause.
func Resume(ctx context.Context, tx pgx.Tx) error { return inserter.QueueResumeTx(ctx, tx, "*", nil) }

const stateOf = `SELECT state::text FROM river_job WHERE id = @id AND kind = @kind FOR UPDATE`

// CancelOne ends a job that is at work.
func CancelOne(ctx context.Context, tx pgx.Tx, kind string, id int64) error {
	var state string
	err := tx.QueryRow(ctx, stateOf, pgx.NamedArgs{"id": id, "kind": kind}).Scan(&state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fail.New(fail.NotFound, "There is no such job.")
	case err != nil:
		return err
	case state != "running":
		return fail.New(fail.Conflict, "This job is not at work.")
	}
	_, err = inserter.JobCancelTx(ctx, tx, id)
	return err
}
