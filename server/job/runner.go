package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Limit bounds the jobs of one kind.
type Limit struct {
	Queue   string        // kinds of one queue share its workers; empty for the default queue
	Workers int           // of the queue on one node; the largest of its kinds counts
	Timeout time.Duration // of one attempt
}

const (
	defaultWorkers = 4
	defaultTimeout = 5 * time.Minute
	stopLimit      = 5 * time.Second
)

// Runner works jobs. Every node registers every kind.
type Runner struct {
	pool     *pgxpool.Pool
	node     string
	log      *slog.Logger
	workers  *river.Workers
	queues   map[string]river.QueueConfig
	periodic []*river.PeriodicJob
	bounce   func(kind string, err error) // told of each failed attempt; may be nil
}

// New makes a runner. node names this machine's data folder: at its start, jobs that it left running are taken up again.
func New(pool *pgxpool.Pool, node string, log *slog.Logger) *Runner {
	return &Runner{
		pool: pool, node: node, log: log, workers: river.NewWorkers(),
		queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: defaultWorkers}},
	}
}

// Register says how jobs with arguments T are worked. Work is written to be done twice without harm.
func Register[T river.JobArgs](r *Runner, l Limit, work func(ctx context.Context, j *river.Job[T]) error) {
	if l.Queue != "" {
		q := r.queues[l.Queue]
		r.queues[l.Queue] = river.QueueConfig{MaxWorkers: max(q.MaxWorkers, l.Workers, 1)}
	}
	if l.Timeout == 0 {
		l.Timeout = defaultTimeout
	}
	river.AddWorker(r.workers, &worker[T]{timeout: l.Timeout, work: work, bounce: r.failed})
}

// Every adds a job again and again; one node of all does it. The first is added at the start.
func (r *Runner) Every(d time.Duration, args river.JobArgs, opts *river.InsertOpts) {
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(d),
		func() (river.JobArgs, *river.InsertOpts) { return args, opts },
		&river.PeriodicJobOpts{ID: args.Kind(), RunOnStart: true}))
}

// OnFailure is told of each failed attempt, for counting.
func (r *Runner) OnFailure(f func(kind string, err error)) { r.bounce = f }

func (r *Runner) failed(kind string, err error) {
	r.log.Warn("a job failed", "kind", kind, "err", err)
	if r.bounce != nil {
		r.bounce(kind, err)
	}
}

const giveBack = `
	UPDATE river_job SET state = 'available', scheduled_at = now(), attempt = greatest(attempt - 1, 0)
	WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = @node`

// Run works jobs until ctx ends; then those at work are given back and started anew later.
func (r *Runner) Run(ctx context.Context) error {
	if _, err := r.pool.Exec(ctx, giveBack, pgx.NamedArgs{"node": r.node}); err != nil {
		return fmt.Errorf("taking up interrupted jobs: %w", err)
	}
	c, err := river.NewClient(riverpgxv5.New(r.pool), &river.Config{
		ID: r.node, Queues: r.queues, Workers: r.workers, PeriodicJobs: r.periodic,
		Logger:            slog.New(quiet{r.log.Handler()}),
		FetchPollInterval: 2 * time.Second, // notifications bring new jobs at once
		JobTimeout:        defaultTimeout,
	})
	if err != nil {
		return err
	}
	if err := c.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	if err := c.StopAndCancel(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// worker is River's shape of a kind.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	timeout time.Duration
	work    func(context.Context, *river.Job[T]) error
	bounce  func(kind string, err error)
}

func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.timeout }

func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error {
	err := w.work(ctx, j)
	if err == nil || ctx.Err() != nil {
		return err
	}
	w.bounce(j.Kind, err)
	if !mendable(err) {
		return river.JobCancel(err)
	}
	return err
}

// quiet lets River's warnings pass and its information not.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
