package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

// cliVersion is what npm called the latest when this was written.
const cliVersion = "1.0.3"

// cli is PeerTube's command line, with a home of its own.
type cli struct{ script, home string }

func (c cli) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "node", append([]string{c.script}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+c.home, "XDG_CONFIG_HOME="+filepath.Join(c.home, "config"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestPeerTubesCommandLineSignsInUploadsAndLists(t *testing.T) {
	s := play(t)
	// The command line keeps passwords in a .netrc, where they cannot have spaces.
	const name, password = "ada", "spaceless-secret"
	check(t, s.API().Send(soon(t), "POST", "/api/v1/users", map[string]any{
		"username": name, "password": password, "email": "ada@example.org", "role": api.Administrator, "videoQuota": -1, "videoQuotaDaily": -1,
	}, nil))
	ada := &rig.Client{URL: s.Client.URL}
	check(t, ada.SignIn(soon(t), name, password))
	folder := must(rig.Package(soon(t), "@peertube/peertube-cli", cliVersion))(t)
	c := cli{filepath.Join(folder, "dist", "peertube.js"), t.TempDir()}
	says := func(part string, args ...string) {
		t.Helper()
		out, err := c.run(soon(t), args...)
		if err != nil || !strings.Contains(out, part) {
			t.Fatalf("peertube %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	if out, err := c.run(soon(t), "auth", "add", "-u", s.site, "-U", name, "-p", "wrong"); err == nil && !strings.Contains(out, "invalid") {
		t.Errorf("a wrong password is taken: %s", out)
	}
	says("", "auth", "add", "-u", s.site, "-U", name, "-p", password)
	says(s.site, "auth", "list")

	path := film(t, "whole.mp4", small)
	picture := filepath.Join(t.TempDir(), "picture.jpg")
	check(t, rig.FFmpeg(soon(t), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=850x480", "-frames:v", "1", picture))
	says("", "upload", "-f", path, "-n", "From the command line", "-d", "Many words", "-t", "one,two", "-c", "3", "-l", "2", "-L", "fr",
		"-P", "1", "-s", "Thanks", "-b", picture, "--no-wait-transcoding")
	var list api.Page[api.Video]
	check(t, ada.API().Get(soon(t), "/api/v1/users/me/videos", &list))
	if len(list.Data) != 1 {
		t.Fatalf("there are %d videos", len(list.Data))
	}
	v := must(ada.Processed(soon(t), list.Data[0].UUID))(t)
	if v.Name != "From the command line" || v.Description == nil || *v.Description != "Many words" || len(v.Tags) != 2 ||
		*v.Category.ID != 3 || *v.Licence.ID != 2 || *v.Language.ID != "fr" || *v.Support != "Thanks" || v.Privacy.ID != api.Public {
		t.Errorf("got %+v", v)
	}
	out, err := c.run(soon(t), "get-access-token", "-u", s.site, "-n", name, "-p", password)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	guest := &rig.Client{URL: s.Client.URL, Token: strings.TrimSpace(out)}
	var me api.User
	check(t, guest.API().Get(soon(t), "/api/v1/users/me", &me))
	says("", "plugins", "list")
	says("", "redundancy", "list-my-redundancies")
}
