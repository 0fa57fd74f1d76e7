package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"shoal/server/config"
	"shoal/server/mail/mailtest"
	"shoal/server/rig"
	"shoal/shared/api"
)

// caller reads pages and sends forms, and runs nothing.
type caller struct {
	t    *testing.T
	site string
	http.Client
}

func call(t *testing.T, s stage) *caller {
	t.Helper()
	return &caller{t, s.site, http.Client{Jar: must(cookiejar.New(nil))(t)}}
}

// page gives where the caller ends up, the status and the page.
func (v *caller) page(path string) (at string, status int, body string) {
	v.t.Helper()
	return v.read(must(v.Get(v.site + path))(v.t))
}

func (v *caller) send(path string, form ...string) (at string, status int, body string) {
	v.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	return v.read(must(v.PostForm(v.site+path, values))(v.t))
}

func (v *caller) read(r *http.Response) (string, int, string) {
	v.t.Helper()
	defer func() { _ = r.Body.Close() }()
	b := must(io.ReadAll(r.Body))(v.t)
	return r.Request.URL.RequestURI(), r.StatusCode, string(b)
}

// in tells whether the caller is signed in.
func (v *caller) in() bool {
	v.t.Helper()
	_, status, _ := v.page("/api/v1/users/me")
	return status == 200
}

var links = regexp.MustCompile(`https?://\S+`)

// follow gives the path and the fields of the link in a letter.
func (v *caller) follow(l mailtest.Letter) (string, url.Values) {
	v.t.Helper()
	for _, link := range links.FindAllString(l.Plain, -1) {
		if u, err := url.Parse(link); err == nil && u.RawQuery != "" {
			return u.RequestURI(), u.Query()
		}
	}
	v.t.Fatalf("no link in %q", l.Plain)
	return "", nil
}

// change sets a part of the settings.
func (s stage) change(t *testing.T, settings map[string]any) {
	t.Helper()
	check(t, s.API().Send(soon(t), "PUT", "/api/v1/config/custom", settings, nil))
}

func withMail(box *mailtest.Box) func(*config.Config) {
	return func(c *config.Config) {
		c.Mail = config.Mail{Host: box.Host, Port: box.Port, TLS: "never", From: "shoal@videos.example"}
	}
}

func TestPeopleJoinOnPages(t *testing.T) {
	box := mailtest.New(t)
	s := play(t, withMail(box))
	join := func(more map[string]any) {
		in := map[string]any{"enabled": true, "requiresApproval": false, "requiresEmailVerification": false, "limit": -1}
		for k, v := range more {
			in[k] = v
		}
		s.change(t, map[string]any{"signup": in})
	}
	form := func(name string) []string {
		return []string{"username", name, "email", name + "@example.org", "password", "a good password"}
	}
	join(map[string]any{"enabled": false})
	v := call(t, s)
	if _, status, body := v.page("/signup"); status != 200 || strings.Contains(body, `name="username"`) || !strings.Contains(body, `data-state="empty"`) {
		t.Errorf("closed: %d", status)
	}
	if _, status, _ := v.send("/signup", form("mallory")...); status != 403 || v.in() {
		t.Errorf("joined where it is closed: %d", status)
	}

	join(nil)
	if _, status, body := v.send("/signup", "username", "ada", "email", "ada@example.org", "password", "x"); status != 400 || !strings.Contains(body, `value="ada"`) || !strings.Contains(body, `id="password-wrong"`) {
		t.Errorf("a short password: %d", status)
	}
	if at, status, _ := v.send("/signup", form("ada")...); at != "/" || status != 200 || !v.in() {
		t.Errorf("open: %s %d", at, status)
	}
	if _, status, body := call(t, s).send("/signup", form("ada")...); status != 409 || !strings.Contains(body, "already") {
		t.Errorf("the same name: %d", status)
	}

	join(map[string]any{"requiresEmailVerification": true})
	ben := call(t, s)
	if at, _, body := ben.send("/signup", form("ben")...); at != "/signup?sent=verify" || ben.in() || !strings.Contains(body, "Look into your mail") {
		t.Errorf("verified: %s", at)
	}
	_, fields := ben.follow(box.Take("ben@example.org"))
	if _, status, body := ben.send("/login", "username", "ben", "password", "a good password"); status != 400 || !strings.Contains(body, "/verify-account/ask-send-email") {
		t.Errorf("not confirmed: %d", status)
	}
	if at, _, _ := ben.send("/verify-account/ask-send-email", "email", "ben@example.org"); at != "/verify-account/email?done=sent" {
		t.Errorf("sent again: %s", at)
	}
	old := fields
	path, fields := ben.follow(box.Take("ben@example.org"))
	ben.page(path) // to look is not to confirm
	if _, status, _ := ben.send("/login", "username", "ben", "password", "a good password"); status != 400 {
		t.Errorf("confirmed by looking: %d", status)
	}
	confirm := func(fields url.Values) (string, int, string) {
		return ben.send("/verify-account/email", "userId", fields.Get("userId"), "verificationString", fields.Get("verificationString"))
	}
	if _, status, body := confirm(old); status != 403 || !strings.Contains(body, `role="alert"`) {
		t.Errorf("an old link: %d", status)
	}
	if at, _, _ := confirm(fields); at != "/verify-account/email?done=yes" {
		t.Errorf("confirmed: %s", at)
	}
	if ben.send("/login", "username", "ben", "password", "a good password"); !ben.in() {
		t.Error("ben cannot sign in")
	}

	join(map[string]any{"requiresApproval": true, "requiresEmailVerification": true})
	cara := call(t, s)
	if _, status, body := cara.send("/signup", append(form("cara"), "reason", "")...); status != 400 || !strings.Contains(body, `id="reason-wrong"`) {
		t.Errorf("without a reason: %d", status)
	}
	if at, _, _ := cara.send("/signup", append(form("cara"), "reason", "I film ducks.")...); at != "/signup?sent=asked-verify" {
		t.Errorf("asked: %s", at)
	}
	_, fields = cara.follow(box.Take("cara@example.org"))
	if at, _, _ := cara.send("/verify-account/email", "registrationId", fields.Get("registrationId"), "verificationString", fields.Get("verificationString")); at != "/verify-account/email?done=request" {
		t.Errorf("confirmed: %s", at)
	}
	var waiting api.Page[api.Registration]
	check(t, s.API().Get(soon(t), "/api/v1/users/registrations", &waiting))
	if waiting.Total != 1 || waiting.Data[0].Username != "cara" || waiting.Data[0].Reason != "I film ducks." {
		t.Errorf("got %+v", waiting)
	}
}

