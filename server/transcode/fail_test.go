package transcode

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

// fake is an ffmpeg that runs script when it should encode pictures.
func fake(t testing.TB, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncase \"$*\" in *libx264*) "+script+" ;; esac\nexec ffmpeg \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestALadderThatFailsLeavesTheRest(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 240, 360}, KeepOriginal: true})
	v := p.upload(t, h264(t), false)
	if err := p.First(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	working := p.tool.FFmpeg
	p.tool.FFmpeg = fake(t, `case "$*" in *scale=426*) echo "malloc of size 900 failed" >&2; exit 1 ;; esac`)
	err := p.settle(t.Context(), v.ID, false, p.Rest(t.Context(), v.ID))
	if err == nil {
		t.Fatal("it did not fail")
	}
	now := p.of(t, v)
	if now.State != failed || !strings.Contains(now.Reason, "memory") || !strings.Contains(now.Detail, "malloc of size") {
		t.Errorf("got %+v", now)
	}
	if got := names(p.files(t, v)); got != "360 144" || p.source(t, v).State != api.Published {
		t.Errorf("%s stays, in state %d", got, p.source(t, v).State)
	}
	p.tool.FFmpeg = working
	for p.take(t) != "" { // what was done by hand
	}
	if err := pgx.BeginFunc(t.Context(), p.DB, func(tx pgx.Tx) error { return Retry(t.Context(), tx, v.ID) }); err != nil {
		t.Fatal(err)
	}
	if got := names(p.process(t, v)); got != "360 240 144" || p.of(t, v).State != isDone {
		t.Errorf("%s, %+v", got, p.of(t, v))
	}
}

func TestAFullDiskIsTriedAgain(t *testing.T) {
	p := newPlace(t, Settings{})
	v := p.upload(t, h264(t), false)
	full := fail.New(fail.NoSpace, "The server's disk is full.")
	if err := p.settle(t.Context(), v.ID, false, full); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if now := p.of(t, v); now.State != waiting || !strings.Contains(now.Reason, "tried again later") {
		t.Errorf("got %+v", now)
	}
	if err := p.settle(t.Context(), v.ID, true, full); err == nil {
		t.Error("the last try passed")
	}
	if now := p.of(t, v); now.State != failed || p.source(t, v).State != api.TranscodingFailed {
		t.Errorf("got %+v", now)
	}
}

func TestChosenPicturesStay(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{360}})
	v := p.upload(t, h264(t), false)
	if err := video.AddImage(t.Context(), p.DB, v.ID, video.Image{Kind: video.Preview, Filename: "mine.jpg", Width: 850, Height: 480}); err != nil {
		t.Fatal(err)
	}
	p.process(t, v)
	all, err := video.Images(t.Context(), p.DB, v.ID)
	if err != nil || len(all) != 4 || all[0].Filename != "mine.jpg" || all[1].Kind != video.Thumbnail {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAFileWithoutMovingPicturesInside(t *testing.T) {
	p := newPlace(t, Settings{})
	for name, content := range map[string]string{"zip": "PK\x03\x04" + strings.Repeat("x", 100), "sixteen": "0123456789abcdef", "nothing": ""} {
		path := filepath.Join(t.TempDir(), "f.mp4")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		v := p.upload(t, path, false)
		if err := p.settle(t.Context(), v.ID, false, p.First(t.Context(), v.ID)); err == nil {
			t.Errorf("%s passed", name)
		}
		if now := p.of(t, v); now.State != failed || now.Reason == "" {
			t.Errorf("%s: %+v", name, now)
		}
	}
}
