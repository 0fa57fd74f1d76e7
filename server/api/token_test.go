package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/account"
	"shoal/shared/api"
)

func TestSignInAsAppsDo(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	c := g.client()
	asJSON, _ := json.Marshal(map[string]string{
		"client_id": c.ID, "client_secret": c.Secret, "grant_type": "password", "username": "ADA@example.org", "password": password,
	})
	for name, a := range map[string]ask{
		"form": {kind: formType, body: g.form("grant_type", "password", "response_type", "code", "username", "Ada", "password", password)},
		"json": {kind: "application/json", body: string(asJSON)},
	} {
		t.Run(name, func(t *testing.T) {
			a.method, a.path = "POST", "/api/v1/users/token"
			r := g.ask(a)
			var out api.Token
			r.into(200, &out)
			if out.TokenType != "Bearer" || out.ExpiresIn != 86400 || out.RefreshExpiresIn != 1209600 {
				t.Errorf("got %+v", out)
			}
			if r.header.Get("Cache-Control") != "no-store" {
				t.Error("tokens may be cached")
			}
			var me api.User
			g.get("/api/v1/users/me", out.AccessToken).into(200, &me)
			if me.Username != "ada" || me.Account.Name != "ada" || me.Role.Label != "User" || len(me.VideoChannels) != 1 {
				t.Errorf("got %+v", me)
			}
		})
	}
}

// recorded are the fields of an answer of PeerTube.
func recorded(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRefusalsReadLikePeerTubes(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	for name, r := range map[string]reply{
		"badclient": g.ask(ask{
			method: "POST", path: "/api/v1/users/token", kind: formType,
			body: "client_id=x&client_secret=y&grant_type=password&response_type=code&username=ada&password=carolpassword1",
		}),
		"badpass": g.token("grant_type", "password", "username", "ada", "password", "wrong"),
		"me-401":  g.get("/api/v1/users/me", ""),
	} {
		t.Run(name, func(t *testing.T) {
			want := recorded(t, name)
			var got map[string]any
			r.into(int(want["status"].(float64)), &got)
			if !maps.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		})
	}
}

func TestRefusedGrants(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	for name, c := range map[string]struct {
		values []string
		code   string
	}{
		"no grant":         {[]string{"username", "ada"}, "invalid_request"},
		"other grant":      {[]string{"grant_type", "client_credentials"}, "unsupported_grant_type"},
		"no username":      {[]string{"grant_type", "password", "password", "x"}, "invalid_request"},
		"no password":      {[]string{"grant_type", "password", "username", "ada"}, "invalid_request"},
		"no refresh token": {[]string{"grant_type", "refresh_token"}, "invalid_request"},
		"wrong refresh":    {[]string{"grant_type", "refresh_token", "refresh_token", "guess"}, "invalid_grant"},
		"nobody":           {[]string{"grant_type", "password", "username", "nobody", "password", password}, "invalid_grant"},
		"no client":        {[]string{"client_id", "", "grant_type", "password"}, "invalid_client"},
		"wrong secret":     {[]string{"client_secret", "x", "grant_type", "password"}, "invalid_client"},
		"quotes":           {[]string{"grant_type", "password", "username", "' OR 1=1 --", "password", "' OR 1=1 --"}, "invalid_grant"},
		"wildcards":        {[]string{"grant_type", "password", "username", "ad_", "password", password}, "invalid_grant"},
		"long password":    {[]string{"grant_type", "password", "username", "ada", "password", strings.Repeat("x", 100_000)}, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) { g.token(c.values...).refused(400, c.code) })
	}
	if g.log.String() != "" {
		t.Errorf("logged: %s", g.log)
	}
}

