package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/config"
	"shoal/server/rig"
	"shoal/shared/api"
)

func TestTheFirstAdministratorComesByTheLink(t *testing.T) {
	data := dataFolder(t)
	p := run(t, data, "SHOAL_ADMIN_USERNAME=", "SHOAL_ADMIN_PASSWORD=", "SHOAL_ADMIN_EMAIL=")
	check(t, rig.Until(soon(t), "the link in the log", func() (bool, error) { return p.Setup() != "", nil }))
	cmd := exec.Command(must(program())(t), "setup-link")
	cmd.Env = append(cmd.Environ(), "SHOAL_DATA="+data, "SHOAL_URL="+p.URL)
	link := strings.TrimSpace(string(must(cmd.Output())(t)))
	if !strings.HasPrefix(link, p.URL+"/setup?token=") {
		t.Fatalf("setup-link says %q", link)
	}
	v := enter(t)
	v.open(link)
	v.until(`document.querySelector('main[data-page=setup]')`)
	v.write(`[name="username"]`, "ada")
	v.write(`[name="email"]`, "ada@example.org")
	v.write(`[name="password"]`, "a long enough secret")
	v.click(test("setup-go"))
	v.until(`location.pathname !== '/setup'`)
	c := &rig.Client{URL: p.URL}
	check(t, c.SignIn(soon(t), "ada", "a long enough secret"))
	var me api.User
	check(t, c.API().Get(soon(t), "/api/v1/users/me", &me))
	if me.Role.ID != api.Administrator || len(me.VideoChannels) != 1 {
		t.Errorf("role %+v with %d channels", me.Role, len(me.VideoChannels))
	}
	again := enter(t)
	again.open(link)
	again.until(`document.querySelector('main:not([data-page=setup])')`)
}

func TestABrokenFileSaysSoOnThePage(t *testing.T) {
	s := play(t, func(c *config.Config) { c.Transcoding.Workers = 1 })
	path := film(t, "whole.mp4", small)
	broken := cutShort(t, path)
	v := enter(t)
	v.signIn(s, "/videos/publish")
	v.live("publish")
	v.sees(test("file"))
	check(t, v.Pick(test("file"), broken))
	v.click(test("publish-go"))
	v.sees(`[data-test="upload"][data-state="broken"]`)
	v.sees(test("retry"))
	v.quiet()
}

// cutShort gives the first half of a film, whose index at the end is missing.
func cutShort(t *testing.T, path string) string {
	t.Helper()
	b := must(os.ReadFile(path))(t)
	short := filepath.Join(t.TempDir(), "Broken.mp4")
	check(t, os.WriteFile(short, b[:len(b)/2], 0o644))
	return short
}
