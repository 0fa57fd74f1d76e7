package api

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"shoal/server/account"
	"shoal/shared/api"
)

// cookie signs in as our own pages do.
func (g *rig) cookie(name string) string {
	g.t.Helper()
	token, err := g.server.Door.SignInCookie(context.Background(), g.pool, account.Attempt{Name: name, Password: password, Place: "test"})
	if err != nil {
		g.t.Fatal(err)
	}
	return account.Cookie + "=" + token
}

func TestTheCookieWorksForOurOwnPagesOnly(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	cookie := g.cookie("ada")
	for name, c := range map[string]struct {
		method string
		header map[string]string
		status int
	}{
		"reading":                       {"GET", nil, 200},
		"own page":                      {"PUT", map[string]string{"Sec-Fetch-Site": "same-origin"}, 204},
		"own page of an older browser":  {"PUT", map[string]string{"Origin": g.url}, 204},
		"other site":                    {"PUT", map[string]string{"Sec-Fetch-Site": "cross-site"}, 401},
		"sister site":                   {"PUT", map[string]string{"Sec-Fetch-Site": "same-site"}, 401},
		"other site of an older one":    {"PUT", map[string]string{"Origin": "https://evil.example"}, 401},
		"other port":                    {"PUT", map[string]string{"Origin": "http://127.0.0.1:1"}, 401},
		"sandboxed page":                {"PUT", map[string]string{"Origin": "null"}, 401},
		"no page at all, as in scripts": {"PUT", nil, 204},
	} {
		t.Run(name, func(t *testing.T) {
			header := map[string]string{"Cookie": cookie}
			for k, v := range c.header {
				header[k] = v
			}
			r := g.ask(ask{method: c.method, path: "/api/v1/users/me", kind: "application/json", body: "{}", header: header})
			if r.status != c.status {
				t.Errorf("%d, not %d: %s", r.status, c.status, r.body)
			}
		})
	}
}

func TestASessionGrowsWithUse(t *testing.T) {
	g := newRig(t)
	m := g.join("ada", api.Member)
	cookie := g.cookie("ada")
	ask := ask{method: "GET", path: "/api/v1/users/me", header: map[string]string{"Cookie": cookie}}
	if r := g.ask(ask); r.status != 200 || r.header.Get("Set-Cookie") != "" {
		t.Errorf("fresh: %d %q", r.status, r.header.Get("Set-Cookie"))
	}
	g.exec(`UPDATE token SET last_used_at = now() - interval '2 hours', access_expires_at = now() + interval '1 hour' WHERE member_id = $1`, m.ID)
	r := g.ask(ask)
	set := r.header.Get("Set-Cookie")
	if r.status != 200 || !strings.HasPrefix(set, cookie+";") {
		t.Errorf("used: %d %q", r.status, set)
	}
	for _, word := range []string{"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"} {
		if !strings.Contains(set, word) {
			t.Errorf("%q lacks %s", set, word)
		}
	}
	var days float64
	const left = `SELECT extract(epoch FROM access_expires_at - now()) / 86400 FROM token`
	if err := g.pool.QueryRow(context.Background(), left).Scan(&days); err != nil || days < 13.9 {
		t.Errorf("%v days left, %v", days, err)
	}
	// However much it is used, it ends three months after the sign-in.
	g.exec(`UPDATE token SET last_used_at = now() - interval '2 hours', created_at = now() - interval '89 days'`)
	g.ask(ask).into(200, nil)
	if err := g.pool.QueryRow(context.Background(), left).Scan(&days); err != nil || days > 1.1 {
		t.Errorf("%v days left, %v", days, err)
	}
}

func TestAnAppsTokenDoesNotGrow(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	token := g.signIn("ada").AccessToken
	g.exec(`UPDATE token SET last_used_at = now() - interval '2 hours', access_expires_at = now() + interval '1 hour'`)
	g.get("/api/v1/users/me", token).into(200, nil)
	var hours float64
	if err := g.pool.QueryRow(context.Background(), `SELECT extract(epoch FROM access_expires_at - now()) / 3600 FROM token`).Scan(&hours); err != nil || hours > 1 {
		t.Errorf("%v hours left, %v", hours, err)
	}
}

func TestSignOutByCookie(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	header := map[string]string{"Cookie": g.cookie("ada"), "Sec-Fetch-Site": "same-origin"}
	r := g.ask(ask{method: "POST", path: "/api/v1/users/revoke-token", header: header})
	if r.status != 200 || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %q", r.status, r.header.Get("Set-Cookie"))
	}
	g.ask(ask{method: "GET", path: "/api/v1/users/me", header: header}).refused(401, "unauthorized_request")
}

func TestACookieIsSecureWherePagesAre(t *testing.T) {
	for _, secure := range []bool{true, false} {
		h := http.Header{}
		account.SetCookie(headerOnly(h), "x", secure)
		if strings.Contains(h.Get("Set-Cookie"), "Secure") != secure {
			t.Errorf("%v: %q", secure, h.Get("Set-Cookie"))
		}
	}
}

type headerOnly http.Header

func (h headerOnly) Header() http.Header       { return http.Header(h) }
func (headerOnly) Write(b []byte) (int, error) { return len(b), nil }
func (headerOnly) WriteHeader(int)             {}
