package api

import (
	"fmt"
	"strings"
	"testing"

	"shoal/server/instance"
	"shoal/shared/api"
)

func TestAForgottenPassword(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/users/ask-reset-password"
	o.send("POST", path, "", map[string]any{"email": "ADA@example.org"}).into(204, nil)
	secret := o.proof("ada@example.org")
	reset := func(id int64, secret, password string) reply {
		return o.send("POST", fmt.Sprintf("/api/v1/users/%d/reset-password", id), "", map[string]any{"verificationString": secret, "password": password})
	}
	const fresh = "another good password"
	reset(o.adaID, "guess", fresh).refused(403, "")
	reset(o.eveID, secret, fresh).refused(403, "") // someone else's link
	reset(999999, secret, fresh).refused(404, "")
	reset(o.adaID, "", fresh).refused(400, "")
	reset(o.adaID, secret, "short").refused(400, "")
	o.signIn("ada") // nothing changed so far
	reset(o.adaID, secret, fresh).into(204, nil)
	reset(o.adaID, secret, fresh).refused(403, "") // works once
	o.get("/api/v1/users/me", o.ada).refused(401, "invalid_token")
	o.token("grant_type", "password", "username", "ada", "password", password).refused(400, "invalid_grant")
	o.token("grant_type", "password", "username", "ada", "password", fresh).into(200, nil)
	if l := o.box.Take("ada@example.org"); l.Subject != "Your password was changed" {
		t.Errorf("got %+v", l)
	}
	o.signIn("eve")

	// Nobody learns who is a member; those who are blocked get no letter.
	o.exec(`UPDATE member SET blocked = true WHERE username = 'eve'`)
	for _, email := range []string{"nobody@example.org", "eve@example.org"} {
		if r := o.send("POST", path, "", map[string]any{"email": email}); r.status != 204 || len(r.body) != 0 {
			t.Errorf("%s: %d %s", email, r.status, r.body)
		}
	}
	await(t, o.pool, 3, `SELECT count(*) FROM river_job WHERE kind = 'email-asked' AND state = 'completed'`)
	if n := o.box.Count("nobody@example.org") + o.box.Count("eve@example.org"); n != 0 {
		t.Errorf("%d letters", n)
	}
	o.send("POST", path, "", map[string]any{"email": "nowhere"}).refused(400, "")
	o.send("POST", path, "", map[string]any{}).refused(400, "")
}

func TestALinkForAPasswordRunsOutAndEndsWithTheNext(t *testing.T) {
	o := newOffice(t)
	ask := func() string {
		o.send("POST", "/api/v1/users/ask-reset-password", "", map[string]any{"email": "ada@example.org"}).into(204, nil)
		return o.proof("ada@example.org")
	}
	reset := func(secret string) reply {
		return o.send("POST", fmt.Sprintf("/api/v1/users/%d/reset-password", o.adaID), "", map[string]any{"verificationString": secret, "password": "another good password"})
	}
	first, second := ask(), ask()
	reset(first).refused(403, "")
	o.exec(`UPDATE proof SET expires_at = now() - interval '1 second'`)
	reset(second).refused(403, "")
	third := ask()
	// A link that was sent to an address which is not theirs any more is worth nothing.
	o.exec(`UPDATE member SET email = 'moved@example.org' WHERE username = 'ada'`)
	reset(third).refused(403, "")
	o.signIn("ada")
	if n := o.count(`SELECT count(*) FROM proof WHERE convert_from(hash, 'LATIN1') = $1`, third); n != 0 {
		t.Error("the secret is stored as it is")
	}
}

func TestWithoutAMailServerNoLetterIsPromised(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	for _, path := range []string{"/users/ask-reset-password", "/users/ask-send-verify-email", "/users/registrations/ask-send-verify-email"} {
		g.send("POST", "/api/v1"+path, "", map[string]any{"email": "ada@example.org"}).refused(409, "")
	}
}

func TestANewAddressIsConfirmedFirst(t *testing.T) {
	o := newOffice(t)
	o.set(func(s *instance.Settings) { s.SignUp.Verify = true })
	change := func(email string) reply {
		return o.send("PUT", "/api/v1/users/me", o.ada, map[string]any{"email": email, "currentPassword": password})
	}
	change("new@example.org").into(204, nil)
	l := o.box.Take("new@example.org")
	secret := secretOf.FindStringSubmatch(l.Plain)[1]
	if !strings.Contains(l.Plain, "isPendingEmail=true") {
		t.Errorf("got %s", l.Plain)
	}
	var me api.User
	o.get("/api/v1/users/me", o.ada).into(200, &me)
	if me.Email != "ada@example.org" || *me.PendingEmail != "new@example.org" {
		t.Errorf("got %+v", me)
	}
	path := fmt.Sprintf("/api/v1/users/%d/verify-email", o.adaID)
	o.send("POST", path, "", map[string]any{"verificationString": "guess", "isPendingEmail": true}).refused(403, "")
	o.send("POST", path, "", map[string]any{"verificationString": secret, "isPendingEmail": true}).into(204, nil)
	o.get("/api/v1/users/me", o.ada).into(200, &me)
	if me.Email != "new@example.org" || me.PendingEmail != nil || !*me.EmailVerified {
		t.Errorf("got %+v", me)
	}
	// Whose the address is shows only to those who read its mail.
	change("eve@example.org").into(204, nil)
	secret = o.proof("eve@example.org")
	o.send("POST", path, "", map[string]any{"verificationString": secret, "isPendingEmail": true}).refused(409, "")
}
