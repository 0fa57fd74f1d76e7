package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/config"
	"shoal/server/db/dbtest"
	"shoal/server/rig"
	"shoal/static"
)

// patience bounds every wait for something that must come; it is long because the machine may be busy.
const patience = 3 * time.Minute

func TestMain(m *testing.M) {
	code := m.Run()
	for _, end := range ends {
		end()
	}
	os.Exit(code)
}

// ends is what all tests of this run share and must be ended after the last.
var ends []func()

// browser is one for all tests of a run; each test has tabs of its own.
var browser = sync.OnceValues(func() (*rig.Browser, error) {
	b, err := rig.Launch()
	if err == nil {
		ends = append(ends, b.Close)
	}
	return b, err
})

// program is the binary, built once in a run.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "shoal-proof-")
	if err != nil {
		return "", err
	}
	ends = append(ends, func() { _ = os.RemoveAll(folder) })
	path := filepath.Join(folder, "shoal")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building shoal: %w\n%s", err, out)
	}
	return path, nil
})

func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stage is the real Server in this process, on a port and a database of its own.
type stage struct {
	*Server
	*rig.Client
	data string
	site string // the public address, as browsers use it
}

// play starts a Server and ends it with the test. The client is signed in as the first administrator.
func play(t testing.TB, change ...func(*config.Config)) stage {
	t.Helper()
	if !static.Built() {
		t.Fatal("what browsers load is not built: make assets")
	}
	c := config.Default()
	c.Listen, c.URL = "127.0.0.1:0", "http://127.0.0.1:0"
	c.Data, c.DatabaseURL = t.TempDir(), dbtest.URL(t)
	c.Admin = config.Admin{Username: rig.AdminName, Password: rig.AdminPassword, Email: "root@example.org"}
	c.Limits.API = config.Rate{Times: 1_000_000, Per: time.Second}
	c.Transcoding.Resolutions = []int{144, 240}
	for _, f := range change {
		f(&c)
	}
	said := &lines{}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := New(ctx, c, slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		cancel()
		t.Fatalf("%v\n%s", err, said)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with: %v", err)
		}
		if t.Failed() {
			t.Logf("the server said:\n%s", said)
		}
	})
	p := stage{s, &rig.Client{URL: "http://" + s.Addr()}, c.Data, s.URL()}
	check(t, p.SignIn(soon(t), rig.AdminName, rig.AdminPassword))
	return p
}

// lines keeps what a log says, for when a test fails.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// tab is a page of a new visitor.
func tab(t testing.TB) *rig.Tab {
	t.Helper()
	b := must(browser())(t)
	p := must(b.Tab())(t)
	t.Cleanup(p.Close)
	return p
}

// film makes a small film in the test's own folder.
func film(t testing.TB, name string, f rig.Film) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, f.Make(soon(t), path))
	return path
}

// small is a film that is made and processed in a moment.
var small = rig.Film{Width: 320, Height: 180, Seconds: 6}

// publish uploads a film and waits until all is made of it.
func (s stage) publish(t testing.TB, path, name string) (uuid string) {
	t.Helper()
	ctx := soon(t)
	uuid = must(s.Upload(ctx, path, map[string]any{"name": name}))(t)
	if v := must(s.Processed(ctx, uuid))(t); v.Processing != nil && v.Processing.State == "failed" {
		t.Fatalf("processing failed: %s\n%s", v.Processing.Reason, v.Processing.Detail)
	}
	return uuid
}