func TestAForgottenPasswordAndTheSecondStepOnPages(t *testing.T) {
	box := mailtest.New(t)
	s := play(t, withMail(box))
	v := call(t, s)
	for _, email := range []string{"nobody@example.org", "root@example.org"} {
		if at, status, _ := v.send("/forgot-password", "email", email); at != "/forgot-password?sent" || status != 200 {
			t.Errorf("%s: %s %d", email, at, status)
		}
	}
	path, fields := v.follow(box.Take("root@example.org"))
	if _, status, body := v.page(path); status != 200 || !strings.Contains(body, fields.Get("verificationString")) {
		t.Errorf("the link: %d", status)
	}
	set := func(secret, word string) (string, int, string) {
		return v.send("/reset-password", "userId", fields.Get("userId"), "verificationString", secret, "password", word)
	}
	const fresh = "another good password"
	if _, status, _ := set("GUESS", fresh); status != 403 {
		t.Errorf("a guess: %d", status)
	}
	if _, status, body := set(fields.Get("verificationString"), "x"); status != 400 || strings.Contains(body, `value="x"`) {
		t.Errorf("a short one: %d", status)
	}
	if at, _, body := set(fields.Get("verificationString"), fresh); at != "/login?done=password" || !strings.Contains(body, `role="status"`) {
		t.Errorf("set: %s", at)
	}
	if _, status, _ := set(fields.Get("verificationString"), fresh+"2"); status != 403 {
		t.Errorf("the same link again: %d", status)
	}

	c := &rig.Client{URL: s.site}
	check(t, c.SignIn(soon(t), rig.AdminName, fresh))
	var asked api.TwoFactor
	base := "/api/v1/users/" + fields.Get("userId") + "/two-factor"
	check(t, c.API().Send(soon(t), "POST", base+"/request", map[string]any{"currentPassword": fresh}, &asked))
	check(t, c.API().Send(soon(t), "POST", base+"/confirm-request", map[string]any{"requestToken": asked.Request.Token, "otpToken": code(t, asked.Request.Secret, -1)}, nil))

	_, status, body := v.send("/login", "username", rig.AdminName, "password", fresh, "next", "/about")
	step := regexp.MustCompile(`name="step" value="([^"]+)"`).FindStringSubmatch(body)
	if status != 401 || step == nil || !strings.Contains(body, `autocomplete="one-time-code"`) || strings.Contains(body, fresh) || v.in() {
		t.Fatalf("the first step: %d", status)
	}
	if _, status, body := v.send("/login", "step", step[1], "code", "12345x", "next", "/about"); status != 400 || !strings.Contains(body, step[1]) {
		t.Errorf("a wrong code: %d", status)
	}
	if at, _, _ := v.send("/login", "step", step[1], "code", code(t, asked.Request.Secret, 0), "next", "/about"); at != "/about" || !v.in() {
		t.Errorf("the second step ends at %s", at)
	}
	if _, status, body := call(t, s).send("/login", "step", "1.x.y", "code", "123456"); status != 400 || !strings.Contains(body, `name="password"`) {
		t.Errorf("a forged step: %d", status)
	}
}

// code is what an authenticator app shows some steps of 30 seconds from now (RFC 6238).
func code(t *testing.T, secret string, steps int64) string {
	t.Helper()
	h := hmac.New(sha1.New, must(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret))(t))
	_ = binary.Write(h, binary.BigEndian, time.Now().Unix()/30+steps)
	sum := h.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}
