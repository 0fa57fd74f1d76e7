package api

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"shoal/shared/api"
)

func TestModeratorsSeeMembers(t *testing.T) {
	o := newOffice(t)
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT c.id, 'a', 'Ducks', 1, 1 FROM channel c JOIN account a ON a.id = c.account_id WHERE a.member_id = $1`, o.adaID)
	o.exec(`INSERT INTO video_source (video_id, filename, key, size) SELECT id, 'a.mp4', '', 77 FROM video`)
	o.exec(`UPDATE member SET blocked = true WHERE username = 'eve'`)
	const path = "/api/v1/users"
	o.get(path, "").refused(401, "unauthorized_request")
	o.get(path, o.ada).refused(403, "")
	names := func(query string) string {
		var page api.Page[api.UserForAdmin]
		o.get(path+query, o.mod).into(200, &page)
		var out []string
		for _, u := range page.Data {
			out = append(out, u.Username)
		}
		return fmt.Sprint(page.Total, " ", strings.Join(out, " "))
	}
	for query, want := range map[string]string{
		"?sort=username":                          "4 ada eve mod root",
		"?sort=-username&count=2":                 "4 root mod",
		"?sort=username&start=3":                  "4 root",
		"?sort=-username&start=9":                 "4 ",
		"?search=AD":                              "1 ada",
		"?search=%25":                             "0 ",
		"?search=ada%40example":                   "1 ada",
		"?blocked=true":                           "1 eve",
		"?role=1":                                 "1 mod",
		"?sort=-videoQuotaUsed&count=1":           "4 ada",
		"?sort=role&count=1":                      "4 root",
		"?sort=-blocked&count=1&unknown=1":        "4 eve",
		"?blocked=false&sort=username&role=2":     "1 ada",
		"?sort=-lastLoginDate&blocked=1&search=e": "1 eve",
	} {
		if got := names(query); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
	}
	for _, bad := range []string{"?sort=password", "?role=7", "?role=x", "?blocked=maybe", "?count=101", "?start=-1"} {
		o.get(path+bad, o.mod).refused(400, "")
	}
	one := fmt.Sprintf("%s/%d", path, o.adaID)
	o.get(one, "").refused(401, "unauthorized_request")
	o.get(one, o.ada).refused(403, "")
	o.get(path+"/x", o.mod).refused(400, "")
	o.get(path+"/999999", o.mod).refused(404, "")
	var u api.UserForAdmin
	o.get(one+"?withStats=true", o.mod).into(200, &u)
	if u.QuotaUsed != 77 || u.QuotaUsedDaily != 77 || *u.VideosCount != 1 || len(u.VideoChannels) != 1 {
		t.Errorf("got %+v", u)
	}
	o.get(path+"/autocomplete", "").refused(400, "")
	for search, want := range map[string]string{"A": `["ada"]`, "_": `[]`, "%25": `[]`} {
		if r := o.get(path+"/autocomplete?search="+search, ""); strings.TrimSpace(string(r.body)) != want {
			t.Errorf("%s: %s", search, r.body)
		}
	}
}

func member(name string, more ...any) map[string]any {
	return newcomer(name, append([]any{"role", 2}, more...)...)
}

func TestModeratorsMakeMembers(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/users"
	o.send("POST", path, "", member("bob")).refused(401, "unauthorized_request")
	o.send("POST", path, o.ada, member("bob")).refused(403, "")
	o.send("POST", path, o.mod, member("bob", "role", 1)).refused(403, "")
	o.send("POST", path, o.mod, member("bob", "role", 0)).refused(403, "")
	var made api.UserCreated
	o.send("POST", path, o.mod, member("bob", "videoQuota", 5, "videoQuotaDaily", 4, "channelName", "bobs", "adminFlags", 1)).into(200, &made)
	var u api.UserForAdmin
	o.get(fmt.Sprintf("%s/%d", path, made.User.ID), o.mod).into(200, &u)
	if u.Username != "bob" || u.VideoQuota != 5 || u.VideoQuotaDaily != 4 || u.AdminFlags != 1 || u.VideoChannels[0].Name != "bobs" || u.Account.ID != made.User.Account.ID {
		t.Errorf("got %+v", u)
	}
	before := o.count(`SELECT count(*) FROM actor`)
	for name, c := range map[string]struct {
		in     map[string]any
		status int
	}{
		"no role":       {newcomer("x"), 400},
		"role":          {member("x", "role", 9), 400},
		"taken":         {member("BOB"), 409},
		"email":         {member("x", "email", "bob@example.org"), 409},
		"bad email":     {member("x", "email", "x"), 400},
		"bad name":      {member("x y"), 400},
		"password":      {member("x", "password", "short"), 400},
		"quota":         {member("x", "videoQuota", -2), 400},
		"daily":         {member("x", "videoQuotaDaily", -2), 400},
		"flags":         {member("x", "adminFlags", 2), 400},
		"channel":       {member("x", "channelName", "a b"), 400},
		"taken channel": {member("x", "channelName", "ada_channel"), 409},
		"text as quota": {member("x", "videoQuota", "much"), 400},
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", path, o.root, c.in).refused(c.status, "") })
	}
	if n := o.count(`SELECT count(*) FROM actor`); n != before {
		t.Errorf("refused members left %d names", n-before)
	}
	// Without a password, they choose one by a letter.
	o.send("POST", path, o.root, member("carl", "password", "", "role", 1)).into(200, &made)
	secret := o.proof("carl@example.org")
	o.send("POST", fmt.Sprintf("%s/%d/reset-password", path, made.User.ID), "", map[string]any{"verificationString": secret, "password": password}).into(204, nil)
	o.get(path, o.signIn("carl").AccessToken).into(200, nil)
	if n := o.count(`SELECT count(*) FROM audit WHERE domain = 'users' AND action = 'create'`); n != 2 {
		t.Errorf("%d lines in the list of changes", n)
	}
}

func TestWhoMayChangeWhom(t *testing.T) {
	o := newOffice(t)
	of := func(id int64) string { return fmt.Sprintf("/api/v1/users/%d", id) }
	o.send("PUT", of(o.adaID), "", map[string]any{}).refused(401, "unauthorized_request")
	o.send("PUT", of(o.eveID), o.ada, map[string]any{"role": 0}).refused(403, "")
	o.send("PUT", of(o.adaID), o.ada, map[string]any{"role": 0}).refused(403, "")
	for name, c := range map[string]struct {
		token  string
		id     int64
		in     map[string]any
		status int
	}{
		"moderator changes administrator": {o.mod, o.rootID, map[string]any{"password": password}, 403},
		"moderator raises a member":       {o.mod, o.adaID, map[string]any{"role": 1}, 403},
		"moderator raises themselves":     {o.mod, o.modID, map[string]any{"role": 0}, 403},
		"the last administrator":          {o.root, o.rootID, map[string]any{"role": 2}, 400},
		"no such role":                    {o.root, o.adaID, map[string]any{"role": 5}, 400},
		"quota":                           {o.root, o.adaID, map[string]any{"videoQuota": -5}, 400},
		"email":                           {o.root, o.adaID, map[string]any{"email": "x"}, 400},
		"taken email":                     {o.root, o.adaID, map[string]any{"email": "EVE@example.org"}, 409},
		"password":                        {o.root, o.adaID, map[string]any{"password": "short"}, 400},
		"flags":                           {o.root, o.adaID, map[string]any{"adminFlags": 9}, 400},
		"extension":                       {o.root, o.adaID, map[string]any{"pluginAuth": "ldap"}, 400},
		"nobody":                          {o.root, 999999, map[string]any{"role": 2}, 404},
	} {
		t.Run(name, func(t *testing.T) { o.send("PUT", of(c.id), c.token, c.in).refused(c.status, "") })
	}
	o.get("/api/v1/users/me", o.ada).into(200, nil)
	o.send("PUT", of(o.adaID), o.mod, map[string]any{"videoQuota": 9, "emailVerified": true, "email": "ada2@example.org"}).into(204, nil)
	var u api.UserForAdmin
	o.get(of(o.adaID), o.mod).into(200, &u)
	if u.VideoQuota != 9 || u.VideoQuotaDaily != -1 || !*u.EmailVerified || u.Email != "ada2@example.org" {
		t.Errorf("got %+v", u)
	}
	o.get("/api/v1/users/me", o.ada).into(200, nil)
	// A new role ends what was signed in with the old one.
	o.send("PUT", of(o.adaID), o.root, map[string]any{"role": 1}).into(204, nil)
	o.get("/api/v1/users/me", o.ada).refused(401, "invalid_token")
	o.send("PUT", of(o.adaID), o.mod, map[string]any{"role": 2}).refused(403, "") // now one of their own kind
	o.send("PUT", of(o.eveID), o.mod, map[string]any{"password": "another good password"}).into(204, nil)
	o.get("/api/v1/users/me", o.eve).refused(401, "invalid_token")
	o.token("grant_type", "password", "username", "eve", "password", "another good password").into(200, nil)
}

func TestBlocking(t *testing.T) {
	o := newOffice(t)
	of := func(id int64, action string) string { return fmt.Sprintf("/api/v1/users/%d/%s", id, action) }
	for _, action := range []string{"block", "unblock"} {
		o.send("POST", of(o.adaID, action), "", nil).refused(401, "unauthorized_request")
		o.send("POST", of(o.adaID, action), o.eve, nil).refused(403, "")
		o.send("POST", of(o.rootID, action), o.mod, nil).refused(403, "")
		o.send("POST", of(999999, action), o.mod, nil).refused(404, "")
		o.send("POST", "/api/v1/users/x/"+action, o.mod, nil).refused(400, "")
	}
	o.send("POST", of(o.adaID, "block"), o.mod, map[string]any{"reason": strings.Repeat("x", 501)}).refused(400, "")
	o.send("POST", of(o.rootID, "block"), o.root, nil).refused(400, "")
	o.get("/api/v1/users/me", o.ada).into(200, nil)
	o.send("POST", of(o.adaID, "block"), o.mod, map[string]any{"reason": "Noise <b>"}).into(204, nil)
	if l := o.box.Take("ada@example.org"); !strings.Contains(l.Plain, "Noise <b>") || strings.Contains(l.HTML, "<b>") {
		t.Errorf("got %+v", l)
	}
	o.get("/api/v1/users/me", o.ada).refused(401, "invalid_token")
	o.token("grant_type", "password", "username", "ada", "password", password).refused(400, "account_blocked")
	var u api.UserForAdmin
	if o.get(fmt.Sprintf("/api/v1/users/%d", o.adaID), o.mod).into(200, &u); !u.Blocked || *u.BlockedReason != "Noise <b>" {
		t.Errorf("got %+v", u)
	}
	o.send("POST", of(o.adaID, "unblock"), o.mod, nil).into(204, nil)
	o.signIn("ada")
	if l := o.box.Take("ada@example.org"); !strings.Contains(l.Subject, "open again") {
		t.Errorf("got %+v", l)
	}
	o.ask(ask{method: "POST", path: of(o.eveID, "block"), kind: formType, body: "reason=Spam", header: auth(o.mod)}).into(204, nil)
	if n := o.count(`SELECT count(*) FROM member WHERE blocked_reason = 'Spam'`); n != 1 {
		t.Error("a form is not read")
	}
}

func TestOneAdministratorIsAlwaysLeft(t *testing.T) {
	o := newOffice(t)
	other := o.join("root2", api.Administrator)
	token := o.signIn("root2").AccessToken
	// Both try to take away the other's rights at the same time.
	var wg sync.WaitGroup
	wg.Go(func() { o.send("PUT", fmt.Sprintf("/api/v1/users/%d", other.ID), o.root, map[string]any{"role": 2}) })
	wg.Go(func() { o.send("DELETE", "/api/v1/users/me", token, nil) })
	wg.Go(func() { o.send("PUT", fmt.Sprintf("/api/v1/users/%d", o.rootID), token, map[string]any{"role": 2}) })
	wg.Wait()
	if n := o.count(`SELECT count(*) FROM member WHERE role = 0 AND NOT leaving AND NOT blocked`); n < 1 {
		t.Error("nobody runs the platform any more")
	}
}

func TestAnAccountGoesWithAllThatHangsOnIt(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	o.send("POST", "/api/v1/video-channels", o.ada, map[string]any{"name": "zoo", "displayName": "Zoo"}).into(200, nil)
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT c.id, 'v' || c.id || n, 'Ducks', 1, 1 FROM channel c JOIN account a ON a.id = c.account_id, generate_series(1, 3) n WHERE a.member_id = $1`, o.adaID)
	o.exec(`INSERT INTO video_source (video_id, filename, key, size) SELECT id, 'a.mp4', 'originals/' || id, 7 FROM video`)
	for i := range 6 {
		if _, err := o.store.Put(ctx, fmt.Sprintf("originals/%d", i+1), strings.NewReader("film")); err != nil {
			t.Fatal(err)
		}
	}
	o.pick("/api/v1/users/me/avatar/pick", o.ada, "avatarfile", photo(t, 300, 300)).into(200, nil)
	o.pick("/api/v1/video-channels/zoo/banner/pick", o.ada, "bannerfile", photo(t, 2000, 400)).into(200, nil)
	// What ada left at eve's.
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT c.id, 'eves', 'Geese', 1, 1 FROM channel c JOIN account a ON a.id = c.account_id WHERE a.member_id = $1`, o.eveID)
	o.exec(`INSERT INTO comment (video_id, account_id, url, text) SELECT v.id, a.id, 'c', 'Hello' FROM video v, account a WHERE v.name = 'Geese' AND a.member_id = $1`, o.adaID)
	o.send("POST", "/api/v1/video-playlists", o.ada, map[string]any{"displayName": "Birds", "privacy": 3}).into(200, nil)
	if kept := o.keys(""); len(kept) != 6+2+2 {
		t.Fatalf("%v", kept)
	}
	for _, c := range []struct {
		token, path string
		status      int
	}{
		{"", "/users/me", 401},
		{"", fmt.Sprintf("/users/%d", o.adaID), 401},
		{o.eve, fmt.Sprintf("/users/%d", o.adaID), 403},
		{o.mod, fmt.Sprintf("/users/%d", o.rootID), 403},
		{o.mod, "/users/999999", 404},
		{o.mod, "/users/x", 400},
		{o.root, "/users/me", 400},
	} {
		if r := o.send("DELETE", "/api/v1"+c.path, c.token, nil); r.status != c.status {
			t.Errorf("%s: %d, not %d", c.path, r.status, c.status)
		}
	}
	o.send("DELETE", "/api/v1/users/me", o.ada, nil).into(204, nil)
	// At once nobody can sign in as them or see them; the rest follows.
	o.get("/api/v1/users/me", o.ada).refused(401, "invalid_token")
	o.token("grant_type", "password", "username", "ada", "password", password).refused(400, "invalid_grant")
	o.get("/api/v1/accounts/ada", "").refused(404, "")
	await(t, o.pool, 0, `SELECT count(*) FROM member WHERE username = 'ada'`)
	for what, sql := range map[string]string{
		"videos": `SELECT count(*) FROM video WHERE name = 'Ducks'`, "sources": `SELECT count(*) FROM video_source`,
		"playlists": `SELECT count(*) FROM playlist WHERE name = 'Birds'`, "comments": `SELECT count(*) FROM comment WHERE text <> ''`,
	} {
		if n := o.count(sql); n != 0 {
			t.Errorf("%d %s are left", n, what)
		}
	}
	if n := o.count(`SELECT count(*) FROM actor WHERE name IN ('ada', 'ada_channel', 'zoo')`); n != 0 {
		t.Errorf("%d names are left", n)
	}
	await(t, o.pool, 0, `SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled') AND kind LIKE '%gone'`)
	if kept := o.keys(""); len(kept) != 0 {
		t.Errorf("files are left: %v", kept)
	}
	o.signIn("eve") // others stay
	// A moderator can do it to a member, too.
	o.send("DELETE", fmt.Sprintf("/api/v1/users/%d", o.eveID), o.mod, nil).into(204, nil)
	o.send("DELETE", fmt.Sprintf("/api/v1/users/%d", o.eveID), o.mod, nil).refused(404, "")
	await(t, o.pool, 0, `SELECT count(*) FROM member WHERE username = 'eve'`)
}

