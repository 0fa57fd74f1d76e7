package transcode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/fmp4"
	"shoal/server/job"
	"shoal/server/video"
	"shoal/shared/api"
)

const (
	failedState = api.TranscodingFailed

	thumbnail  = "thumbnail"
	storyboard = "storyboard"
)

// work is one job at work on one video.
type work struct {
	*Transcoder
	source  video.Source
	path    string // of the source
	scratch string
	probe   *ffmpeg.Probe
	have    []video.File
	names   []string // renditions that the run at hand makes
	pace    pace
}

// on prepares the work on a video and does it.
func (t *Transcoder) on(ctx context.Context, videoID int64, step string, do func(context.Context, *work) error) error {
	w := &work{Transcoder: t}
	err := pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) (err error) {
		if err := begin(ctx, tx, videoID); err != nil {
			return err
		}
		if w.source, err = video.SourceOf(ctx, tx, videoID); err != nil {
			return err
		}
		w.have, err = video.Files(ctx, tx, videoID)
		return err
	})
	if err != nil {
		return err
	}
	var release func()
	if w.path, release, err = t.Store.Local(ctx, w.source.Key); err != nil {
		if fail.Is(err, fail.NotFound) {
			return fail.Wrap(fail.Unprocessable, err, "The uploaded file is gone.")
		}
		return err
	}
	defer release()
	if w.scratch, err = t.folder(videoID, step); err != nil {
		return err
	}
	defer os.RemoveAll(w.scratch)
	ctx, cancel := context.WithCancelCause(ctx)
	defer w.report(ctx, cancel)()
	return do(ctx, w)
}

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

// Quick makes a video watchable by encoding the quickest rendition.
func (t *Transcoder) Quick(ctx context.Context, videoID int64) error {
	return t.on(ctx, videoID, "quick", func(ctx context.Context, w *work) error {
		if err := w.recall(); err != nil {
			return err
		}
		p := t.Settings.plan(w.probe, false)
		if err := w.announce(ctx, p); err != nil {
			return err
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

// recall reads what First found out.
func (w *work) recall() error {
	if err := json.Unmarshal(w.source.Probe, &w.probe); err != nil {
		return fmt.Errorf("reading the probe: %w", err)
	}
	return nil
}

// note keeps what is known of the source.
func (w *work) note(ctx context.Context, seconds float64) error {
	w.probe.Duration = seconds
	raw, err := json.Marshal(w.probe)
	if err != nil {
		return err
	}
	width, height := 0, 0
	if w.probe.Video != nil {
		width, height = w.probe.Video.Upright()
	}
	return video.SetProbe(ctx, w.DB, w.source.ID, seconds, width, height, raw)
}

// announce lists all that will be made.
func (w *work) announce(ctx context.Context, p plan) error {
	names := []string{thumbnail}
	for _, o := range p.outputs {
		names = append(names, o.name)
	}
	if w.probe.Video != nil {
		names = append(names, storyboard)
	}
	err := pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error { return list(ctx, tx, w.source.ID, names) })
	if err == nil {
		w.push(ctx, "processing")
	}
	return err
}

// missing are the outputs that are not in storage yet.
func (w *work) missing(outputs []output) []output {
	return slices.DeleteFunc(slices.Clone(outputs), func(o output) bool {
		return slices.ContainsFunc(w.have, func(f video.File) bool { return f.Resolution == o.resolution && f.Language == o.language })
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
	if length := list[0].result.Media.Length(); w.probe.Duration == 0 || length < w.probe.Duration-1 || length > w.probe.Duration+1 {
		if err := w.note(ctx, length); err != nil {
			return err
		}
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

// Rest makes all renditions that are missing, and the storyboard.
func (t *Transcoder) Rest(ctx context.Context, videoID int64) error {
	return t.on(ctx, videoID, "rest", func(ctx context.Context, w *work) error {
		if err := w.recall(); err != nil {
			return err
		}
		p := t.Settings.plan(w.probe, false)
		if err := w.stills(ctx); err != nil {
			return err
		}
		if err := w.ladder(ctx, w.missing(p.outputs)); err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) error { return w.complete(ctx, tx) })
	})
}

// ladder makes outputs from the largest to the smallest in one decode, and the storyboard beside them.
func (w *work) ladder(ctx context.Context, outputs []output) error {
	b, err := w.board(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(outputs, func(a, b output) int { return b.resolution - a.resolution })
	if !slices.ContainsFunc(outputs, func(o output) bool { return o.picture }) && b != nil {
		if err := w.sketch(ctx, b); err != nil {
			return err
		}
		b = nil
	}
	if len(outputs) == 0 {
		return nil
	}
	var more []string
	if b != nil {
		more = append(more, storyboard)
	}
	w.making(outputs, more...)
	list, err := w.encode(ctx, outputs, b)
	if err != nil && bad(err) && len(outputs) > 1 {
		return w.singly(ctx, outputs)
	}
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := w.keep(ctx, m, nothingMore); err != nil {
			return err
		}
	}
	if b != nil {
		return w.keepBoard(ctx, b)
	}
	return nil
}

// singly makes outputs one by one, the smallest first, so that those that can be made are.
func (w *work) singly(ctx context.Context, outputs []output) error {
	for _, o := range slices.Backward(outputs) {
		if err := w.ladder(ctx, []output{o}); err != nil {
			return err
		}
	}
	return nil
}

// complete ends the work on a video.
func (w *work) complete(ctx context.Context, tx pgx.Tx) error {
	if err := w.publish(ctx, tx); err != nil {
		return err
	}
	if err := set(ctx, tx, w.source.ID, isDone, "", ""); err != nil {
		return err
	}
	if !w.Settings.KeepOriginal {
		if err := video.DropSource(ctx, tx, w.source.ID); err != nil {
			return err
		}
	}
	return w.send(ctx, tx, "processing")
}
