package delivery_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db/dbtest"
	"shoal/server/delivery"
	"shoal/server/fetch"
	"shoal/server/httpsig"
)

// peer is another server that writes down what comes.
type peer struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	now    int // requests at this moment
	most   int // at once
	seen   int // requests in all
	answer atomic.Pointer[http.HandlerFunc]
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	p := &peer{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.enter(1)
		defer p.enter(-1)
		body, _ := io.ReadAll(r.Body)
		if f := p.answer.Load(); f != nil {
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			rec := &status{ResponseWriter: w, code: 200}
			(*f)(rec, r)
			if rec.code > 299 {
				return
			}
		}
		p.mu.Lock()
		p.bodies = append(p.bodies, string(body))
		p.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(func() { p.CloseClientConnections(); p.Close() })
	return p
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

func (p *peer) enter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now += n; n > 0 {
		p.seen++
	}
	p.most = max(p.most, p.now)
}

func (p *peer) does(f http.HandlerFunc) { p.answer.Store(&f) }

func (p *peer) got() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.bodies...)
}

func (p *peer) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *peer) host() string { return strings.TrimPrefix(p.URL, "http://") }

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// clock is a clock that tests put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

type rig struct {
	t     *testing.T
	ctx   context.Context
	pool  *pgxpool.Pool
	clock *clock
}

func newRig(t *testing.T) *rig {
	return &rig{t, t.Context(), dbtest.New(t), &clock{}}
}

// machine makes a node; run has it work until stop.
func (g *rig) machine() *delivery.Machine {
	client := fetch.New(fetch.Options{UserAgent: "Shoal/test", AllowPrivate: true, Together: 64, PerHost: 4})
	g.t.Cleanup(client.Close)
	return &delivery.Machine{
		Pool: g.pool, Client: client, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Poll: 20 * time.Millisecond, Now: g.clock.now,
		Keys: func(context.Context, int64) (httpsig.Signer, error) {
			return httpsig.Signer{KeyID: "https://ours.example/accounts/ada#main-key", Key: key()}, nil
		},
	}
}

func (g *rig) run(m *delivery.Machine) (stop func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := m.Run(ctx); err != nil {
			g.t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	g.t.Cleanup(stop)
	return stop
}

func (g *rig) add(object, body string, to ...string) {
	g.t.Helper()
	if err := delivery.Add(g.ctx, g.pool, delivery.Item{ActorID: 1, Object: object, Body: []byte(body), To: to}); err != nil {
		g.t.Fatal(err)
	}
}

func (g *rig) count(sql string, args ...any) (n int) {
	g.t.Helper()
	if err := g.pool.QueryRow(g.ctx, sql, args...).Scan(&n); err != nil {
		g.t.Fatal(err)
	}
	return n
}

func (g *rig) exec(sql string, args ...any) {
	g.t.Helper()
	if _, err := g.pool.Exec(g.ctx, sql, args...); err != nil {
		g.t.Fatal(err)
	}
}

// until waits for something that must come.
func (g *rig) until(what string, f func() bool) {
	g.t.Helper()
	for end := time.Now().Add(40 * time.Second); !f(); {
		if time.Now().After(end) {
			g.t.Fatalf("in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (g *rig) empty() {
	g.t.Helper()
	g.until("no deliveries are left", func() bool { return g.count(`SELECT count(*) FROM delivery`) == 0 })
}

func numbers(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf(`{"n":%d}`, i))
	}
	return out
}
