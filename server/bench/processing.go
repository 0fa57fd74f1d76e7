package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"shoal/server/rig"
)

// processing measures two sources: one whose best rendition is a copy, and one that must be encoded whole.
func (b *bench) processing(ctx context.Context) error {
	if err := b.up(ctx); err != nil {
		return err
	}
	path := filepath.Join(b.folder, "camera.mp4")
	if err := camera(60).Make(ctx, path); err != nil {
		return err
	}
	id, err := b.against(ctx, "processing 60 s of 1080p H.264", path)
	if err != nil {
		return err
	}
	b.film = id
	foreign := filepath.Join(b.folder, "foreign.mp4")
	film := rig.Film{Width: 1280, Height: 720, FPS: 30, Seconds: 20, Filter: "noise=alls=8:allf=t", Codec: []string{"-c:v", "mpeg4", "-q:v", "4", "-c:a", "aac", "-b:a", "128k"}}
	if err := film.Make(ctx, foreign); err != nil {
		return err
	}
	_, err = b.against(ctx, "processing 20 s of 720p MPEG-4 (no copy)", foreign)
	return err
}

// against uploads the film and compares with bare ffmpeg making the same files from one decode.
func (b *bench) against(ctx context.Context, name, path string) (string, error) {
	stop := b.record()
	id, err := b.client.Upload(ctx, path, map[string]any{"name": name})
	if err != nil {
		stop()
		return "", err
	}
	began := time.Now()
	v, err := b.client.Processed(ctx, id)
	ours, all := time.Since(began), stop()
	if err != nil {
		return "", err
	}
	if v.Processing != nil && v.Processing.State == "failed" {
		return "", fmt.Errorf("processing failed: %s %s", v.Processing.Reason, v.Processing.Detail)
	}
	began = time.Now()
	for _, args := range append(alone(all, b.folder), merge(all, b.folder)) {
		if err := bare(ctx, path, args); err != nil {
			return "", err
		}
	}
	b.add(row{name: name, ours: ours.Seconds(), peer: time.Since(began).Seconds(), unit: "s", target: 1.05})
	return id, nil
}

const ladderNice = "10" // as the server runs what takes long

// bare runs ffmpeg with the file as it was uploaded, at the same niceness.
func bare(ctx context.Context, path string, args []string) error {
	args = slices.Clone(args)
	args[slices.Index(args, "-i")+1] = path
	cmd := exec.CommandContext(ctx, "nice", append([]string{"-n", ladderNice, "ffmpeg", "-y"}, args...)...)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("bare ffmpeg: %w: %s", err, said)
	}
	return nil
}
