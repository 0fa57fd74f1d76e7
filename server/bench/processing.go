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

const processingTurns = 3

// against uploads the film and compares with bare ffmpeg making the same files from one decode. They take turns, so that a slow minute of the machine meets both; medians count.
func (b *bench) against(ctx context.Context, name, path string) (id string, err error) {
	var ours, peers []float64
	var runs []command // of ffmpeg, as the server made them
	stop := b.record()
	for turn := range processingTurns {
		var took float64
		id, took, err = b.process(ctx, name, path)
		if turn == 0 {
			runs = stop()
		}
		if err != nil {
			return "", err
		}
		ours = append(ours, took)
		began := time.Now()
		for _, args := range append(alone(runs, b.folder), merge(runs, b.folder)) {
			if err := bare(ctx, path, args); err != nil {
				return "", err
			}
		}
		peers = append(peers, time.Since(began).Seconds())
	}
	b.add(row{name: name, ours: median(ours), peer: median(peers), unit: "s", target: 1.05})
	return id, nil
}

// process uploads the film and gives how many seconds pass from its last byte to its last rendition.
func (b *bench) process(ctx context.Context, name, path string) (id string, took float64, err error) {
	if id, err = b.client.Upload(ctx, path, map[string]any{"name": name}); err != nil {
		return "", 0, err
	}
	began := time.Now()
	v, err := b.client.Processed(ctx, id)
	took = time.Since(began).Seconds()
	if err == nil && v.Processing != nil && v.Processing.State == "failed" {
		err = fmt.Errorf("processing failed: %s %s", v.Processing.Reason, v.Processing.Detail)
	}
	return id, took, err
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
