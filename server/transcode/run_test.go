package transcode

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/hub"
	"shoal/server/job"
	"shoal/server/storage"
	"shoal/shared/api"
)

const patience = 90 * time.Second

// slow is an ffmpeg that takes as long to encode as the film lasts.
func slow(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncase \"$*\" in *libx264*) set -- -readrate 1 \"$@\" ;; esac\nexec ffmpeg \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// start works jobs until stop is called or the test ends.
func (p *place) start(t testing.TB) (stop func()) {
	t.Helper()
	r := job.New(p.DB, "here", slog.New(slog.DiscardHandler))
	if err := p.Register(r); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// hear gives the messages that the member's pages get.
func (p *place) hear(t testing.TB) <-chan []byte {
	t.Helper()
	h := hub.New(p.DB, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = h.Run(ctx) }()
	heard, stop := h.Listen(p.member)
	t.Cleanup(func() { stop(); cancel(); <-ended })
	return heard
}

// until waits for a message that satisfies ok.
func until(t testing.TB, heard <-chan []byte, ok func(api.Push) bool) api.Push {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case b := <-heard:
			var m api.Push
			if err := json.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			if ok(m) {
				return m
			}
		case <-limit:
			t.Fatal("the message did not come")
		}
	}
}

// rest tells whether a message says that renditions after the first are under way.
func rest(m api.Push) bool {
	if m.Processing == nil {
		return false
	}
	for _, r := range m.Processing.Renditions {
		if r.Name == "144p" && r.State == running && r.Percent > 5 {
			return true
		}
	}
	return false
}

func TestThePageHearsOfIt(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	heard := p.hear(t)
	p.FFmpeg = slow(t)
	p.start(t)
	v := p.upload(t, h264(t), false)
	first := until(t, heard, func(m api.Push) bool { return m.Type == "published" })
	if first.VideoUUID != v.UUID.String() || first.VideoName != "A film" {
		t.Errorf("got %+v", first)
	}
	under := until(t, heard, rest)
	for _, r := range under.Processing.Renditions {
		if r.Name == "144p" && (r.Speed <= 0 || r.TimeLeft <= 0 || r.Percent >= 100) {
			t.Errorf("got %+v", r)
		}
	}
	last := until(t, heard, func(m api.Push) bool { return m.Processing != nil && m.Processing.State == isDone })
	for _, r := range last.Processing.Renditions {
		if r.State != isDone || r.Percent != 100 {
			t.Errorf("got %+v", r)
		}
	}
}

func TestCancelStopsTheWork(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	heard := p.hear(t)
	p.FFmpeg = slow(t)
	p.start(t)
	v := p.upload(t, h264(t), false)
	until(t, heard, rest)
	if err := pgx.BeginFunc(t.Context(), p.DB, func(tx pgx.Tx) error { return Cancel(t.Context(), tx, v.ID) }); err != nil {
		t.Fatal(err)
	}
	p.await(t, idle)
	if got := names(p.files(t, v)); got != "360" {
		t.Errorf("got %s", got)
	}
	if left, err := os.ReadDir(p.Scratch); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAStoppedServerGoesOnWithoutLosingATry(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	heard := p.hear(t)
	working := p.FFmpeg
	p.FFmpeg = slow(t)
	stop := p.start(t)
	v := p.upload(t, h264(t), false)
	until(t, heard, rest)
	stop()
	var attempts, most int
	const left = `SELECT attempt, max_attempts FROM river_job WHERE kind = 'transcode_rest' AND state IN ('available', 'scheduled')`
	if err := p.DB.QueryRow(t.Context(), left).Scan(&attempts, &most); err != nil || attempts > most-5 {
		t.Errorf("%d of %d tries are used up, %v", attempts, most, err)
	}
	p.FFmpeg = working
	p.start(t)
	until(t, heard, func(m api.Push) bool { return m.Processing != nil && m.Processing.State == isDone })
	if got := names(p.files(t, v)); got != "360 144" {
		t.Errorf("got %s", got)
	}
}

// idle asks whether all work is done.
const idle = `SELECT count(*) = 0 FROM river_job WHERE kind LIKE 'transcode%' AND finalized_at IS NULL`

// await asks until the answer is yes.
func (p *place) await(t testing.TB, question string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for yes := false; !yes; {
		if err := p.DB.QueryRow(ctx, question).Scan(&yes); err != nil {
			t.Fatalf("%s: %v", question, err)
		}
	}
}

func TestWorkThatNobodyWantsEnds(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	heard := p.hear(t)
	p.tool.FFmpeg = slow(t)
	v := p.upload(t, h264(t), false)
	if err := p.First(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Rest(context.WithoutCancel(t.Context()), v.ID) }()
	until(t, heard, rest)
	if _, err := p.DB.Exec(t.Context(), `DELETE FROM video`); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "any more") {
		t.Errorf("got %v", err)
	}
}