func TestPlacesWhereOneIsSignedIn(t *testing.T) {
	o := newOffice(t)
	body := o.form("grant_type", "password", "username", "ada", "password", password)
	var phone api.Token
	o.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: body, header: map[string]string{"User-Agent": "Phone/1.0\xff"}}).into(200, &phone)
	o.cookie("ada")
	path := fmt.Sprintf("/api/v1/users/%d/token-sessions", o.adaID)
	read := func() (page api.Page[api.TokenSession]) {
		o.get(path, o.ada).into(200, &page)
		return page
	}
	page := read()
	if page.Total != 3 || len(page.Data) != 3 || !page.Data[2].Current || page.Data[1].Current || page.Data[1].LoginDevice != "Phone/1.0" || page.Data[1].LoginIP != "127.0.0.1" {
		t.Fatalf("got %+v", page)
	}
	for _, c := range []struct {
		token  string
		status int
	}{{"", 401}, {o.eve, 403}, {o.mod, 200}, {o.root, 200}} {
		if r := o.get(path, c.token); r.status != c.status {
			t.Errorf("%d, not %d", r.status, c.status)
		}
	}
	o.get(fmt.Sprintf("/api/v1/users/%d/token-sessions", o.rootID), o.mod).refused(403, "")
	o.get("/api/v1/users/999999/token-sessions", o.mod).refused(404, "")
	o.get(path+"?sort=password", o.ada).refused(400, "")
	o.get(path+"?count=1&start=1&sort=createdAt", o.ada).into(200, &page)
	if len(page.Data) != 1 || page.Total != 3 {
		t.Errorf("got %+v", page)
	}
	end := func(owner, session int64, token string) reply {
		return o.send("POST", fmt.Sprintf("/api/v1/users/%d/token-sessions/%d/revoke", owner, session), token, nil)
	}
	var mine api.Page[api.TokenSession]
	o.get(fmt.Sprintf("/api/v1/users/%d/token-sessions", o.eveID), o.eve).into(200, &mine)
	end(o.adaID, mine.Data[0].ID, o.ada).refused(404, "") // eve's, under ada's name
	end(o.eveID, mine.Data[0].ID, o.ada).refused(403, "")
	end(o.adaID, 999999, o.ada).refused(404, "")
	o.send("POST", path+"/x/revoke", o.ada, nil).refused(400, "")
	o.get("/api/v1/users/me", o.eve).into(200, nil)
	// Refreshing keeps the place; ending it ends the refreshed token, too.
	var fresh api.Token
	o.token("grant_type", "refresh_token", "refresh_token", phone.RefreshToken).into(200, &fresh)
	page = read()
	if page.Total != 3 {
		t.Fatalf("got %+v", page)
	}
	for _, s := range page.Data {
		if s.LoginDevice == "Phone/1.0" {
			end(o.adaID, s.ID, o.ada).into(204, nil)
		}
	}
	o.get("/api/v1/users/me", fresh.AccessToken).refused(401, "invalid_token")
	o.token("grant_type", "refresh_token", "refresh_token", fresh.RefreshToken).refused(400, "invalid_grant")
	if page = read(); page.Total != 2 {
		t.Errorf("got %+v", page)
	}
}

