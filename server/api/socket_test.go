package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"shoal/server/hub"
	"shoal/shared/api"
)

// dial opens the socket; status is that of a refusal.
func (g *rig) dial(header http.Header) (c *websocket.Conn, status int) {
	g.t.Helper()
	c, r, err := websocket.DefaultDialer.Dial(strings.Replace(g.url, "http", "ws", 1)+api.SocketPath, header)
	if err != nil {
		if r == nil {
			g.t.Fatal(err)
		}
		return nil, r.StatusCode
	}
	g.t.Cleanup(func() { c.Close() })
	return c, 0
}

func (g *rig) hear(c *websocket.Conn) (p api.Push) {
	g.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, text, err := c.ReadMessage()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		g.t.Fatal(err)
	}
	return p
}

// withHub runs a hub on the rig's database.
func withHub(t *testing.T) *rig {
	g := newRig(t, func(s *Server) {
		h := hub.New(s.Pool, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- h.Run(ctx) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		s.Hub = h
	})
	const listens = `
		SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle')`
	for heard := false; !heard; {
		if err := g.pool.QueryRow(context.Background(), listens).Scan(&heard); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func TestTheSocketPushes(t *testing.T) {
	g := withHub(t)
	m := g.join("ada", api.Member)
	g.join("bob", api.Member)
	page, status := g.dial(http.Header{"Cookie": {g.cookie("ada")}, "Origin": {g.url}})
	if status != 0 {
		t.Fatal(status)
	}
	app, _ := g.dial(http.Header{"Authorization": {"Bearer " + g.signIn("ada").AccessToken}})
	other, _ := g.dial(http.Header{"Authorization": {"Bearer " + g.signIn("bob").AccessToken}})
	for _, c := range []*websocket.Conn{page, app, other} {
		if p := g.hear(c); p.Type != "hello" {
			t.Errorf("got %+v", p)
		}
	}
	ctx := context.Background()
	if err := hub.Send(ctx, g.pool, m.ID, api.Push{Type: "published", VideoName: "Ducks"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*websocket.Conn{page, app} {
		if p := g.hear(c); p.Type != "published" || p.VideoName != "Ducks" {
			t.Errorf("got %+v", p)
		}
	}
}

func TestWhoMayListen(t *testing.T) {
	g := withHub(t)
	g.join("ada", api.Member)
	cookie, token := g.cookie("ada"), "Bearer "+g.signIn("ada").AccessToken
	for name, c := range map[string]struct {
		header http.Header
		status int
	}{
		"no one":                        {http.Header{}, 401},
		"a wrong token":                 {http.Header{"Authorization": {"Bearer x"}}, 401},
		"another site's page":           {http.Header{"Cookie": {cookie}, "Origin": {"https://evil.example"}}, 403},
		"a page of our name elsewhere":  {http.Header{"Cookie": {cookie}, "Origin": {g.url + ".evil.example"}}, 403},
		"a sandboxed page":              {http.Header{"Cookie": {cookie}, "Origin": {"null"}}, 403},
		"a cookie without a page":       {http.Header{"Cookie": {cookie}}, 403},
		"another site's page, by token": {http.Header{"Authorization": {token}, "Origin": {"https://evil.example"}}, 403},
		"our page":                      {http.Header{"Cookie": {cookie}, "Origin": {g.url}}, 0},
		"an app":                        {http.Header{"Authorization": {token}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, status := g.dial(c.header); status != c.status {
				t.Errorf("%d, not %d", status, c.status)
			}
		})
	}
	g.get(api.SocketPath, strings.TrimPrefix(token, "Bearer ")).refused(400, "")
}

func TestAMemberHasAFewSockets(t *testing.T) {
	g := withHub(t)
	g.join("ada", api.Member)
	header := http.Header{"Authorization": {"Bearer " + g.signIn("ada").AccessToken}}
	var first *websocket.Conn
	for i := range socketsEach {
		c, status := g.dial(header)
		if status != 0 {
			t.Fatalf("socket %d: %d", i, status)
		}
		g.hear(c)
		if i == 0 {
			first = c
		}
	}
	if _, status := g.dial(header); status != 429 {
		t.Errorf("one more: %d", status)
	}
	// A page that talks too much is cut off, and its place is free again.
	if err := first.WriteMessage(websocket.TextMessage, make([]byte, socketRead+1)); err != nil {
		t.Fatal(err)
	}
	_ = first.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, _, err := first.ReadMessage(); err == nil {
		t.Error("it was not cut off")
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		if _, status := g.dial(header); status == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the place stays taken")
		}
	}
}
