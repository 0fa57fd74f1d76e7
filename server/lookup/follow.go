package lookup

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/follow"
	"shoal/server/job"
	"shoal/server/keyring"
	"shoal/server/remote"
	"shoal/server/search"
)

const queue = "federation"

// Ask is the work of following another platform that did not answer at first.
type Ask struct {
	Whom string `json:"whom"` // host, handle or address
}

// Kind implements river.JobArgs.
func (Ask) Kind() string { return "federation-follow" }

// Register lets runner do the work.
func (l *Lookup) Register(runner *job.Runner) {
	job.Register(runner, job.Limit{Queue: queue, Workers: 2, Timeout: time.Minute}, func(ctx context.Context, j *river.Job[Ask]) error {
		return l.follow(remote.Patient(ctx), j.Args.Whom)
	})
}

// Follow lets our platform follow another one, by its host, or an actor of elsewhere, by its handle or address. A server that does
// not answer is asked again by a job.
func (l *Lookup) Follow(ctx context.Context, whom string) error {
	soon, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err := l.follow(soon, whom)
	if fail.Is(err, fail.Unavailable) || fail.Is(err, fail.TooMany) || soon.Err() != nil && ctx.Err() == nil {
		return pgx.BeginFunc(ctx, l.Pool, func(tx pgx.Tx) error { return job.Add(ctx, tx, Ask{whom}, &river.InsertOpts{Queue: queue}) })
	}
	return err
}

func (l *Lookup) follow(ctx context.Context, whom string) error {
	theirs, err := l.actor(remote.WithBudget(ctx, asks), whom)
	if err != nil {
		return err
	}
	if theirs.Local() {
		return fail.New(fail.Invalid, "A platform does not follow itself.")
	}
	ours, _, err := keyring.Instance(ctx, l.Pool, l.Site)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, l.Pool, func(tx pgx.Tx) error { return follow.Ask(ctx, tx, ours, theirs.ID) })
}

func (l *Lookup) actor(ctx context.Context, whom string) (remote.Actor, error) {
	switch {
	case search.IsAddress(whom):
		return l.Remote.Actor(ctx, activity.ID(whom))
	case strings.Contains(whom, "@"):
		h := account.ParseHandle(whom)
		return l.Remote.Find(ctx, h.Name, h.Host)
	}
	return l.Remote.Instance(ctx, whom)
}
