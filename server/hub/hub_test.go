package hub

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/db/dbtest"
	"shoal/shared/api"
)

func TestMessagesLeaveAtCommitAndReachTheMemberOnly(t *testing.T) {
	pool := dbtest.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	a, b := New(pool, slog.Default()), New(pool, slog.Default()) // two nodes
	go func() { _ = a.Run(ctx) }()
	go func() { _ = b.Run(ctx) }()
	one, stopOne := a.Listen(1)
	other, stopOther := b.Listen(1)
	stranger, stopStranger := a.Listen(2)
	defer stopOne()
	defer stopOther()
	defer stopStranger()
	awaitListeners(t, ctx, pool, 2)

	refused := errors.New("no")
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Send(ctx, tx, 1, api.Push{Type: "never"}); err != nil {
			t.Fatal(err)
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	if err := Send(ctx, pool, 1, api.Push{Type: "published", VideoName: "ducks"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []<-chan []byte{one, other} {
		if got := string(<-c); !strings.Contains(got, `"published"`) || !strings.Contains(got, "ducks") {
			t.Errorf("heard %s", got)
		}
	}
	select {
	case m := <-stranger:
		t.Errorf("a stranger heard %s", m)
	default:
	}
}

func awaitListeners(t *testing.T, ctx context.Context, q interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}, want int,
) {
	for n := 0; n < want; {
		err := q.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestALongDetailIsCutSoThatTheMessageFits(t *testing.T) {
	text, err := pack(1, api.Push{Type: "processing", Processing: &api.Processing{State: "failed", Reason: "why", Detail: strings.Repeat("x", 10_000)}})
	if err != nil || len(text) > 8000 || !strings.Contains(text, "why") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if _, err := pack(1, api.Push{Type: strings.Repeat("x", 9000)}); err == nil {
		t.Error("a message that cannot fit was taken")
	}
}

func TestASlowListenerHoldsUpNobody(t *testing.T) {
	h := New(nil, slog.Default())
	c, stop := h.Listen(1)
	for range 3 * waiting {
		h.deliver(envelope{1, []byte("{}")})
	}
	if len(c) != waiting || h.Count() != 1 {
		t.Errorf("%d waiting, %d listeners", len(c), h.Count())
	}
	if stop(); h.Count() != 0 {
		t.Error("the listener is still there")
	}
}
