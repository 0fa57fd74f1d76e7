package api

import (
	"testing"
	"time"

	"shoal/server/account"
	"shoal/shared/api"
)

func TestChangeOneself(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	token := g.signIn("ada").AccessToken
	g.send("PUT", "/api/v1/users/me", token, map[string]any{
		"displayName": "Ada L.", "description": "Numbers", "nsfwPolicy": "warn", "p2pEnabled": false, "autoPlayVideo": false,
		"autoPlayNextVideo": true, "videoLanguages": []string{"en", "fr"}, "theme": "dark", "language": "fr", "videosHistoryEnabled": false,
	}).into(204, nil)
	var me api.User
	g.get("/api/v1/users/me", token).into(200, &me)
	if me.Account.DisplayName != "Ada L." || *me.Account.Description != "Numbers" || me.NSFWPolicy != "warn" || me.P2PEnabled ||
		me.AutoPlayVideo || !me.AutoPlayNextVideo || len(me.VideoLanguages) != 2 || me.Theme != "dark" || *me.Language != "fr" || me.VideosHistoryEnabled {
		t.Errorf("got %+v", me)
	}
	// A form changes alike, and only what it names.
	g.ask(ask{method: "PUT", path: "/api/v1/users/me", kind: formType, body: "description=&p2pEnabled=true&videoLanguages[]=de", header: auth(token)}).into(204, nil)
	var after api.User
	g.get("/api/v1/users/me", token).into(200, &after)
	if after.Account.Description != nil || !after.P2PEnabled || after.VideoLanguages[0] != "de" || after.NSFWPolicy != "warn" || after.Account.DisplayName != "Ada L." {
		t.Errorf("got %+v", after)
	}
	for field, value := range map[string]any{
		"displayName": "", "nsfwPolicy": "shout", "nsfwFlagsHidden": 1 << 20, "email": "nowhere", "password": "short",
	} {
		g.send("PUT", "/api/v1/users/me", token, map[string]any{field: value, "currentPassword": password}).refused(400, "")
	}
}

func TestANewPasswordEndsOtherSessions(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	here, there, page := g.signIn("ada"), g.signIn("ada"), g.cookie("ada")
	const fresh = "another good password"
	change := func(current any) reply {
		return g.send("PUT", "/api/v1/users/me", here.AccessToken, map[string]any{"password": fresh, "currentPassword": current})
	}
	change(nil).refused(400, "")
	change("not this one").refused(401, "current_password_is_invalid")
	g.get("/api/v1/users/me", there.AccessToken).into(200, nil)
	change(password).into(204, nil)
	g.get("/api/v1/users/me", here.AccessToken).into(200, nil)
	g.get("/api/v1/users/me", there.AccessToken).refused(401, "invalid_token")
	g.ask(ask{method: "GET", path: "/api/v1/users/me", header: map[string]string{"Cookie": page}}).refused(401, "unauthorized_request")
	g.token("grant_type", "refresh_token", "refresh_token", there.RefreshToken).refused(400, "invalid_grant")
	g.token("grant_type", "password", "username", "ada", "password", password).refused(400, "invalid_grant")
	g.token("grant_type", "password", "username", "ada", "password", fresh).into(200, nil)
}

func TestANewEmailAddress(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	g.join("bob", api.Member)
	token := g.signIn("ada").AccessToken
	g.send("PUT", "/api/v1/users/me", token, map[string]any{"email": "new@example.org"}).refused(400, "")
	g.send("PUT", "/api/v1/users/me", token, map[string]any{"email": "BOB@example.org", "currentPassword": password}).refused(409, "")
	g.send("PUT", "/api/v1/users/me", token, map[string]any{"email": "new@example.org", "currentPassword": password}).into(204, nil)
	g.token("grant_type", "password", "username", "new@example.org", "password", password).into(200, nil)
}

func TestQuotaOfAFreshMember(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	var q api.Quota
	g.get("/api/v1/users/me/video-quota-used", g.signIn("ada").AccessToken).into(200, &q)
	if q != (api.Quota{}) {
		t.Errorf("got %+v", q)
	}
}

func TestThePresentPasswordCannotBeGuessed(t *testing.T) {
	g := newRig(t, func(s *Server) {
		s.Door = &account.Door{PerName: account.Tries{Most: 3, Within: time.Minute}}
	})
	g.join("ada", api.Member)
	token := g.signIn("ada").AccessToken
	guess := map[string]any{"password": "another good password", "currentPassword": "guess guess"}
	for range 3 {
		g.send("PUT", "/api/v1/users/me", token, guess).refused(401, "current_password_is_invalid")
	}
	guess["currentPassword"] = password
	g.send("PUT", "/api/v1/users/me", token, guess).refused(429, "")
}
