package api

import (
	"context"
	"net/netip"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/instance"
	"shoal/server/job"
	"shoal/server/joining"
	"shoal/server/leaving"
	"shoal/server/mail"
	"shoal/server/mail/mailtest"
	"shoal/server/picture"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
)

// office is a rig that sends letters and works jobs, with an administrator "root", a moderator "mod" and members "ada" and "eve".
type office struct {
	*rig
	box                  *mailtest.Box
	store                storage.Store
	root, mod, ada, eve  string // tokens
	rootID, modID, adaID int64
	eveID                int64
}

func newOffice(t *testing.T, change ...func(*Server)) *office {
	t.Helper()
	o := &office{box: mailtest.New(t)}
	store, err := storage.Disk(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	o.store = store
	o.rig = newRig(t, append([]func(*Server){func(s *Server) {
		s.Store = store
		s.Door = &account.Door{Joins: account.Tries{Most: 100, Within: time.Hour}, Letters: account.Tries{Most: 100, Within: time.Hour}}
		s.People = People{Gate: &joining.Gate{}, Post: &mail.Post{
			Host: o.box.Host, Port: o.box.Port, TLS: "never", From: "shoal@videos.example",
			Look: func(context.Context) (mail.Look, error) { return mail.Look{Site: "Shoal", URL: s.URL}, nil },
		}}
	}}, change...)...)
	o.work()
	for name, p := range map[string]struct {
		role  int
		token *string
		id    *int64
	}{
		"root": {api.Administrator, &o.root, &o.rootID}, "mod": {api.Moderator, &o.mod, &o.modID},
		"ada": {api.Member, &o.ada, &o.adaID}, "eve": {api.Member, &o.eve, &o.eveID},
	} {
		*p.id = o.join(name, p.role).ID
		*p.token = o.signIn(name).AccessToken
	}
	return o
}

// work does jobs until the test ends.
func (o *office) work() {
	r := job.New(o.pool, "here", o.server.Log)
	o.server.People.Post.Register(r)
	o.server.Door.Register(r, o.pool)
	picture.Register(r, o.store)
	leaving.Register(r, o.pool)
	video.Register(r, o.store)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := r.Run(ctx); err != nil {
			o.t.Error(err)
		}
	}()
	o.t.Cleanup(func() { cancel(); <-ended })
}

// set changes the platform's settings.
func (o *office) set(f func(*instance.Settings)) {
	o.t.Helper()
	if err := o.server.Instance.Change(context.Background(), f); err != nil {
		o.t.Fatal(err)
	}
}

// count asks the database for a number.
func (g *rig) count(sql string, args ...any) (n int) {
	g.t.Helper()
	if err := g.pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		g.t.Fatal(err)
	}
	return n
}

const patience = 20 * time.Second

// await waits until a question is answered with a number.
func await(t *testing.T, pool *pgxpool.Pool, want int, sql string, args ...any) {
	t.Helper()
	n := -1
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
	}
	t.Fatalf("%d, not %d: %s", n, want, sql)
}

var secretOf = regexp.MustCompile(`verificationString=(\w+)`)

// proof is the secret of the link in the next letter to an address.
func (o *office) proof(to string) string {
	o.t.Helper()
	m := secretOf.FindStringSubmatch(o.box.Take(to).Plain)
	if m == nil {
		o.t.Fatalf("the letter to %s has no link", to)
	}
	return m[1]
}

func somewhere(text string) netip.Prefix { return netip.MustParsePrefix(text) }
