package rig

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Film says what a made film is like.
type Film struct {
	Width, Height int
	FPS           int     // 0 for 25
	Seconds       float64 // of its length
	Silent        bool
	Picture       string   // a source of lavfi without size, rate and length; empty for testsrc2
	Codec         []string // ffmpeg's options of the encoders; empty for H.264 and AAC that browsers play
	Filter        string   // what is done to the picture, after the source
}

// Make writes the film to path; its ending says the container.
func (f Film) Make(ctx context.Context, path string) error {
	if f.FPS == 0 {
		f.FPS = 25
	}
	if f.Picture == "" {
		f.Picture = "testsrc2"
	}
	mark := "="
	if strings.Contains(f.Picture, "=") {
		mark = ":"
	}
	source := fmt.Sprintf("%s%ssize=%dx%d:rate=%d", f.Picture, mark, f.Width, f.Height, f.FPS)
	length := strconv.FormatFloat(f.Seconds, 'f', -1, 64)
	args := []string{"-v", "error", "-y", "-nostdin", "-f", "lavfi", "-i", source}
	if !f.Silent {
		args = append(args, "-f", "lavfi", "-i", "sine=frequency=330:beep_factor=4:sample_rate=48000")
	}
	if f.Filter != "" {
		args = append(args, "-vf", f.Filter)
	}
	if f.Codec == nil {
		f.Codec = []string{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", strconv.Itoa(2 * f.FPS), "-c:a", "aac", "-b:a", "96k"}
	}
	args = append(append(args, f.Codec...), "-t", length, path)
	return FFmpeg(ctx, args...)
}

// FFmpeg runs the machine's ffmpeg, being nice.
func FFmpeg(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "nice", append([]string{"ffmpeg"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("ffmpeg: %w: %s", err, out)
	}
	return nil
}

// Repeat writes a film that is path many times over, without encoding again.
func Repeat(ctx context.Context, path, to string, times int) error {
	list := to + ".txt"
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(list, []byte(strings.Repeat("file '"+abs+"'\n", times)), 0o644); err != nil {
		return err
	}
	defer os.Remove(list)
	return FFmpeg(ctx, "-v", "error", "-y", "-nostdin", "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", "-movflags", "+faststart", to)
}
