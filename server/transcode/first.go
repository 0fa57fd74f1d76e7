package transcode

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"shoal/server/ffmpeg"
	"shoal/server/fmp4"
	"shoal/server/job"
	"shoal/server/video"
	"shoal/shared/api"
)

// First looks at a video, draws its pictures and makes it watchable if that is light work: a copy, or sound alone.
func (t *Transcoder) First(ctx context.Context, videoID int64) error {
	return t.on(ctx, videoID, "first", func(ctx context.Context, w *work) (err error) {
		if w.probe, err = t.tool.Probe(ctx, w.path); err != nil {
			return err
		}
		if err := w.note(ctx, w.probe.Duration); err != nil {
			return err
		}
		p := t.Settings.plan(w.probe, true)
		if err := w.announce(ctx, p); err != nil {
			return err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return w.stills(ctx) })
		g.Go(func() error {
			if light := p.outputs[0].copyPicture || w.probe.Video == nil; !light && !w.watchable(p) {
				return w.pass(ctx, QuickArgs{videoID})
			}
			err := w.lead(ctx, p)
			if err != nil && p.outputs[0].copyPicture && bad(err) {
				return w.pass(ctx, QuickArgs{videoID})
			}
			return err
		})
		return g.Wait()
	})
}

// small is the most pixels of all frames together that are encoded in one go: 25 s of 1280 × 720 at 30 frames.
// The quickest rendition would be there hardly sooner, and a second decode would be for nothing.
const small = 25 * 30 * 1280 * 720

// short tells whether the film is so short that all is made at once.
func (w *work) short() bool {
	v := w.probe.Video
	return v != nil && w.probe.Duration > 0 && float64(v.Width*v.Height)*v.FPS*w.probe.Duration <= w.small
}

// Quick makes a video watchable by encoding the quickest rendition, or all of a short film.
func (t *Transcoder) Quick(ctx context.Context, videoID int64) error {
	return t.on(ctx, videoID, "quick", func(ctx context.Context, w *work) error {
		if err := w.recall(); err != nil {
			return err
		}
		p := t.Settings.plan(w.probe, false)
		if err := w.announce(ctx, p); err != nil {
			return err
		}
		if w.short() && !w.watchable(p) {
			if err := w.ladder(ctx, w.missing(p.outputs)); err != nil {
				return err
			}
			return pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error { return w.handOver(ctx, tx) })
		}
		return w.lead(ctx, p)
	})
}

// pass leaves the work to another job.
func (w *work) pass(ctx context.Context, next river.JobArgs) error {
	return pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error {
		if err := set(ctx, tx, w.source.ID, waiting, "", ""); err != nil {
			return err
		}
		return job.Add(ctx, tx, next)
	})
}

// watchable tells whether enough was made before.
func (w *work) watchable(p plan) bool {
	picture := w.probe.Video == nil || slices.ContainsFunc(w.have, func(f video.File) bool { return f.HasVideo })
	return picture && !slices.ContainsFunc(w.missing(p.outputs[:p.first]), func(o output) bool { return !o.picture })
}

// lead makes the first renditions and hands the video over.
func (w *work) lead(ctx context.Context, p plan) error {
	if w.watchable(p) {
		return pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error { return w.handOver(ctx, tx) })
	}
	outputs := w.missing(p.outputs[:p.first])
	w.making(outputs)
	list, err := w.encode(ctx, outputs, nil)
	if err != nil {
		return err
	}
	if err := w.measure(ctx, list[0]); err != nil {
		return err
	}
	for i, m := range list {
		err := w.keep(ctx, m, func(tx pgx.Tx) error {
			if i < len(list)-1 {
				return nil
			}
			return w.handOver(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	w.push(ctx, "processing")
	return nil
}

// bad tells errors that encoding anew may get around.
func bad(err error) bool {
	var child *ffmpeg.Error
	for _, kind := range []error{fmp4.ErrBroken, fmp4.ErrCodec, fmp4.ErrLongGap, fmp4.ErrNotIDR, fmp4.ErrTooBig, fmp4.ErrTooLarge, fmp4.ErrNoPicture} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return errors.As(err, &child)
}

// measure corrects the length that the source claims by that of what was made of it.
func (w *work) measure(ctx context.Context, m *made) error {
	length := m.result.Media.Length()
	if w.probe.Duration > 0 && math.Abs(length-w.probe.Duration) <= 1 {
		return nil
	}
	return w.note(ctx, length)
}

const hasPlaylist = `SELECT EXISTS (SELECT FROM video_playlist_hls WHERE video_id = @video)`

// handOver publishes a video that is watchable and asks for the rest.
func (w *work) handOver(ctx context.Context, tx pgx.Tx) error {
	var named bool
	if err := tx.QueryRow(ctx, hasPlaylist, pgx.NamedArgs{"video": w.source.ID}).Scan(&named); err != nil {
		return err
	}
	if id := uuid.NewString(); !named {
		if err := video.SetPlaylist(ctx, tx, w.source.ID, id+"-master.m3u8", id+"-segments-sha256.json"); err != nil {
			return err
		}
	}
	if !w.source.WaitTranscoding {
		if err := w.publish(ctx, tx); err != nil {
			return err
		}
	}
	if err := set(ctx, tx, w.source.ID, waiting, "", ""); err != nil {
		return err
	}
	return job.Add(ctx, tx, RestArgs{w.source.ID})
}

func (w *work) publish(ctx context.Context, tx pgx.Tx) error {
	if w.source.State == api.Published {
		return nil
	}
	w.source.State = api.Published
	if err := video.Publish(ctx, tx, w.source.ID); err != nil {
		return err
	}
	return w.send(ctx, tx, "published")
}
