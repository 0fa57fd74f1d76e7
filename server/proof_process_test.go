package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"shoal/server/rig"
)

// dataFolder is one that PostgreSQL's unprivileged user can reach when we are root; the test's own folder is.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := must(os.MkdirTemp("", "shoal-proof-data-"))(t)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	check(t, os.Chmod(folder, 0o755))
	return filepath.Join(folder, "data")
}

// run starts the binary on a data folder, to be ended with the test at the latest.
func run(t testing.TB, data string, settings ...string) *rig.Program {
	t.Helper()
	binary := must(program())(t)
	p := must(rig.Run(soon(t), binary, data, append([]string{"SHOAL_LIMITS_API=1000000/1s", "SHOAL_TRANSCODING_RESOLUTIONS=144,240"}, settings...)...))(t)
	t.Cleanup(func() {
		powerCut(p)
		if t.Failed() {
			t.Logf("shoal said:\n%s", p.Log())
		}
	})
	return p
}

// powerCut ends the program and all it started at once, without a word.
func powerCut(p *rig.Program) {
	select {
	case <-p.Ended():
		return
	default:
	}
	family := rig.Family(p.PID())
	for _, pid := range family {
		_ = syscall.Kill(pid, syscall.SIGSTOP) // nobody sees another one go
	}
	for _, pid := range family {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-p.Ended()
}

func signedIn(t testing.TB, p *rig.Program) *rig.Client {
	t.Helper()
	c := &rig.Client{URL: p.URL}
	check(t, c.SignIn(soon(t), rig.AdminName, rig.AdminPassword))
	return c
}

func answers(t testing.TB, url string, want int) {
	t.Helper()
	a := must((&rig.Client{}).Do(soon(t), "GET", url, nil))(t)
	if a.Status != want {
		t.Errorf("%s: %d, want %d: %.300s", url, a.Status, want, a.Body)
	}
}

func TestAPowerCutLosesNothingOfTheDatabase(t *testing.T) {
	data := dataFolder(t)
	p := run(t, data)
	c := signedIn(t, p)
	name := "Kept through the power cut"
	check(t, c.API().Send(soon(t), "PUT", "/api/v1/users/me", map[string]string{"displayName": name}, nil))
	powerCut(p)
	if _, err := os.Stat(filepath.Join(data, "postgres", "postmaster.pid")); err != nil {
		t.Fatal("the test is to leave a stale pid file behind:", err)
	}
	p = run(t, data)
	answers(t, p.URL+"/readyz", http.StatusOK)
	var me struct {
		Account struct {
			DisplayName string `json:"displayName"`
		} `json:"account"`
	}
	check(t, signedIn(t, p).API().Get(soon(t), "/api/v1/users/me", &me))
	if me.Account.DisplayName != name {
		t.Errorf("got %q", me.Account.DisplayName)
	}
	check(t, p.Stop())
	if _, err := os.Stat(filepath.Join(data, "postgres", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Error("PostgreSQL was not stopped with the server:", err)
	}
}

func TestAKilledServerTakesItsDatabaseAlong(t *testing.T) {
	p := run(t, dataFolder(t))
	family := rig.Family(p.PID())
	if len(family) < 2 {
		t.Fatal("the private PostgreSQL is no child of the server")
	}
	p.Kill()
	ctx := soon(t)
	check(t, rig.Until(ctx, "its children to end", func() (bool, error) {
		for _, pid := range family[1:] {
			if rig.Resident(pid) > 0 {
				return false, nil
			}
		}
		return true, nil
	}))
}

func TestTwoPlatformsRunSideBySide(t *testing.T) {
	a, b := run(t, dataFolder(t)), run(t, dataFolder(t))
	for _, p := range []*rig.Program{a, b} {
		answers(t, p.URL+"/healthz", http.StatusOK)
		answers(t, p.URL+"/readyz", http.StatusOK)
		answers(t, p.URL+"/metrics", http.StatusOK)
	}
	ca, cb := signedIn(t, a), signedIn(t, b)
	check(t, ca.API().Send(soon(t), "PUT", "/api/v1/users/me", map[string]string{"displayName": "Only on the first"}, nil))
	var other struct {
		Account struct {
			DisplayName string `json:"displayName"`
		} `json:"account"`
	}
	check(t, cb.API().Get(soon(t), "/api/v1/users/me", &other))
	if other.Account.DisplayName == "Only on the first" {
		t.Error("two platforms share their people")
	}
	cb.Token = ca.Token
	if err := cb.API().Get(soon(t), "/api/v1/users/me", nil); err == nil {
		t.Error("a token of one platform opens the other")
	}
	check(t, a.Stop())
	answers(t, b.URL+"/readyz", http.StatusOK)
	check(t, b.Stop())
}

func TestOneDataFolderHasOneServer(t *testing.T) {
	data := dataFolder(t)
	p := run(t, data)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if second, err := rig.Run(ctx, must(program())(t), data); err == nil {
		powerCut(second)
		t.Fatal("a second server took the same data folder")
	}
	answers(t, p.URL+"/readyz", http.StatusOK)
}
