package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"shoal/server/rig"
	"shoal/shared/hls"
)

// bench is a platform in a temporary folder with one film on it.
type bench struct {
	binary    string
	pace, big float64
	cut       float64
	server    *rig.Program
	meetings  meetings
	results   []result
	ends      []func()
}

// up starts the platform and puts the film on it.
func (b *bench) up(ctx context.Context) (*film, error) {
	path, err := source(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "shoal-swarm-")
	if err != nil {
		return nil, err
	}
	b.ends = append(b.ends, func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil { // for PostgreSQL's user
		return nil, err
	}
	binary, err := filepath.Abs(b.binary)
	if err != nil {
		return nil, err
	}
	b.server, err = rig.Run(ctx, binary, filepath.Join(folder, "data"), "SHOAL_LIMITS_API=100000000/1s", "SHOAL_TRANSCODING_RESOLUTIONS=360")
	if err != nil {
		return nil, err
	}
	b.ends = append(b.ends, func() {
		if err := b.server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	})
	c := &rig.Client{URL: b.server.URL, Pause: 250 * time.Millisecond}
	if err := c.SignIn(ctx, rig.AdminName, rig.AdminPassword); err != nil {
		return nil, err
	}
	channel, err := c.ChannelID(ctx)
	if err != nil {
		return nil, err
	}
	uuid, err := c.Upload(ctx, path, map[string]any{"channelId": channel, "name": "Ten minutes", "privacy": 1})
	if err != nil {
		return nil, err
	}
	d, err := c.Processed(ctx, uuid)
	if err != nil {
		return nil, err
	}
	if len(d.StreamingPlaylists) == 0 || len(d.StreamingPlaylists[0].Files) == 0 {
		return nil, fmt.Errorf("nothing was made of the film: %+v", d.Processing)
	}
	v := d.StreamingPlaylists[0].Files[0]
	f := &film{uuid: uuid, address: v.FileURL, infohash: v.Infohash}
	return f, f.read(ctx, v.PlaylistURL)
}

func (f *film) read(ctx context.Context, playlist string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, playlist, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if f.media, err = hls.ParseMedia(string(text)); err == nil && len(f.media.Segments) == 0 {
		err = fmt.Errorf("%s has no segments", playlist)
	}
	return err
}

// source is the film, made once on a machine.
func source(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, "shoal-bench", fmt.Sprintf("swarm-%d-%d.mp4", filmSeconds, filmBits))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	part := path + ".part.mp4"
	one := path + ".minute.mp4"
	rate := fmt.Sprint(filmBits - 96_000)
	f := rig.Film{Width: 640, Height: 360, Seconds: 60, Filter: "noise=alls=20:allf=t", Codec: []string{
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate,
		"-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-b:a", "96k",
	}}
	if err := f.Make(ctx, one); err != nil {
		return "", err
	}
	defer os.Remove(one)
	if err := rig.Repeat(ctx, one, part, filmSeconds/60); err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

func (b *bench) close() {
	for i := len(b.ends) - 1; i >= 0; i-- {
		b.ends[i]()
	}
}
