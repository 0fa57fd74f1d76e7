package receive

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/remote"
)

// How far the past of an actor is read.
const (
	pastPages  = 100
	pastBudget = 6000
)

// Past is the work of reading what an actor published before we followed it.
type Past struct {
	Actor int64 `json:"actor"`
}

// Kind implements river.JobArgs.
func (Past) Kind() string { return "federation-past" }

const (
	beginPast = `
	INSERT INTO federation_past (actor_id) VALUES (@actor)
	ON CONFLICT (actor_id) DO UPDATE SET state = 'waiting', seen = 0, kept = 0, total = 0, error = '', updated_at = now()`

	notePast = `
	UPDATE federation_past SET state = @state, seen = @seen, kept = @kept, total = @total, error = @error, updated_at = now() WHERE actor_id = @actor`

	pastOf = `
	SELECT actor_id, state, seen, kept, total, error, updated_at FROM federation_past WHERE actor_id = ANY(@actors::bigint[]) ORDER BY actor_id`
)

// Progress tells how far the past of an actor was read.
type Progress struct {
	ActorID   int64
	State     string // waiting, running, done or failed
	Seen      int    // activities that were read
	Kept      int    // videos that are here now
	Total     int    // activities there are, as the other server says
	Error     string
	UpdatedAt time.Time
}

// ProgressOf tells it for actors whose past was asked for.
func ProgressOf(ctx context.Context, q db.Q, actors []int64) ([]Progress, error) {
	rows, _ := q.Query(ctx, pastOf, pgx.NamedArgs{"actors": actors})
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Progress])
}

// AskPast lets a job read the past of an actor.
func AskPast(ctx context.Context, tx pgx.Tx, actorID int64) error {
	if _, err := tx.Exec(ctx, beginPast, pgx.NamedArgs{"actor": actorID}); err != nil {
		return err
	}
	return job.Add(ctx, tx, Past{actorID}, once)
}

// past reads the outbox of an actor: what it created or announced, believed no further than its own origin.
func (r *Receiver) past(ctx context.Context, actorID int64) error {
	by, err := remote.ByID(ctx, r.Pool, actorID)
	if fail.Is(err, fail.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p := Progress{ActorID: actorID, State: "running"}
	if by.Outbox == "" {
		p.State, p.Error = "failed", "The other server says nothing of the past."
		return r.notePast(ctx, p)
	}
	p.Total, err = r.crawl(ctx, activity.ID(by.Outbox), pastPages, func(t activity.Thing) (bool, error) {
		p.Seen++
		err := r.pastOne(ctx, by, t)
		if err == nil {
			p.Kept++
		}
		err = r.skip(err)
		if p.Seen%10 == 0 {
			if err := r.notePast(ctx, p); err != nil {
				return false, err
			}
		}
		return true, err
	})
	p.State = "done"
	if err != nil {
		if fail.Of(err) == fail.Internal {
			return err
		}
		p.State, p.Error = "failed", err.Error()
		if remote.Spent(err) {
			p.State = "done"
		}
	}
	return r.notePast(ctx, p)
}

func (r *Receiver) notePast(ctx context.Context, p Progress) error {
	_, err := r.Pool.Exec(ctx, notePast, pgx.NamedArgs{
		"actor": p.ActorID, "state": p.State, "seen": p.Seen, "kept": p.Kept, "total": p.Total, "error": p.Error,
	})
	return err
}

// pastOne keeps the video of a Create or an Announce.
func (r *Receiver) pastOne(ctx context.Context, by remote.Actor, t activity.Thing) error {
	a, err := t.Activity()
	if err != nil || a.Type != "Create" && a.Type != "Announce" || !activity.SameOrigin(a.Actor, activity.ID(by.URL)) {
		return errKind
	}
	what, ok := a.Thing()
	if !ok || what.ID == "" || a.Type == "Create" && what.Is != "Video" {
		return errKind
	}
	_, err = r.Video(ctx, what.ID)
	return err
}
