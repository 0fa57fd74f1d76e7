package upload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/job"
)

const (
	expired = `
		SELECT id, member_id, filename, size, received, meta, video_id, NULL::uuid AS video_uuid, replaces, created_at, expires_at
		FROM upload WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000`
	known = `SELECT id FROM upload WHERE id = ANY(@ids::text[]) AND video_id IS NULL`
)

// strayAge is how old a file without a session must be before it is taken for a leftover.
const strayAge = time.Hour

// Sweep deletes expired sessions with their bytes, and files that no session knows.
func (u *Uploads) Sweep(ctx context.Context) error {
	rows, _ := u.DB.Query(ctx, expired)
	old, err := pgx.CollectRows(rows, pgx.RowToStructByName[Session])
	for _, s := range old {
		err = errors.Join(err, u.discard(ctx, s))
	}
	return errors.Join(err, u.sweepStrays(ctx))
}

func (u *Uploads) sweepStrays(ctx context.Context) error {
	entries, err := os.ReadDir(u.Folder)
	if err != nil {
		return err
	}
	stray := map[string][]string{}
	var ids []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < strayAge {
			continue
		}
		id, _, _ := strings.Cut(e.Name(), ".")
		stray[id] = append(stray[id], e.Name())
		ids = append(ids, id)
	}
	rows, _ := u.DB.Query(ctx, known, pgx.NamedArgs{"ids": ids})
	alive, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, id := range alive {
		delete(stray, id)
	}
	var errs []error
	for _, names := range stray {
		for _, name := range names {
			errs = append(errs, os.Remove(filepath.Join(u.Folder, name)))
		}
	}
	return errors.Join(errs...)
}

// SweepArgs asks for a Sweep.
type SweepArgs struct{}

// Kind implements river.JobArgs.
func (SweepArgs) Kind() string { return "upload-sweep" }

// sweepEvery is how often leftovers are looked for.
const sweepEvery = 15 * time.Minute

// Register lets r sweep the sessions now and then.
func (u *Uploads) Register(r *job.Runner) {
	job.Register(r, job.Limit{}, func(ctx context.Context, _ *river.Job[SweepArgs]) error { return u.Sweep(ctx) })
	r.Every(sweepEvery, SweepArgs{}, nil)
}

// Prepare makes the folder for unfinished files.
func (u *Uploads) Prepare() error { return os.MkdirAll(u.Folder, 0o750) }
