package api

import (
	"context"
	"strings"
	"testing"

	"shoal/server/instance"
	"shoal/shared/api"
)

func TestPagesSignInAndOut(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	const path = "/api/v1/session"
	own := map[string]string{"Sec-Fetch-Site": "same-origin"}
	in := func(body string, header map[string]string) reply {
		return g.ask(ask{method: "POST", path: path, kind: formType, body: body, header: header})
	}
	const right = "username=ada&password=a+good+password"
	in("username=ada&password=guess+guess", own).refused(400, "invalid_grant")
	in("", own).refused(400, "invalid_grant")
	in(right, map[string]string{"Sec-Fetch-Site": "cross-site"}).refused(403, "")
	r := in(right, own)
	r.into(204, nil)
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	who := ask{method: "GET", path: "/api/v1/users/me", header: map[string]string{"Cookie": cookie}}
	g.ask(who).into(200, nil)
	out := func(header map[string]string) reply {
		return g.ask(ask{method: "DELETE", path: path, header: header})
	}
	out(map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}).refused(403, "")
	g.ask(who).into(200, nil)
	for range 2 { // the second time there is nothing left to end
		r := out(map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
		r.into(204, nil)
		if !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("the cookie stays: %v", r.header)
		}
	}
	g.ask(who).refused(401, "unauthorized_request")
}

func TestSetUp(t *testing.T) {
	g := newRig(t)
	token, err := instance.OpenSetup(context.Background(), g.pool)
	if err != nil {
		t.Fatal(err)
	}
	const path = "/api/v1/setup"
	g.get(path, "").refused(403, "")
	g.get(path+"?token=guess", "").refused(403, "")
	g.get(path+"?token="+token, "").into(204, nil)
	form := func(change ...string) map[string]string {
		f := map[string]string{"token": token, "name": "Duck TV", "username": "Root", "email": "root@example.org", "password": password}
		for i := 0; i < len(change); i += 2 {
			f[change[i]] = change[i+1]
		}
		return f
	}
	g.send("POST", path, "", form("token", "guess")).refused(403, "")
	for field, bad := range map[string]string{"name": strings.Repeat("x", 121), "username": "no spaces", "email": "x", "password": "short"} {
		p := g.send("POST", path, "", form(field, bad)).refused(400, "")
		if p.InvalidParams[field].Msg == "" {
			t.Errorf("%s: %+v", field, p)
		}
	}
	g.send("POST", path, "", form()).into(204, nil)
	g.send("POST", path, "", form("username", "eve", "email", "eve@example.org")).refused(403, "")
	g.get(path+"?token="+token, "").refused(403, "")
	var me api.User
	g.get("/api/v1/users/me", g.signIn("root").AccessToken).into(200, &me)
	var c api.Config
	g.get("/api/v1/config", "").into(200, &c)
	if me.Role.ID != api.Administrator || me.VideoQuota != -1 || len(me.VideoChannels) != 1 || c.Instance.Name != "Duck TV" {
		t.Errorf("%+v, %q", me, c.Instance.Name)
	}
}
