package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/shared/api"
)

// rig is a running interface on a database of its own.
type rig struct {
	t      *testing.T
	server *Server
	pool   *pgxpool.Pool
	url    string
	log    *safeBuffer
}

const password = "a good password"

func newRig(t *testing.T, change ...func(*Server)) *rig {
	t.Helper()
	g := &rig{t: t, pool: dbtest.New(t), log: &safeBuffer{}}
	h := httptest.NewUnstartedServer(nil)
	g.url = "http://" + h.Listener.Addr().String()
	g.server = &Server{Pool: g.pool, URL: g.url, Log: slog.New(slog.NewTextHandler(g.log, nil))}
	for _, c := range change {
		c(g.server)
	}
	h.Config.Handler = checked(t, g.server.Handler())
	h.Start()
	t.Cleanup(h.Close)
	return g
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// join adds a member.
func (g *rig) join(name string, role int) account.Member {
	g.t.Helper()
	m, err := channel.Join(context.Background(), g.pool, account.New{
		Site: g.url, Username: name, Email: name + "@example.org", Password: password, Role: role, Quota: -1, QuotaDaily: -1,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return m
}

// ask is a request to come.
type ask struct {
	method, path, kind, body string
	header                   map[string]string
}

// reply is an answer as it came.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (g *rig) ask(a ask) reply {
	g.t.Helper()
	r, err := http.NewRequest(a.method, g.url+a.path, strings.NewReader(a.body))
	if err != nil {
		g.t.Fatal(err)
	}
	if a.kind != "" {
		r.Header.Set("Content-Type", a.kind)
	}
	for k, v := range a.header {
		r.Header.Set(k, v)
	}
	return g.do(r)
}

func (g *rig) do(r *http.Request) reply {
	g.t.Helper()
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return reply{g.t, w.StatusCode, w.Header, body}
}

func (g *rig) get(path, token string) reply {
	return g.ask(ask{method: "GET", path: path, header: auth(token)})
}

func (g *rig) send(method, path, token string, in any) reply {
	g.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		g.t.Fatal(err)
	}
	return g.ask(ask{method: method, path: path, kind: "application/json", body: string(body), header: auth(token)})
}

func auth(token string) map[string]string {
	if token == "" {
		return nil
	}
	return map[string]string{"Authorization": "Bearer " + token}
}

// into reads the answer, which must have the status.
func (r reply) into(status int, out any) {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if out != nil {
		if err := json.Unmarshal(r.body, out); err != nil {
			r.t.Fatalf("%v: %s", err, r.body)
		}
	}
}

// refused checks that the answer is a problem with the status and code.
func (r reply) refused(status int, code string) api.Problem {
	r.t.Helper()
	var p api.Problem
	r.into(status, &p)
	if got := r.header.Get("Content-Type"); got != "application/problem+json; charset=utf-8" {
		r.t.Errorf("content type %q", got)
	}
	if p.Status != status || p.Code != code || p.Detail == "" || p.Error != p.Detail {
		r.t.Errorf("status %d, code %q wanted: %s", status, code, r.body)
	}
	return p
}

func (g *rig) client() api.OAuthClient {
	g.t.Helper()
	var c api.OAuthClient
	g.get("/api/v1/oauth-clients/local", "").into(200, &c)
	return c
}

func (g *rig) form(values ...string) string {
	c := g.client()
	v := url.Values{"client_id": {c.ID}, "client_secret": {c.Secret}}
	for i := 0; i < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return v.Encode()
}

const formType = "application/x-www-form-urlencoded"

func (g *rig) token(values ...string) reply {
	g.t.Helper()
	return g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: g.form(values...)})
}

// signIn gives the tokens of a member whose password is the usual one.
func (g *rig) signIn(name string) api.Token {
	g.t.Helper()
	var out api.Token
	g.token("grant_type", "password", "username", name, "password", password).into(200, &out)
	return out
}

// direct hands a request to the interface as if it came from r.RemoteAddr.
func (g *rig) direct(r *http.Request) reply { return g.through(g.server.Handler(), r) }

func (g *rig) through(h http.Handler, r *http.Request) reply {
	w := httptest.NewRecorder()
	checked(g.t, h).ServeHTTP(w, r)
	return reply{g.t, w.Code, w.Result().Header, w.Body.Bytes()}
}
