package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/shared/api"
)

// Tests of this file ask what no honest app asks.

func TestStrangeAddresses(t *testing.T) {
	g := newRig(t)
	g.join("bob", api.Member)
	g.join("b_b", api.Member)
	for path, status := range map[string]int{
		"/api/v1/nonexistent":                                        404,
		"/api/v1":                                                    404,
		"/api/v1/":                                                   404,
		"/api/v1/config/":                                            200,
		"/api/v1/accounts/bob/":                                      200,
		"/api/v1/accounts/BOB":                                       200,
		"/api/v1/accounts/@bob":                                      200,
		"/api/v1/accounts/bob?unknown=1&x[]=2":                       200,
		"/api/v1/accounts/b%25b":                                     404,
		"/api/v1/accounts/bob%00":                                    400,
		"/api/v1/accounts/%ff":                                       400,
		"/api/v1/accounts/bob?search=%00":                            400,
		"/api/v1/accounts/bob'--":                                    404,
		"/api/v1/accounts/bob@":                                      200,
		"/api/v1/accounts/bob@elsewhere":                             404,
		"/api/v1/accounts/bob%40" + host(g.url):                      200,
		"/api/v1/accounts/" + host(g.url):                            404,
		"/api/v1/accounts/..%2fusers%2fme":                           404,
		"/api/v1/video-channels/%2e%2e/users/me":                     404,
		"/api/v1/video-channels/bob_channel":                         200,
		"/api/v1/video-channels/bobXchannel":                         404,
		"/api/v1/video-channels/b_":                                  404,
		"/api/v1/video-channels?sort=-name":                          200,
		"/api/v1/video-channels?sort=password":                       400,
		"/api/v1/video-channels?sort=name%3Bselect":                  400,
		"/api/v1/video-channels?count=1000000":                       400,
		"/api/v1/video-channels?start=-1":                            400,
		"/api/v1/video-channels?search=%25%5C'":                      200,
		"/api/v1/video-channels?search=" + strings.Repeat("a", 5000): 400,
	} {
		if r := g.get(path, ""); r.status != status {
			t.Errorf("%.80s: %d, not %d: %s", path, r.status, status, r.body)
		}
	}
	if g.log.String() != "" {
		t.Errorf("logged: %s", g.log)
	}
}

func host(address string) string { return strings.TrimPrefix(address, "http://") }

func TestProblems(t *testing.T) {
	g := newRig(t)
	p := g.get("/api/v1/nonexistent", "").refused(404, "")
	if p.Type != "about:blank" || p.Title != "Not Found" {
		t.Errorf("got %+v", p)
	}
	p = g.get("/api/v1/video-channels?count=1000", "").refused(400, "")
	want := api.Invalid{Type: "field", Msg: "Should be a number from 0 to 100.", Path: "count", Location: "query"}
	if p.Detail != "Incorrect request parameters: count" || p.Instance != "/api/v1/video-channels?count=1000" || p.InvalidParams["count"] != want {
		t.Errorf("got %+v", p)
	}
	g.send("PATCH", "/api/v1/config", "", nil).refused(405, "")
	g.send("PUT", "/api/v1/users/me", "", nil).refused(401, "unauthorized_request")
	g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: "application/json", body: strings.Repeat(" ", maxBody+1)}).refused(413, "")
	g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: "text/plain", body: "x"}).refused(415, "")
	if r := g.ask(ask{method: "HEAD", path: "/api/v1/config"}); r.status != 200 || len(r.body) != 0 {
		t.Errorf("HEAD: %d", r.status)
	}
}

func TestInnerErrorsAreLoggedAndNotShown(t *testing.T) {
	g := newRig(t)
	g.exec(`DROP TABLE channel CASCADE`)
	r := g.get("/api/v1/video-channels", "")
	r.refused(500, "")
	if strings.Contains(string(r.body), "channel") || strings.Contains(string(r.body), "SQLSTATE") {
		t.Errorf("shown: %s", r.body)
	}
	if n := strings.Count(g.log.String(), "request failed"); n != 1 || !strings.Contains(g.log.String(), "SQLSTATE") {
		t.Errorf("logged %d times: %s", n, g.log)
	}
}

