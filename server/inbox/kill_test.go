package inbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fetch"
	"shoal/server/httpsig"
	"shoal/server/inbox"
	"shoal/server/instance"
	"shoal/server/keyring"
	"shoal/server/receive"
	"shoal/server/remote"
)

// TestMain is also the server that is killed.
func TestMain(m *testing.M) {
	if url := os.Getenv("INBOX_DATABASE"); url != "" {
		if err := workElsewhere(url, os.Getenv("INBOX_SITE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// workElsewhere works the inbox of a database until somebody ends it.
func workElsewhere(url, site string) error {
	ctx := context.Background()
	pool, err := db.Pool(ctx, url, 16)
	if err != nil {
		return err
	}
	id, _, err := keyring.Instance(ctx, pool, site)
	if err != nil {
		return err
	}
	r := &remote.Remote{Pool: pool, Client: fetch.New(fetch.Options{AllowPrivate: true}), Site: site, Signer: func(ctx context.Context) (httpsig.Signer, error) {
		k, err := keyring.Of(ctx, pool, id)
		return httpsig.Signer{KeyID: k.ID, Key: k.RSA}, err
	}}
	log := slog.New(slog.DiscardHandler)
	in := &inbox.Inbox{
		Pool: pool, Remote: r, Receiver: &receive.Receiver{Pool: pool, Remote: r, Site: site, Log: log}, Instance: &instance.Instance{Pool: pool}, Site: site, Log: log,
	}
	return in.Run(ctx)
}

func (w *world) child() *exec.Cmd {
	w.t.Helper()
	self, err := os.Executable()
	must(w.t, err)
	c := exec.Command(self)
	c.Env = append(os.Environ(), "INBOX_DATABASE="+w.url, "INBOX_SITE="+w.URL)
	c.Stderr = w
	must(w.t, c.Start())
	w.t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return c
}

// Servers are killed in the middle of their work, and others go on with it: nothing is lost, and nothing is done twice.
func TestWhatCameOutlivesTheServer(t *testing.T) {
	w := newListener(t)
	p := newPeer(t)
	eve := p.actor("Person", "/users/eve", "eve", nil)
	server := p.actor("Application", "/actor", "peer", nil)
	ours := w.ours("/videos/watch/" + filmID)
	const many = 150
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range many / 3 {
				for _, a := range []object{doing("View", server, p.id("views"), ours), doing("Create", eve, p.id("a"), note(eve, p.id("notes"), ours, "word"))} {
					if got := p.post(w, "/inbox", a); got != 202 {
						t.Errorf("%d", got)
					}
				}
			}
		})
	}
	all.Wait()
	w.want(2*many, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
	for _, enough := range []int{20, 90, 160} {
		c := w.child()
		w.until("some are worked", func() bool {
			return w.number(`SELECT (SELECT count(*) FROM comment) + views FROM video WHERE id = $1`, w.film) >= enough
		})
		must(t, c.Process.Kill())
		_ = c.Wait()
	}
	w.child()
	w.child() // two nodes together
	w.idle()
	w.want(2*many, `SELECT count(*) FROM inbox WHERE state = 'done' AND body = ''`)
	w.want(many, `SELECT count(*) FROM comment`)
	w.want(many, `SELECT comments FROM video WHERE id = $1`, w.film)
	w.want(many, `SELECT views FROM video WHERE id = $1`, w.film)
}

// A server that does not answer now is asked again later, with the reason kept; and at last not any more.
func TestWhatCannotBeDoneNowIsDoneLater(t *testing.T) {
	c := newTown(t)
	n := note(c.eve, c.bad.id("notes"), c.film+"2", "word")
	c.good.set("/videos/watch/12", 503)
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), n))
	c.want(1, `SELECT count(*) FROM inbox WHERE state = 'waiting' AND attempts = 1 AND reason <> '' AND not_before > now()`)
	c.good.film("/videos/watch/12", c.mia, c.place, nil)
	_, err := c.pool.Exec(c.ctx, `UPDATE inbox SET not_before = now()`)
	must(t, err)
	c.until("it is worked", func() bool { return c.number(`SELECT count(*) FROM comment`) == 1 })
	c.idle()
	c.good.set("/videos/watch/13", 503)
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), note(c.eve, c.bad.id("notes"), c.film+"3", "word")))
	c.until("it is given up", func() bool {
		_, err := c.pool.Exec(c.ctx, `UPDATE inbox SET not_before = now(), attempts = greatest(attempts, 7) WHERE state = 'waiting'`)
		must(t, err)
		return c.number(`SELECT count(*) FROM inbox WHERE state = 'failed' AND reason LIKE '%does not answer%'`) == 1
	})
	if got := activity.ID(c.text(`SELECT activity FROM inbox WHERE state = 'failed'`)); got == "" {
		t.Error("it has no name")
	}
}

// Those who say too much are asked to wait.
func TestTooMuchIsRefused(t *testing.T) {
	w := newListener(t)
	w.in.PerHost = inbox.Limit{Times: 10, Per: 1 << 40}
	p := newPeer(t)
	eve := p.actor("Person", "/users/eve", "eve", nil)
	other := newPeer(t)
	mia := other.actor("Person", "/users/mia", "mia", nil)
	for i := range 15 {
		want := 202
		if i >= 10 {
			want = 429
		}
		if got := p.post(w, "/inbox", like(eve, p.id("likes"), w.ours("/videos/watch/"+filmID))); got != want {
			t.Errorf("request %d: %d, want %d", i, got, want)
		}
	}
	if got := other.post(w, "/inbox", like(mia, other.id("likes"), w.ours("/videos/watch/"+filmID))); got != 202 {
		t.Errorf("another server: %d", got)
	}
}
