// Package journal keeps what the server said lately, and who changed what, for administrators to read.
package journal

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const (
	beat     = time.Second // between writes
	most     = 1000        // lines that wait for the next write; more are passed over
	keptFor  = 14 * 24 * time.Hour
	keptMost = 100_000
	auditFor = 366 * 24 * time.Hour
)

// Journal writes what passes through its handler to the database, some lines at a time.
type Journal struct {
	Pool db.Q

	mu      sync.Mutex
	waiting []line
}

type line struct {
	at      time.Time
	level   int
	message string
	fields  map[string]any
}

func (j *Journal) add(l line) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) < most {
		j.waiting = append(j.waiting, l)
	}
}

// Run writes until ctx ends, and the rest then. A database that does not answer costs lines, nothing else.
func (j *Journal) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), beat)
			defer cancel()
			j.Flush(last)
			return nil
		case <-time.After(beat):
			j.Flush(ctx)
		}
	}
}

// Flush writes what waits.
func (j *Journal) Flush(ctx context.Context) {
	j.mu.Lock()
	lines := j.waiting
	j.waiting = nil
	j.mu.Unlock()
	if len(lines) == 0 {
		return
	}
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{l.at, l.level, l.message, l.fields}
	}
	// The log goes on elsewhere too; to log a failure of this here would go round in circles.
	_, _ = j.Pool.CopyFrom(ctx, pgx.Identifier{"log_line"}, []string{"at", "level", "message", "fields"}, pgx.CopyFromRows(rows))
}

const (
	sweepLines = `
	DELETE FROM log_line WHERE at < @before OR id <= (SELECT max(id) FROM log_line) - @most::bigint`

	sweepAudit = `DELETE FROM audit WHERE at < $1`
)

// Sweep deletes what is old.
func Sweep(ctx context.Context, q db.Q) error {
	_, err := q.Exec(ctx, sweepLines, pgx.NamedArgs{"before": time.Now().Add(-keptFor), "most": keptMost})
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, sweepAudit, time.Now().Add(-auditFor))
	return err
}

// levels are the words that apps know.
var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

func levelName(l int) string {
	switch {
	case l >= int(slog.LevelError):
		return "error"
	case l >= int(slog.LevelWarn):
		return "warn"
	case l >= int(slog.LevelInfo):
		return "info"
	}
	return "debug"
}
