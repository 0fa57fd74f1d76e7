package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shoal/server/rig"
)

// bench is what the parts share: one platform in a temporary folder, and a film on it.
type bench struct {
	binary string
	runs   int
	rows   []row
	folder string
	server *rig.Program
	client *rig.Client
	film   string // UUID of the film that frames, bytes and ranges are measured with
	ends   []func()
}

func (b *bench) add(r row) { b.rows = append(b.rows, r) }

const startTime = 60 * time.Second

// up starts the platform, with the data it has.
func (b *bench) up(ctx context.Context) error {
	if b.server != nil {
		return nil
	}
	if b.folder == "" {
		if err := b.prepare(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	s, err := rig.Run(ctx, b.binary, filepath.Join(b.folder, "data"), "SHOAL_LIMITS_API=100000000/1s")
	if err != nil {
		return err
	}
	b.server, b.client = s, &rig.Client{URL: s.URL, Pause: 250 * time.Millisecond}
	return b.client.SignIn(ctx, rig.AdminName, rig.AdminPassword)
}

func (b *bench) down() error {
	if b.server == nil {
		return nil
	}
	err := b.server.Stop()
	b.server = nil
	return err
}

// prepare makes the folder, which PostgreSQL's unprivileged user can enter.
func (b *bench) prepare() (err error) {
	if _, err = os.Stat(b.binary); err != nil {
		return fmt.Errorf("%w (make build)", err)
	}
	if b.binary, err = filepath.Abs(b.binary); err != nil {
		return err
	}
	if b.folder, err = os.MkdirTemp("", "shoal-bench-"); err != nil {
		return err
	}
	b.ends = append(b.ends, func() { _ = os.RemoveAll(b.folder) })
	return os.Chmod(b.folder, 0o755)
}

// close ends everything that was started.
func (b *bench) close() {
	if err := b.down(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	for i := len(b.ends) - 1; i >= 0; i-- {
		b.ends[i]()
	}
}

// ready makes sure that there is a processed film; a short one when no part before made one.
func (b *bench) ready(ctx context.Context) error {
	if err := b.up(ctx); err != nil || b.film != "" {
		return err
	}
	path := filepath.Join(b.folder, "film.mp4")
	if err := camera(20).Make(ctx, path); err != nil {
		return err
	}
	id, err := b.client.Upload(ctx, path, map[string]any{"name": "Film of the bench"})
	if err != nil {
		return err
	}
	b.film = id
	v, err := b.client.Processed(ctx, id)
	if err == nil && v.Processing != nil && v.Processing.State == "failed" {
		err = fmt.Errorf("processing: %s %s", v.Processing.Reason, v.Processing.Detail)
	}
	return err
}

// camera is a film as cameras make them: full HD, noise in every frame, about 8 Mbit/s.
func camera(seconds float64) rig.Film {
	return rig.Film{
		Width: 1920, Height: 1080, FPS: 30, Seconds: seconds, Filter: "noise=alls=12:allf=t,gblur=sigma=0.6",
		Codec: []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "8M", "-maxrate", "9M", "-bufsize", "16M", "-g", "60", "-c:a", "aac", "-b:a", "128k"},
	}
}
