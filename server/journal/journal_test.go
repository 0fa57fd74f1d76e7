package journal

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"shoal/server/db/dbtest"
	"shoal/server/fail"
)

var ctx = context.Background()

func TestWhatIsLoggedCanBeRead(t *testing.T) {
	pool := dbtest.New(t)
	j := &Journal{Pool: pool}
	from := time.Now().Add(-time.Minute)
	log := slog.New(j.Handler(slog.NewTextHandler(discard{}, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.Debug("quiet")
	log.With("room", "video").WithGroup("file").With("size", 3).Info("made", "name", "a\x00b\xff")
	log.Error("broke", "err", errors.New("why"), slog.Group("at", "line", 7))
	j.Flush(ctx)
	got, err := Lines(ctx, pool, Span{From: from})
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if l := got[0]; l["message"] != "made" || l["room"] != "video" || l["file.size"] != 3.0 || l["file.name"] != "a�b�" || l["level"] != "info" {
		t.Errorf("got %v", l)
	}
	if l := got[1]; l["err"] != "why" || l["at.line"] != 7.0 || l["level"] != "error" {
		t.Errorf("got %v", l)
	}
	for level, n := range map[string]int{"debug": 3, "warn": 1, "error": 1} {
		if got, err := Lines(ctx, pool, Span{From: from, Level: level}); err != nil || len(got) != n {
			t.Errorf("%s: %v, %v", level, got, err)
		}
	}
	if _, err := Lines(ctx, pool, Span{From: from, Level: "shout"}); !fail.Is(err, fail.Invalid) {
		t.Error(err)
	}
	if _, err := pool.Exec(ctx, `UPDATE log_line SET at = now() - interval '1 year' WHERE message = 'made'`); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if got, err := Lines(ctx, pool, Span{Level: "debug"}); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func TestADeafDatabaseHoldsUpNobody(t *testing.T) {
	pool := dbtest.New(t)
	pool.Close()
	j := &Journal{Pool: pool}
	log := slog.New(j.Handler(slog.NewTextHandler(discard{}, nil)))
	for range 3 * most {
		log.Info("again")
	}
	if len(j.waiting) != most {
		t.Errorf("%d wait", len(j.waiting))
	}
	j.Flush(ctx)
	if len(j.waiting) != 0 {
		t.Error("they still wait")
	}
}

func TestAudit(t *testing.T) {
	pool := dbtest.New(t)
	for _, action := range []string{"create", "delete"} {
		if err := Note(ctx, pool, "root", "users", action, map[string]any{"user": "ada"}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Audits(ctx, pool, Span{From: time.Now().Add(-time.Minute)})
	if err != nil || len(got) != 2 || got[0]["action"] != "create" || got[1]["user"] != "root" {
		t.Errorf("%v, %v", got, err)
	}
}
