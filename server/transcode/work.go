package transcode

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
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

// recall reads what First found out.
func (w *work) recall() error {
	if err := json.Unmarshal(w.source.Probe, &w.probe); err != nil {
		return fmt.Errorf("reading the probe: %w", err)
	}
	return nil
}