func TestWishesForNews(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/users/me/notification-settings"
	o.send("PUT", path, "", map[string]any{}).refused(401, "unauthorized_request")
	o.send("PUT", path, o.ada, map[string]any{"newFollow": 4}).refused(400, "")
	o.send("PUT", path, o.ada, map[string]any{"newFollow": "x"}).refused(400, "")
	o.send("PUT", path, o.ada, map[string]any{"newFollow": 0, "commentMention": 3, "unknown": 1}).into(204, nil)
	o.ask(ask{method: "PUT", path: path, kind: formType, body: "myVideoPublished=2", header: auth(o.ada)}).into(204, nil)
	var me api.User
	o.get("/api/v1/users/me", o.ada).into(200, &me)
	if s := me.NotificationSettings; s["newFollow"] != 0 || s["commentMention"] != 3 || s["myVideoPublished"] != 2 || s["abuseAsModerator"] != 3 || len(s) != 18 {
		t.Errorf("got %v", s)
	}
	if o.get("/api/v1/users/me", o.eve).into(200, &me); me.NotificationSettings["newFollow"] != 1 {
		t.Error("another's wishes changed")
	}
	o.send("POST", "/api/v1/users/me/new-feature-info/read", o.ada, map[string]any{"feature": 3}).refused(400, "")
	o.send("POST", "/api/v1/users/me/new-feature-info/read", "", map[string]any{"feature": 1}).refused(401, "unauthorized_request")
	for range 2 {
		o.send("POST", "/api/v1/users/me/new-feature-info/read", o.ada, map[string]any{"feature": 1}).into(204, nil)
	}
	if o.get("/api/v1/users/me", o.ada).into(200, &me); me.NewFeaturesInfoRead != 1 {
		t.Errorf("got %d", me.NewFeaturesInfoRead)
	}
}

func TestTokensForFeeds(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/users/scoped-tokens"
	o.get(path, "").refused(401, "unauthorized_request")
	o.send("POST", path, "", nil).refused(401, "unauthorized_request")
	var first, again, renewed, hers scoped
	o.get(path, o.ada).into(200, &first)
	o.get(path, o.ada).into(200, &again)
	o.send("POST", path, o.ada, nil).into(200, &renewed)
	o.get(path, o.eve).into(200, &hers)
	if first.FeedToken == "" || first != again || first == renewed || hers == renewed {
		t.Errorf("%v %v %v %v", first, again, renewed, hers)
	}
}
