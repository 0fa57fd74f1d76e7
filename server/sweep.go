package main

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"shoal/server/account"
	"shoal/server/job"
	"shoal/server/journal"
	"shoal/server/video"
)

const sweepEvery = time.Hour

// sweepArgs asks for the removal of what has run out: tokens, counted attempts to sign in, views that are no longer of these days.
type sweepArgs struct{}

func (sweepArgs) Kind() string { return "sweep" }

func (s *Server) registerSweep() {
	job.Register(s.jobs, job.Limit{Timeout: time.Minute}, func(ctx context.Context, _ *river.Job[sweepArgs]) error {
		return errors.Join(account.Sweep(ctx, s.db.Pool), journal.Sweep(ctx, s.db.Pool), video.Fade(ctx, s.db.Pool))
	})
	s.jobs.Every(sweepEvery, sweepArgs{}, nil)
}