// child is set in a process that this test starts in order to kill it: database, storage, scratch and ffmpeg.
const child = "SHOAL_TEST_TRANSCODER"

func TestMain(m *testing.M) {
	if v := os.Getenv(child); v != "" {
		serveChild(strings.Split(v, "|"))
		return
	}
	films.folder, _ = os.MkdirTemp("", "films")
	films.paths = map[string]string{}
	code := m.Run()
	os.RemoveAll(films.folder)
	os.Exit(code)
}

func serveChild(v []string) {
	ctx := context.Background()
	pool, err := db.Pool(ctx, v[0], 4)
	if err != nil {
		panic(err)
	}
	store, err := storage.Disk(v[1])
	if err != nil {
		panic(err)
	}
	r := job.New(pool, "here", slog.Default())
	t := &Transcoder{
		DB: pool, Store: store, Scratch: v[2], FFmpeg: v[3], Site: "http://shoal.example", Workers: 1, Log: slog.Default(),
		Settings: Settings{Resolutions: []int{144, 360}, MaxFPS: 60},
	}
	if err := t.Register(r); err != nil {
		panic(err)
	}
	panic(r.Run(ctx))
}

func TestAKilledServerGoesOnWhereItWas(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	folder := t.TempDir()
	store, err := storage.Disk(folder)
	if err != nil {
		t.Fatal(err)
	}
	p.Store = store
	heard := p.hear(t)
	v := p.upload(t, h264(t), false)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+strings.Join([]string{p.DB.Config().ConnString(), folder, p.Scratch, slow(t)}, "|"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, heard, rest)
	before := p.files(t, v)
	if len(encoders(t, folder)) == 0 {
		t.Fatal("no ffmpeg is at work")
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for limit := time.Now().Add(patience); len(encoders(t, folder)) > 0; {
		if time.Now().After(limit) {
			t.Fatal("ffmpeg outlives the server")
		}
	}
	if left, _ := os.ReadDir(p.Scratch); len(left) == 0 {
		t.Error("nothing was left: the kill came too late")
	}
	p.start(t)
	until(t, heard, func(m api.Push) bool { return m.Processing != nil && m.Processing.State == isDone })
	after := p.files(t, v)
	if names(after) != "360 144" || names(before) != "360" || after[0].Filename != before[0].Filename {
		t.Errorf("%s became %s", names(before), names(after))
	}
	keys, err := store.List(t.Context(), "hls/")
	if err != nil || len(keys) != len(after) {
		t.Errorf("%v, %v", keys, err)
	}
	p.await(t, idle) // a job tidies up behind itself after it has said that it is done
	if left, _ := os.ReadDir(p.Scratch); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// encoders are the processes that were given a path below folder.
func encoders(t testing.TB, folder string) []string {
	t.Helper()
	var found []string
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		if b, err := os.ReadFile(path); err == nil && strings.Contains(string(b), "file:"+folder) {
			found = append(found, path)
		}
	}
	return found
}
