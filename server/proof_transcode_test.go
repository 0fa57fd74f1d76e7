package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

// long takes a single thread a while to work on, and its best rendition is a copy.
var long = rig.Film{
	Width: 854, Height: 480, Seconds: 30, Filter: "noise=alls=10:allf=t",
	Codec: []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "2M", "-g", "50", "-c:a", "aac"},
}

// slowly keeps the machine usable and the work long.
var slowly = []string{"SHOAL_TRANSCODING_THREADS=1", "SHOAL_TRANSCODING_RESOLUTIONS=144,240,360,480"}

// midway uploads a film and waits until one rendition is done and another on its way.
func midway(t *testing.T, c *rig.Client, path string) string {
	t.Helper()
	uuid := must(c.Upload(soon(t), path, nil))(t)
	check(t, rig.Until(soon(t), "the middle of the processing", func() (bool, error) {
		v, err := c.Video(soon(t), uuid)
		if err != nil || v.Processing == nil {
			return false, err
		}
		if v.Processing.State == "done" || v.Processing.State == "failed" {
			return false, fmt.Errorf("it ended before it could be disturbed: %+v", v.Processing)
		}
		running := slices.ContainsFunc(v.Processing.Renditions, func(r api.Rendition) bool { return r.State == "running" && r.Percent > 0 })
		return running && v.State.ID == api.Published && len(renditions(v)) > 0, nil
	}))
	return uuid
}

func renditions(v api.VideoDetails) map[string]int64 {
	m := map[string]int64{}
	for _, p := range v.StreamingPlaylists {
		for _, f := range p.Files {
			m[f.FileURL] = f.Size
		}
	}
	return m
}

func TestProcessingGoesOnAfterAPowerCut(t *testing.T) {
	data := dataFolder(t)
	p := run(t, data, slowly...)
	c := signedIn(t, p)
	uuid := midway(t, c, film(t, "long.mp4", long))
	before := must(c.Video(soon(t), uuid))(t)
	folder := filepath.Join(data, "storage", "hls", uuid)
	made := map[string]os.FileInfo{}
	for url := range renditions(before) {
		made[filepath.Base(url)] = must(os.Stat(filepath.Join(folder, filepath.Base(url))))(t)
	}
	powerCut(p)

	p = run(t, data, slowly...)
	c = signedIn(t, p)
	after := must(c.Processed(soon(t), uuid))(t)
	if after.Processing != nil && after.Processing.State != "done" {
		t.Fatalf("processing ended as %+v", after.Processing)
	}
	now := renditions(after)
	if len(now) < 4 {
		t.Errorf("only these renditions: %v", now)
	}
	for name, was := range made {
		is, err := os.Stat(filepath.Join(folder, name))
		if err != nil || !os.SameFile(was, is) || !was.ModTime().Equal(is.ModTime()) {
			t.Errorf("%s was finished and is made anew: %v", name, err)
		}
	}
	known := map[string]bool{}
	for url := range now {
		known[filepath.Base(url)] = true
	}
	for _, path := range kept(t, folder) {
		if !known[filepath.Base(path)] {
			t.Errorf("%s is left over", path)
		}
	}
	if left := kept(t, filepath.Join(data, "scratch")); len(left) > 0 {
		t.Errorf("left over in scratch: %v", left)
	}
	plays(t, after)
}

// plays decodes every rendition whole, as any player of HLS would.
func plays(t *testing.T, v api.VideoDetails) {
	t.Helper()
	for _, p := range v.StreamingPlaylists {
		urls := []string{p.PlaylistURL}
		for _, f := range p.Files {
			urls = append(urls, f.PlaylistURL)
		}
		for _, url := range urls {
			check(t, rig.FFmpeg(soon(t), "-v", "error", "-xerror", "-i", url, "-f", "null", "-"))
		}
	}
}

func TestTheServerEndsInTimeInTheMiddleOfWork(t *testing.T) {
	p := run(t, dataFolder(t), slowly...)
	c := signedIn(t, p)
	midway(t, c, film(t, "long.mp4", long))
	u := must(c.Begin(soon(t), "other.mp4", 1<<20, nil))(t)
	body := &stalled{bytes.NewReader(make([]byte, 1000)), make(chan struct{}), p.Ended()}
	failed := make(chan error, 1)
	go func() {
		_, err := c.Do(soon(t), "PUT", u.At, body, "Content-Type", "application/octet-stream", "Content-Range", contentRange(0, 1<<20, 1<<20))
		failed <- err
	}()
	<-body.sent
	family := rig.Family(p.PID())
	check(t, p.Stop())
	<-failed
	for _, pid := range family {
		if rig.Resident(pid) > 0 {
			t.Errorf("process %d of %v outlived the server", pid, family)
		}
	}
}