func TestAPanicIsAnswered(t *testing.T) {
	g := newRig(t)
	h := chi.NewRouter()
	h.Use(g.server.entry)
	h.Get("/*", func(http.ResponseWriter, *http.Request) { panic("a fault of ours") })
	r, _ := http.NewRequest("GET", "/", nil)
	r.RemoteAddr = "192.0.2.1:1"
	w := g.through(h, r)
	w.refused(500, "")
	if strings.Contains(string(w.body), "fault") || !strings.Contains(g.log.String(), "a fault of ours") {
		t.Errorf("shown %s, logged %s", w.body, g.log)
	}
}

func TestEveryPlaceHasALimit(t *testing.T) {
	g := newRig(t, func(s *Server) { s.Limits.All = Limit{Calls: 3, Window: time.Hour} })
	h := g.server.Handler()
	from := func(place string) reply {
		r, _ := http.NewRequest("GET", "/api/v1/ping", nil)
		r.RemoteAddr = place
		return g.through(h, r)
	}
	for i := range 3 {
		r := from("192.0.2.1:" + string(rune('1'+i)))
		if r.status != 200 || r.header.Get("X-RateLimit-Limit") != "3" || r.header.Get("X-RateLimit-Remaining") != string(rune('2'-i)) || r.header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("call %d: %d %v", i, r.status, r.header)
		}
	}
	if p := from("192.0.2.1:9").refused(429, ""); p.RetryAfter != 3600 {
		t.Errorf("retry after %d", p.RetryAfter)
	}
	if r := from("192.0.2.2:9"); r.status != 200 {
		t.Errorf("the neighbour got %d", r.status)
	}
	for range 5 {
		if r := from("127.0.0.1:9"); r.status != 200 {
			t.Errorf("the machine itself got %d", r.status)
		}
	}
}

func TestOtherSites(t *testing.T) {
	g := newRig(t)
	r := g.ask(ask{method: "OPTIONS", path: "/api/v1/users/token", header: map[string]string{
		"Origin": "https://app.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization",
	}})
	if r.status != 204 || r.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("%d %v", r.status, r.header)
	}
	r = g.ask(ask{method: "GET", path: "/api/v1/nonexistent", header: map[string]string{"Origin": "https://app.example"}})
	if r.header.Get("Access-Control-Allow-Origin") != "*" || r.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%v", r.header)
	}
}

func TestNoOneChangesWhatIsAnothers(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	g.join("eve", api.Member)
	g.join("mod", api.Moderator)
	ada, eve, mod := g.signIn("ada").AccessToken, g.signIn("eve").AccessToken, g.signIn("mod").AccessToken
	const path = "/api/v1/video-channels/ada_channel"
	change := map[string]string{"displayName": "Eve was here"}
	g.send("PUT", path, "", change).refused(401, "unauthorized_request")
	g.send("PUT", path, eve, change).refused(403, "")
	g.send("DELETE", path, eve, nil).refused(403, "")
	g.send("PUT", path, "guess", change).refused(401, "invalid_token")
	g.send("PUT", path, mod, map[string]string{"displayName": "Moderated"}).into(204, nil)
	g.send("PUT", path, ada, map[string]string{"displayName": "Mine again"}).into(204, nil)
	// What a member may not set of themselves is passed over.
	g.send("PUT", "/api/v1/users/me", eve, map[string]any{"role": 0, "videoQuota": -1, "blocked": false, "id": 1, "username": "root"}).into(204, nil)
	var me api.User
	g.get("/api/v1/users/me", eve).into(200, &me)
	if me.Role.ID != api.Member || me.Username != "eve" {
		t.Errorf("got %+v", me)
	}
}

func TestATokenInTheAddressIsNotRead(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	token := url.QueryEscape(g.signIn("ada").AccessToken)
	g.get("/api/v1/users/me?access_token="+token+"&token="+token, "").refused(401, "unauthorized_request")
}
