// Package ffmpeg runs ffmpeg and ffprobe on one local file: no network, no other files, bounded in time and memory, stopped with the context.
package ffmpeg

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tool is the ffmpeg of this machine.
type Tool struct {
	FFmpeg  string // paths
	FFprobe string
	Memory  int64 // bytes one child may hold

	once     sync.Once
	features Features
}

// Features are the optional parts of an ffmpeg that we make use of.
type Features struct {
	WebP   bool // encodes WebP
	Zscale bool // maps high dynamic range to what every screen shows
}

// Find looks for the programs; empty names mean those on the PATH.
func Find(ffmpeg, ffprobe string) (*Tool, error) {
	t := &Tool{FFmpeg: ffmpeg, FFprobe: ffprobe, Memory: memory()}
	for _, p := range []struct {
		path *string
		name string
	}{{&t.FFmpeg, "ffmpeg"}, {&t.FFprobe, "ffprobe"}} {
		if *p.path == "" {
			*p.path = p.name
		}
		found, err := exec.LookPath(*p.path)
		if err != nil {
			return nil, fmt.Errorf("%s is missing; on Debian and Ubuntu: sudo apt-get install ffmpeg: %w", p.name, err)
		}
		*p.path = found
	}
	return t, nil
}

const askLimit = 10 * time.Second

// Features asks ffmpeg once what it was built with.
func (t *Tool) Features(ctx context.Context) Features {
	t.once.Do(func() {
		var both sync.WaitGroup
		both.Go(func() { t.features.WebP = t.lists(ctx, "-encoders", "libwebp") })
		both.Go(func() { t.features.Zscale = t.lists(ctx, "-filters", "zscale", "tonemap") })
		both.Wait()
	})
	return t.features
}

// lists tells whether all of the names are in what ffmpeg says it has.
func (t *Tool) lists(ctx context.Context, what string, names ...string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askLimit)
	defer cancel()
	var out bytes.Buffer
	if err := t.child(ctx, urgent, t.FFmpeg, []string{"-v", "error", "-nostdin", what}, &out, nil); err != nil {
		return false
	}
	missing := slices.Clone(names)
	for line := range strings.Lines(out.String()) {
		if f := strings.Fields(line); len(f) > 1 {
			missing = slices.DeleteFunc(missing, func(name string) bool { return name == f[1] })
		}
	}
	return len(missing) == 0
}
