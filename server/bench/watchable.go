package main

import (
	"context"
	"path/filepath"
	"time"

	"shoal/server/rig"
)

const (
	shortFilm = 20  // seconds
	longTimes = 180 // so many of them are an hour
)

// watchable measures an hour of H.264: it must be copied, not encoded.
func (b *bench) watchable(ctx context.Context) error {
	if err := b.up(ctx); err != nil {
		return err
	}
	short, long := filepath.Join(b.folder, "short.mp4"), filepath.Join(b.folder, "long.mp4")
	film := rig.Film{
		Width: 1920, Height: 1080, FPS: 30, Seconds: shortFilm,
		Codec: []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "1500k", "-maxrate", "2M", "-bufsize", "4M", "-g", "60", "-c:a", "aac", "-b:a", "96k"},
	}
	if err := film.Make(ctx, short); err != nil {
		return err
	}
	if err := rig.Repeat(ctx, short, long, longTimes); err != nil {
		return err
	}
	id, err := b.client.Upload(ctx, long, map[string]any{"name": "An hour"})
	if err != nil {
		return err
	}
	last := time.Now()
	if err := b.client.Watchable(ctx, id); err != nil {
		return err
	}
	b.add(row{name: "1 h of 1080p H.264 watchable after its last byte", ours: time.Since(last).Seconds(), unit: "s", target: 10})
	return b.client.API().Send(ctx, "DELETE", "/api/v1/videos/"+id, nil, nil) // the rest of its renditions would take an hour
}
