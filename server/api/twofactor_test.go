package api

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/shared/api"
)

// code is what an authenticator app shows some steps of 30 seconds from now.
func code(t *testing.T, secret string, steps int64) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	_ = binary.Write(h, binary.BigEndian, time.Now().Unix()/30+steps)
	sum := h.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// fresh waits for the beginning of a step when the present one is about to end, so that a test stays within one.
func withinAStep(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Unix()%30 > 20; {
		if time.Now().After(end) {
			t.Fatal("the clock stands")
		}
	}
}

func (g *rig) tokenWith(otp string, values ...string) reply {
	g.t.Helper()
	header := map[string]string{}
	if otp != "" {
		header["x-peertube-otp"] = otp
	}
	return g.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: g.form(append([]string{"grant_type", "password"}, values...)...), header: header})
}

// enrol turns the second factor of a member on and gives its secret.
func (o *office) enrol(id int64, token string) string {
	o.t.Helper()
	var asked api.TwoFactor
	o.send("POST", fmt.Sprintf("/api/v1/users/%d/two-factor/request", id), token, map[string]any{"currentPassword": password}).into(200, &asked)
	o.send("POST", fmt.Sprintf("/api/v1/users/%d/two-factor/confirm-request", id), token,
		map[string]any{"requestToken": asked.Request.Token, "otpToken": code(o.t, asked.Request.Secret, -1)}).into(204, nil)
	return asked.Request.Secret
}

func TestTheSecondFactor(t *testing.T) {
	o := newOffice(t)
	withinAStep(t)
	base := fmt.Sprintf("/api/v1/users/%d/two-factor", o.adaID)
	own := map[string]any{"currentPassword": password}
	o.send("POST", base+"/request", "", own).refused(401, "unauthorized_request")
	o.send("POST", base+"/request", o.eve, own).refused(403, "")
	o.send("POST", base+"/request", o.root, own).refused(403, "")
	o.send("POST", base+"/request", o.ada, map[string]any{"currentPassword": "wrong password"}).refused(403, "current_password_is_invalid")
	o.send("POST", "/api/v1/users/x/two-factor/request", o.ada, own).refused(400, "")
	o.send("POST", base+"/disable", o.ada, own).refused(400, "")
	var asked api.TwoFactor
	o.send("POST", base+"/request", o.ada, own).into(200, &asked)
	u, err := url.Parse(asked.Request.URI)
	if err != nil || u.Scheme != "otpauth" || u.Query().Get("secret") != asked.Request.Secret || !strings.Contains(u.Path, "ada") {
		t.Errorf("got %+v", asked)
	}
	// Without a confirmation nothing changes.
	o.tokenWith("", "username", "ada", "password", password).into(200, nil)
	confirm := func(token, request, code string) reply {
		return o.send("POST", base+"/confirm-request", token, map[string]any{"requestToken": request, "otpToken": code})
	}
	right := code(t, asked.Request.Secret, 0)
	confirm(o.ada, "", right).refused(400, "")
	confirm(o.ada, asked.Request.Token, "").refused(400, "")
	confirm(o.ada, "guess", right).refused(403, "")
	confirm(o.ada, asked.Request.Token, "000000x").refused(403, "")
	confirm(o.eve, asked.Request.Token, right).refused(403, "")
	confirm(o.ada, asked.Request.Token, right).into(204, nil)
	confirm(o.ada, asked.Request.Token, right).refused(400, "")
	o.send("POST", base+"/request", o.ada, own).refused(400, "")
	if l := o.box.Take("ada@example.org"); l.Subject != "Two-factor sign-in is on" {
		t.Errorf("got %+v", l)
	}
	var me api.User
	if o.get("/api/v1/users/me", o.ada).into(200, &me); !me.TwoFactorEnabled {
		t.Error("it does not show")
	}

	r := o.tokenWith("", "username", "ada", "password", password)
	r.refused(401, "missing_two_factor")
	if got := r.header.Get("x-peertube-otp"); got != "required; app" {
		t.Errorf("header %q", got)
	}
	o.tokenWith("000000", "username", "ada", "password", password).refused(400, "invalid_two_factor")
	o.tokenWith("", "username", "ada", "password", "wrong password").refused(400, "invalid_grant") // a guesser learns nothing of the factor
	// The code that turned it on, and older ones, are used up.
	o.tokenWith(right, "username", "ada", "password", password).refused(400, "invalid_two_factor")
	o.tokenWith(code(t, asked.Request.Secret, -1), "username", "ada", "password", password).refused(400, "invalid_two_factor")
	next := code(t, asked.Request.Secret, 1)
	o.tokenWith(next, "username", "ada", "password", "wrong password").refused(400, "invalid_grant") // does not use it up
	o.tokenWith(next, "username", "ada", "password", password).into(200, nil)
	o.tokenWith(next, "username", "ada", "password", password).refused(400, "invalid_two_factor")
	o.tokenWith(code(t, asked.Request.Secret, 5), "username", "ada", "password", password).refused(400, "invalid_two_factor")

	// Our own pages ask for it too.
	page := o.send("POST", "/api/v1/session", "", map[string]any{"username": "ada", "password": password})
	page.refused(401, "missing_two_factor")
	if page.header.Get("Set-Cookie") != "" {
		t.Error("a session without the second factor")
	}
	o.send("POST", base+"/disable", o.ada, map[string]any{"currentPassword": "wrong password"}).refused(403, "current_password_is_invalid")
	o.send("POST", base+"/disable", o.mod, nil).refused(403, "")
	o.send("POST", base+"/disable", o.eve, own).refused(403, "")
	o.send("POST", base+"/disable", o.ada, own).into(204, nil)
	o.tokenWith("", "username", "ada", "password", password).into(200, nil)
}

func TestACodeLetsOneIn(t *testing.T) {
	o := newOffice(t)
	withinAStep(t)
	secret := o.enrol(o.adaID, o.ada)
	now := code(t, secret, 0)
	var wg sync.WaitGroup
	statuses := make([]int, 6)
	body := o.form("grant_type", "password", "username", "ada", "password", password)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = o.ask(ask{method: "POST", path: "/api/v1/users/token", kind: formType, body: body, header: map[string]string{"x-peertube-otp": now}}).status
		})
	}
	wg.Wait()
	in := 0
	for _, s := range statuses {
		if s == 200 {
			in++
		}
	}
	if in != 1 {
		t.Errorf("%d came in by one code: %v", in, statuses)
	}
}

func TestCodesCannotBeGuessed(t *testing.T) {
	o := newOffice(t, func(s *Server) { s.Door.PerName.Most, s.Door.PerName.Within = 4, time.Hour })
	withinAStep(t)
	secret := o.enrol(o.adaID, o.ada)
	for i := range 4 {
		o.tokenWith(fmt.Sprintf("00000%d", i), "username", "ada", "password", password)
	}
	o.tokenWith(code(t, secret, 0), "username", "ada", "password", password).refused(429, "")
	// An administrator can help someone who lost the app.
	o.send("POST", fmt.Sprintf("/api/v1/users/%d/two-factor/disable", o.adaID), o.root, nil).into(204, nil)
}
