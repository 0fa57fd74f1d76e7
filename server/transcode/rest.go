package transcode

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"shoal/server/video"
)

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
	if err := w.measure(ctx, list[0]); err != nil {
		return err
	}
	var g errgroup.Group // most of keeping is waiting for the disk
	for _, m := range list {
		g.Go(func() error { return w.keep(ctx, m, nothingMore) })
	}
	if b != nil {
		g.Go(func() error { return w.keepBoard(ctx, b) })
	}
	return g.Wait()
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
