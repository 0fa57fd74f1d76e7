package api

import (
	"strings"
	"testing"
)

func TestPagesAskForTheCodeInASecondStep(t *testing.T) {
	o := newOffice(t)
	withinAStep(t)
	secret := o.enrol(o.adaID, o.ada)
	const path = "/api/v1/session"
	first := func() string {
		r := o.send("POST", path, "", map[string]any{"username": "ada@example.org", "password": password})
		r.refused(401, "missing_two_factor")
		step := r.header.Get("X-Shoal-Step")
		if step == "" || strings.Contains(step, password) || r.header.Get("Set-Cookie") != "" || r.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("got %v", r.header)
		}
		return step
	}
	step := first()
	with := func(step, code string) reply {
		return o.send("POST", path, "", map[string]any{"step": step, "code": code})
	}
	if wrong := o.send("POST", path, "", map[string]any{"username": "ada", "password": "wrong password"}); wrong.header.Get("X-Shoal-Step") != "" {
		t.Error("a step without the password")
	}
	with(step, "").refused(401, "missing_two_factor")
	with(step, "000000x").refused(400, "invalid_two_factor")
	right := code(t, secret, 0)
	end, rest, _ := strings.Cut(step, ".")
	name, sum, _ := strings.Cut(rest, ".")
	for _, forged := range []string{
		"x", ".", "..", end + "." + name + ".", "9999999999." + name + "." + sum, end + ".ZXZl." + sum, "1." + name + "." + sum, step + "A", strings.Repeat("9", 5000),
	} {
		r := with(forged, right)
		r.refused(400, "two_factor_step_ended")
		if r.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: a session", forged)
		}
	}
	r := o.send("POST", path, "", map[string]any{"step": step, "code": " " + right[:3] + " " + right[3:]})
	r.into(204, nil)
	if !strings.Contains(r.header.Get("Set-Cookie"), "shoal_session=") {
		t.Errorf("got %v", r.header)
	}
	with(step, right).refused(400, "invalid_two_factor")
	step = first()
	o.send("PUT", "/api/v1/users/me", o.ada, map[string]any{"password": "another good password", "currentPassword": password}).into(204, nil)
	with(step, code(t, secret, 1)).refused(400, "two_factor_step_ended")
}
