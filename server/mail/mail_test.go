package mail_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db/dbtest"
	"shoal/server/job"
	"shoal/server/mail"
	"shoal/server/mail/mailtest"
)

var ctx = context.Background()

// office sends what is queued to a box until the test ends.
func office(t *testing.T, change func(*mail.Post)) (*pgxpool.Pool, *mailtest.Box) {
	t.Helper()
	pool, box := dbtest.New(t), mailtest.New(t)
	p := &mail.Post{
		Host: box.Host, Port: box.Port, TLS: "never", From: "shoal@videos.example", Helo: "videos.example",
		Look: func(context.Context) (mail.Look, error) {
			return mail.Look{Site: "Dücks\r\nBcc: x@example.org", URL: "https://videos.example", Prefix: "[Ducks] "}, nil
		},
	}
	if change != nil {
		change(p)
	}
	r := job.New(pool, "here", slog.New(slog.DiscardHandler))
	p.Register(r)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = r.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return pool, box
}

func queue(t *testing.T, pool *pgxpool.Pool, l mail.Letter, then error) {
	t.Helper()
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := mail.Send(ctx, tx, l); err != nil {
			t.Fatal(err)
		}
		return then
	})
	if !errors.Is(err, then) {
		t.Fatal(err)
	}
}

func TestALetterLeavesWithItsTransaction(t *testing.T) {
	pool, box := office(t, nil)
	queue(t, pool, mail.Letter{To: "nobody@example.org", About: "test"}, errors.New("no"))
	queue(t, pool, mail.Letter{
		To: "ada@example.org", About: "reset", Language: "xx-YY",
		Fields: map[string]string{"name": "ada <b>", "link": "https://videos.example/reset?a=1&b=2", "hours": "1"},
	}, nil)
	l := box.Take("ada@example.org")
	if l.From != "shoal@videos.example" || l.Subject != "[Ducks] Choose a new password" {
		t.Errorf("got %+v", l)
	}
	if !strings.Contains(l.Plain, "Hello ada <b>,") || !strings.Contains(l.Plain, "\n\nhttps://videos.example/reset?a=1&b=2\n") {
		t.Errorf("got %s", l.Plain)
	}
	if strings.Contains(l.HTML, "<b>") || !strings.Contains(l.HTML, `<a href="https://videos.example/reset?a=1&amp;b=2">`) {
		t.Errorf("got %s", l.HTML)
	}
	if n := box.Count("nobody@example.org") + box.Count("x@example.org"); n != 0 {
		t.Errorf("%d letters that nobody sent", n)
	}
}

func TestWordsOfPeopleStayWords(t *testing.T) {
	pool, box := office(t, nil)
	queue(t, pool, mail.Letter{
		To: "ada@example.org", About: "contact", ReplyTo: "eve@example.org",
		Fields: map[string]string{"subject": "Hi\r\nBcc: x@example.org", "name": "{url}", "address": "eve@example.org", "answer": "<script>{site}</script>"},
	}, nil)
	l := box.Take("ada@example.org")
	if l.Subject != "[Ducks] Hi Bcc: x@example.org" || l.ReplyTo != "<eve@example.org>" {
		t.Errorf("got %+v", l)
	}
	if !strings.Contains(l.Plain, "{url} (eve@example.org)") || !strings.Contains(l.Plain, "<script>{site}</script>") || strings.Contains(l.HTML, "<script>") {
		t.Errorf("got %s", l.Plain)
	}
}

func TestRefusals(t *testing.T) {
	pool, box := office(t, nil)
	box.Refuse(550)
	queue(t, pool, mail.Letter{To: "gone@example.org", About: "test"}, nil)
	await(t, pool, "cancelled")
	box.Refuse(451)
	queue(t, pool, mail.Letter{To: "later@example.org", About: "test"}, nil)
	await(t, pool, "retryable")
	box.Refuse(0)
	if _, err := pool.Exec(ctx, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE state = 'retryable'`); err != nil {
		t.Fatal(err)
	}
	box.Take("later@example.org")
}

func TestWithoutAServerLettersEnd(t *testing.T) {
	pool, _ := office(t, func(p *mail.Post) { p.Host = "" })
	queue(t, pool, mail.Letter{To: "ada@example.org", About: "test"}, nil)
	await(t, pool, "cancelled")
}

// await waits until a job is in the state.
func await(t *testing.T, pool *pgxpool.Pool, state string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		var there bool
		if err := pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM river_job WHERE state::text = $1)`, state).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
	}
	t.Fatalf("no job is %s", state)
}