func TestARefreshTokenWorksOnce(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	first := g.signIn("ada")
	other := g.signIn("ada")
	var second api.Token
	g.token("grant_type", "refresh_token", "refresh_token", first.RefreshToken).into(200, &second)
	g.get("/api/v1/users/me", first.AccessToken).refused(401, "invalid_token")
	g.get("/api/v1/users/me", second.AccessToken).into(200, nil)
	// A second use means that someone else has it too: everything that came from this sign-in ends.
	g.token("grant_type", "refresh_token", "refresh_token", first.RefreshToken).refused(400, "invalid_grant")
	g.get("/api/v1/users/me", second.AccessToken).refused(401, "invalid_token")
	g.token("grant_type", "refresh_token", "refresh_token", second.RefreshToken).refused(400, "invalid_grant")
	g.get("/api/v1/users/me", other.AccessToken).into(200, nil)
}

func TestARefreshTokenUsedAtOnceGivesAtMostOneSession(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	first := g.signIn("ada")
	body := g.form("grant_type", "refresh_token", "refresh_token", first.RefreshToken)
	var wg sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: body}).status
		})
	}
	wg.Wait()
	if n := len(slices.DeleteFunc(statuses, func(s int) bool { return s != 200 })); n > 1 {
		t.Errorf("%d sessions from one refresh token", n)
	}
}

func TestSignOutEndsBothTokens(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	tok := g.signIn("ada")
	g.send("POST", "/api/v1/users/revoke-token", tok.AccessToken, nil).into(200, nil)
	g.get("/api/v1/users/me", tok.AccessToken).refused(401, "invalid_token")
	g.token("grant_type", "refresh_token", "refresh_token", tok.RefreshToken).refused(400, "invalid_grant")
	g.send("POST", "/api/v1/users/revoke-token", tok.AccessToken, nil).refused(401, "invalid_token")
	g.send("POST", "/api/v1/users/revoke-token", "", nil).refused(401, "unauthorized_request")
}

func TestExpiredTokens(t *testing.T) {
	g := newRig(t)
	m := g.join("ada", api.Member)
	tok := g.signIn("ada")
	g.exec(`UPDATE token SET access_expires_at = now() - interval '1 second' WHERE member_id = $1`, m.ID)
	g.get("/api/v1/users/me", tok.AccessToken).refused(401, "invalid_token")
	g.exec(`UPDATE token SET refresh_expires_at = now() - interval '1 second' WHERE member_id = $1`, m.ID)
	p := g.token("grant_type", "refresh_token", "refresh_token", tok.RefreshToken).refused(400, "invalid_grant")
	if p.Detail != "Invalid grant: refresh token has expired" {
		t.Error(p.Detail)
	}
	if err := account.Sweep(context.Background(), g.pool); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := g.pool.QueryRow(context.Background(), `SELECT count(*) FROM token`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d tokens left, %v", left, err)
	}
}

func (g *rig) exec(sql string, args ...any) {
	g.t.Helper()
	if _, err := g.pool.Exec(context.Background(), sql, args...); err != nil {
		g.t.Fatal(err)
	}
}

func TestABlockedMemberIsOut(t *testing.T) {
	g := newRig(t)
	m := g.join("ada", api.Member)
	tok := g.signIn("ada")
	g.exec(`UPDATE member SET blocked = true WHERE id = $1`, m.ID)
	g.get("/api/v1/users/me", tok.AccessToken).refused(401, "invalid_token")
	g.token("grant_type", "password", "username", "ada", "password", password).refused(400, "account_blocked")
	g.token("grant_type", "password", "username", "ada", "password", "guess guess").refused(400, "invalid_grant")
	g.token("grant_type", "refresh_token", "refresh_token", tok.RefreshToken).refused(400, "invalid_grant")
}

func TestTokensAreStoredHashed(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	tok := g.signIn("ada")
	var found bool
	err := g.pool.QueryRow(context.Background(), `
		SELECT EXISTS (SELECT FROM token t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%')
		OR EXISTS (SELECT FROM member m WHERE m::text LIKE '%' || $2 || '%')`, tok.AccessToken, password).Scan(&found)
	if err != nil || found {
		t.Errorf("a token or password stands in the database: %v %v", found, err)
	}
}

