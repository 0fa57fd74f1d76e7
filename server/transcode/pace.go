package transcode

import (
	"context"
	"errors"
	"sync"
	"time"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/hub"
	"shoal/shared/api"
)

const beat = time.Second

// pace is the latest progress of the run at hand.
type pace struct {
	mu      sync.Mutex
	names   []string
	percent float64
	speed   float64
	left    int // seconds
	fresh   bool
}

// making says which renditions the next run makes.
func (w *work) making(outputs []output, more ...string) {
	w.pace.mu.Lock()
	defer w.pace.mu.Unlock()
	w.pace.names = more
	for _, o := range outputs {
		w.pace.names = append(w.pace.names, o.name)
	}
	w.pace.percent, w.pace.speed, w.pace.left, w.pace.fresh = 0, 0, 0, true
}

// progress takes ffmpeg's word.
func (w *work) progress(p ffmpeg.Progress) {
	w.pace.mu.Lock()
	defer w.pace.mu.Unlock()
	w.pace.speed, w.pace.fresh = p.Speed, true
	if d := w.probe.Duration; d > 0 {
		w.pace.percent = min(99, p.Time/d*100)
		if p.Speed > 0 {
			w.pace.left = max(0, int((d-p.Time)/p.Speed+0.5))
		}
	}
}

// report writes the progress down about once a second, and ends the work when nobody wants it any more. What it returns stops it.
func (w *work) report(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	ticks := time.NewTicker(beat)
	stopped := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case <-ticks.C:
				w.beat(ctx, cancel)
			case <-stopped:
				return
			}
		}
	})
	return func() {
		ticks.Stop()
		close(stopped)
		ended.Wait()
		cancel(nil)
	}
}

func (w *work) beat(ctx context.Context, cancel context.CancelCauseFunc) {
	w.pace.mu.Lock()
	names, percent, speed, left, fresh := w.pace.names, w.pace.percent, w.pace.speed, w.pace.left, w.pace.fresh
	w.pace.fresh = false
	w.pace.mu.Unlock()
	if !fresh || len(names) == 0 {
		return
	}
	if err := tell(ctx, w.DB, w.source.ID, names, percent, speed, left); err != nil {
		w.complain(ctx, err)
		return
	}
	err := w.send(ctx, w.DB, "processing")
	if fail.Is(err, fail.Gone) {
		cancel(err)
	} else if err != nil {
		w.complain(ctx, err)
	}
}

// push tells the owner's pages how far it is; a message that is lost is made up for by the next.
func (w *work) push(ctx context.Context, kind string) {
	if err := w.send(ctx, w.DB, kind); err != nil {
		w.complain(ctx, err)
	}
}

func (w *work) complain(ctx context.Context, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		w.Log.Warn("progress is not told", "room", "transcode", "video", w.source.ID, "err", err)
	}
}

func (w *work) send(ctx context.Context, q db.Q, kind string) error {
	p, err := Of(ctx, q, w.source.ID)
	if err == nil && p == nil {
		err = gone(w.source.ID)
	}
	if err != nil || w.source.MemberID == nil {
		return err
	}
	return hub.Send(ctx, q, *w.source.MemberID, api.Push{
		Type: kind, VideoUUID: w.source.UUID.String(), VideoName: w.source.Name, Processing: p,
	})
}
