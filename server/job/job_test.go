package job_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/server/job"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

// start works greet jobs by do until the test ends.
func start(t *testing.T, r *job.Runner, do func(ctx context.Context, name string) error) (stop func()) {
	job.Register(r, job.Limit{Queue: "greetings", Workers: 2}, func(ctx context.Context, j *river.Job[greet]) error { return do(ctx, j.Args.Name) })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

var queue = &river.InsertOpts{Queue: "greetings"}

func TestAJobExistsIfItsTransactionCommits(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	heard := make(chan string, 10)
	start(t, job.New(pool, "here", slog.Default()), func(_ context.Context, name string) error { heard <- name; return nil })
	refused := errors.New("no")
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := job.Add(ctx, tx, greet{"nobody"}, queue); err != nil {
			t.Fatal(err)
		}
		return refused
	}); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return job.Add(ctx, tx, greet{"ada"}, queue) }); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "ada" {
		t.Errorf("heard %q", got)
	}
}

func TestAJobThatWasRunningAtADeathIsTakenUpAgain(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return job.Add(ctx, tx, greet{"ada"}, queue) }); err != nil {
		t.Fatal(err)
	}
	// what a killed node leaves behind
	if _, err := pool.Exec(ctx, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{here}'`); err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 1)
	start(t, job.New(pool, "here", slog.Default()), func(_ context.Context, name string) error { heard <- name; return nil })
	if got := <-heard; got != "ada" {
		t.Errorf("heard %q", got)
	}
}

func TestErrorsThatCannotBeMendedAreNotTriedAgain(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	told := make(chan error, 1)
	r := job.New(pool, "here", slog.Default())
	r.OnFailure(func(_ string, err error) { told <- err })
	stop := start(t, r, func(context.Context, string) error { return fail.New(fail.Invalid, "This is no video.") })
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return job.Add(ctx, tx, greet{"ada"}, queue) }); err != nil {
		t.Fatal(err)
	}
	<-told
	stop()
	var state string
	if err := pool.QueryRow(ctx, `SELECT state::text FROM river_job WHERE kind = 'greet'`).Scan(&state); err != nil || state != "cancelled" {
		t.Errorf("%s, %v", state, err)
	}
}

func TestCancelAllStopsARunningJob(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	started, ended := make(chan bool), make(chan bool, 1)
	start(t, job.New(pool, "here", slog.Default()), func(ctx context.Context, _ string) error {
		started <- true
		<-ctx.Done()
		ended <- job.Cancelled(ctx)
		return ctx.Err()
	})
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return job.Add(ctx, tx, greet{"ada"}, queue) }); err != nil {
		t.Fatal(err)
	}
	<-started
	if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		return job.CancelAll(ctx, tx, "greet", map[string]any{"name": "ada"})
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case was := <-ended:
		if !was {
			t.Error("the job does not know that it was cancelled")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the job was not stopped")
	}
}
