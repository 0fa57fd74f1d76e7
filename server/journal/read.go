package journal

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Span is a part of the journal.
type Span struct {
	From, To time.Time // To may be zero for now
	Level    string    // the least: debug, info, warn or error; empty for info
	Most     int       // lines, the newest; 0 for the usual number
}

const (
	usual = 1000

	lines = `
	SELECT at, level, message, fields FROM log_line
	WHERE at >= @from AND at <= @to AND level >= @level ORDER BY at DESC, id DESC LIMIT @most`
)

func (s *Span) settle() {
	if s.To.IsZero() {
		s.To = time.Now()
	}
	if s.Most <= 0 || s.Most > usual {
		s.Most = usual
	}
	if s.Level == "" {
		s.Level = "info"
	}
}

// Lines are what the server said, the newest last.
func Lines(ctx context.Context, q db.Q, s Span) ([]api.LogLine, error) {
	s.settle()
	least, ok := levels[s.Level]
	if !ok {
		return nil, fail.Field("level", "Should be debug, info, warn or error.")
	}
	rows, _ := q.Query(ctx, lines, pgx.NamedArgs{"from": s.From, "to": s.To, "level": int(least), "most": s.Most})
	return collectLines(rows, func(row pgx.CollectableRow) (api.LogLine, error) {
		var at time.Time
		var level int
		var message string
		l := api.LogLine{}
		err := row.Scan(&at, &level, &message, &l)
		l["timestamp"], l["level"], l["message"], l["label"] = api.Time{Time: at}, levelName(level), message, "shoal"
		return l, err
	})
}

const audits = `
	SELECT at, who, domain, action, fields FROM audit WHERE at >= @from AND at <= @to ORDER BY id DESC LIMIT @most`

// Audits are who changed what, the newest last.
func Audits(ctx context.Context, q db.Q, s Span) ([]api.LogLine, error) {
	s.settle()
	rows, _ := q.Query(ctx, audits, pgx.NamedArgs{"from": s.From, "to": s.To, "most": s.Most})
	return collectLines(rows, func(row pgx.CollectableRow) (api.LogLine, error) {
		var at time.Time
		var who, domain, action string
		l := api.LogLine{}
		err := row.Scan(&at, &who, &domain, &action, &l)
		l["timestamp"], l["level"], l["user"], l["domain"], l["action"] = api.Time{Time: at}, "audit", who, domain, action
		return l, err
	})
}

func collectLines(rows pgx.Rows, scan pgx.RowToFunc[api.LogLine]) ([]api.LogLine, error) {
	all, err := pgx.CollectRows(rows, scan)
	for i, k := 0, len(all)-1; i < k; i, k = i+1, k-1 {
		all[i], all[k] = all[k], all[i]
	}
	return all, err
}

const note = `INSERT INTO audit (who, domain, action, fields) VALUES (@who, @domain, @action, @fields)`

// Note writes down who did what, in the transaction that does it. fields never hold passwords or tokens.
func Note(ctx context.Context, q db.Q, who, domain, action string, fields map[string]any) error {
	if fields == nil {
		fields = map[string]any{}
	}
	_, err := q.Exec(ctx, note, pgx.NamedArgs{"who": who, "domain": domain, "action": action, "fields": fields})
	return err
}
