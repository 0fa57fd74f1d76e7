package ffmpeg

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrStalled is a run that made no progress for too long.
var ErrStalled = errors.New("ffmpeg: no progress")

// Input is one local file.
type Input struct {
	Path    string
	Format  string   // the demuxer to use, from Probe
	Options []string // before -i, such as -ss
}

// Command is one run. Outputs are pipe:3, pipe:4 … in Args.
type Command struct {
	Inputs   []Input
	Args     []string // all that follows the inputs
	Outputs  []io.Writer
	Progress func(Progress) // may be nil
	Urgent   bool           // somebody waits: less nice than others
	Stall    time.Duration  // without progress this long it is ended; 0 for no bound
}

// Progress is how far a run is.
type Progress struct {
	Time  float64 // seconds of output made
	Speed float64 // times real time, 0 when unknown
	Frame int64
}

// Run runs ffmpeg until it ends, ctx ends or an output refuses.
func (t *Tool) Run(ctx context.Context, c Command) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	args := []string{"-v", "error", "-nostdin", "-nostats", "-progress", "pipe:1", "-stats_period", "0.5"}
	for _, in := range c.Inputs {
		args = append(args, guard...)
		args = append(args, "-max_pixels", strconv.Itoa(MaxPixels))
		if in.Format != "" {
			args = append(args, "-f", in.Format)
		}
		args = append(args, in.Options...)
		args = append(args, "-i", "file:"+in.Path)
	}
	r, w := io.Pipe()
	var reading sync.WaitGroup
	reading.Go(func() {
		watch := &watchdog{limit: c.Stall, bark: func() { cancel(ErrStalled) }}
		watch.reset()
		readProgress(r, func(p Progress) {
			watch.see(p)
			if c.Progress != nil {
				c.Progress(p)
			}
		})
		watch.stop()
	})
	nice := patient
	if c.Urgent {
		nice = urgent
	}
	err := t.child(ctx, nice, t.FFmpeg, append(args, c.Args...), w, c.Outputs)
	w.Close()
	reading.Wait()
	if errors.Is(context.Cause(ctx), ErrStalled) {
		return ErrStalled
	}
	return err
}

// watchdog barks when progress stands still.
type watchdog struct {
	limit time.Duration
	bark  func()
	timer *time.Timer
	last  Progress
}

func (w *watchdog) reset() {
	if w.limit > 0 {
		w.stop()
		w.timer = time.AfterFunc(w.limit, w.bark)
	}
}

func (w *watchdog) stop() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

func (w *watchdog) see(p Progress) {
	if p.Time > w.last.Time || p.Frame > w.last.Frame {
		w.last = p
		w.reset()
	}
}

// readProgress reads the blocks of -progress: key=value lines, the last of which is progress=.
func readProgress(r io.Reader, tell func(Progress)) {
	var p Progress
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		key, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		value = strings.TrimSpace(value)
		switch key {
		case "frame":
			p.Frame, _ = strconv.ParseInt(value, 10, 64)
		case "out_time_us":
			if us, err := strconv.ParseInt(value, 10, 64); err == nil && us > 0 {
				p.Time = float64(us) / 1e6
			}
		case "speed":
			p.Speed, _ = strconv.ParseFloat(strings.TrimSuffix(value, "x"), 64)
		case "progress":
			tell(p)
		}
	}
	_, _ = io.Copy(io.Discard, r)
}