func TestGuessingIsSlowedByPlace(t *testing.T) {
	g := newRig(t, func(s *Server) {
		s.Door = &account.Door{PerPlace: account.Tries{Most: 4, Within: time.Minute}}
	})
	g.join("ada", api.Member)
	g.join("bob", api.Member)
	body := func(name, word string) string {
		return g.form("grant_type", "password", "username", name, "password", word)
	}
	try := func(place, body string) reply {
		r, _ := http.NewRequest("POST", "/api/v1/users/token", strings.NewReader(body))
		r.Header.Set("Content-Type", formType)
		r.RemoteAddr = place
		return g.direct(r)
	}
	const here, neighbour, there = "[2001:db8:1:2:3::4]:1000", "[2001:db8:1:2:ffff::1]:99", "[2001:db8:1:3::1]:99"
	good := body("ada", password)
	for range 3 {
		try(here, body("ada", "guess guess")).refused(400, "invalid_grant")
		try(here, good).into(200, nil) // success does not count, nor does it wipe out the place's failures
	}
	try(neighbour, body("nobody", "guess guess")).refused(400, "invalid_grant")
	r := try(neighbour, body("bob", password))
	p := r.refused(429, "")
	if r.header.Get("Retry-After") == "" || p.RetryAfter < 1 || p.RetryAfter > 60 {
		t.Errorf("Retry-After %q, retryAfter %d", r.header.Get("Retry-After"), p.RetryAfter)
	}
	try(there, body("bob", password)).into(200, nil)
	g.exec(`UPDATE sign_in_attempt SET at = at - interval '61 seconds'`)
	try(here, good).into(200, nil)
}

func TestGuessingIsSlowedByName(t *testing.T) {
	g := newRig(t, func(s *Server) {
		s.Door = &account.Door{PerName: account.Tries{Most: 3, Within: time.Minute}}
	})
	g.join("ada", api.Member)
	body := g.form("grant_type", "password", "username", "ADA", "password", "guess guess")
	for i := range 4 {
		r, _ := http.NewRequest("POST", "/api/v1/users/token", strings.NewReader(body))
		r.Header.Set("Content-Type", formType)
		r.RemoteAddr = "192.0.2." + string(rune('1'+i)) + ":1"
		if status := g.direct(r).status; status != 400 && i < 3 || status != 429 && i == 3 {
			t.Errorf("attempt %d: %d", i, status)
		}
	}
	// Names that do not exist are limited alike, so that the limit does not tell who exists.
	for i := range 4 {
		want := 400
		if i == 3 {
			want = 429
		}
		if r := g.token("grant_type", "password", "username", "nobody", "password", "guess guess"); r.status != want {
			t.Errorf("attempt %d: %d", i, r.status)
		}
	}
}

func TestManyGuessesAtOnceAreLimitedToo(t *testing.T) {
	g := newRig(t, func(s *Server) {
		s.Door = &account.Door{PerPlace: account.Tries{Most: 5, Within: time.Minute}}
	})
	g.join("ada", api.Member)
	body := g.form("grant_type", "password", "username", "ada", "password", "guess guess")
	var wg sync.WaitGroup
	statuses := make([]int, 30)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: body}).status
		})
	}
	wg.Wait()
	if n := len(slices.DeleteFunc(statuses, func(s int) bool { return s != 400 })); n > 5 {
		t.Errorf("%d guesses were looked at", n)
	}
}

func TestNoAddressIsKept(t *testing.T) {
	g := newRig(t)
	g.token("grant_type", "password", "username", "ada", "password", "guess guess").refused(400, "invalid_grant")
	var rows, telling int
	err := g.pool.QueryRow(context.Background(), `
		SELECT count(*), count(*) FILTER (WHERE key IN (sha256('127.0.0.1'), sha256('ada')) OR length(key) <> 32)
		FROM sign_in_attempt`).Scan(&rows, &telling)
	if err != nil || rows != 2 || telling != 0 {
		t.Errorf("%d rows, %d telling, %v", rows, telling, err)
	}
}
