package transcode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/ffmpeg"
	"shoal/server/video"
)

const (
	stillLimit  = 20 * time.Second // for one try at a picture
	boardLimit  = 30 * time.Minute
	intoTheFilm = 0.2 // share of the length at which the picture is taken
	waveLength  = 600 // seconds of sound that are drawn
)

// stills makes thumbnails and previews unless there are some. A film without a picture is no failure.
func (w *work) stills(ctx context.Context) error {
	have, err := video.Images(ctx, w.DB, w.source.ID)
	if err != nil {
		return err
	}
	list, pictures, err := w.draw(ctx, have)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		w.Log.Warn("no thumbnail", "room", "transcode", "video", w.source.ID, "err", err)
		return abandon(ctx, w.DB, w.source.ID, thumbnail)
	}
	if err := w.keepStills(ctx, list, pictures); err != nil {
		return err
	}
	w.push(ctx, "processing")
	return nil
}

// draw tries the places where a picture may be found.
func (w *work) draw(ctx context.Context, have []video.Image) (list []still, pictures []*bytes.Buffer, err error) {
	features := w.tool.Features(ctx)
	type attempt struct {
		in      ffmpeg.Input
		stream  string
		filters []string
	}
	var tries []attempt
	switch p := w.probe; {
	case p.Video != nil:
		width, height := p.Video.Upright()
		list = without(stills(width, height, features.WebP), have)
		stream := fmt.Sprintf("[0:%d]", p.Video.Index)
		tries = []attempt{
			{w.input(seek(p.Duration * intoTheFilm)...), stream, frame(p, features.Zscale, list)},
			{w.input(), stream, frame(p, features.Zscale, list)},
		}
	default:
		list = without(stills(1280, 720, features.WebP), have)
		if p.Cover != nil {
			tries = append(tries, attempt{w.input(), fmt.Sprintf("[0:%d]", *p.Cover), []string{cover}})
		}
		tries = append(tries, attempt{w.input("-t", fmt.Sprint(waveLength)), fmt.Sprintf("[0:%d]", p.Audio[0].Index), []string{wave}})
	}
	if len(list) == 0 {
		return nil, nil, nil
	}
	for _, try := range tries {
		if pictures, err = w.take(ctx, try.in, stillArgs(try.filters, try.stream, list), len(list)); err == nil || ctx.Err() != nil {
			break
		}
	}
	return list, pictures, err
}

// without drops the kinds that the person has chosen pictures for.
func without(list []still, have []video.Image) []still {
	chosen := map[string]bool{}
	for _, i := range have {
		chosen[i.Kind] = true
	}
	var left []still
	for _, s := range list {
		if !chosen[s.kind] {
			left = append(left, s)
		}
	}
	return left
}

var errNoFrame = errors.New("no frame could be decoded")

// take runs ffmpeg for n pictures, all of which must come.
func (w *work) take(ctx context.Context, in ffmpeg.Input, args []string, n int) ([]*bytes.Buffer, error) {
	limited, cancel := context.WithTimeout(ctx, stillLimit)
	defer cancel()
	pictures := make([]*bytes.Buffer, n)
	to := make([]io.Writer, n)
	for i := range pictures {
		pictures[i] = &bytes.Buffer{}
		to[i] = pictures[i]
	}
	if err := w.tool.Run(limited, ffmpeg.Command{Inputs: []ffmpeg.Input{in}, Args: args, Outputs: to, Urgent: true}); err != nil {
		return nil, err
	}
	for _, p := range pictures {
		if p.Len() == 0 {
			return nil, errNoFrame
		}
	}
	return pictures, nil
}

func (w *work) keepStills(ctx context.Context, list []still, pictures []*bytes.Buffer) error {
	var keys []string
	images := make([]video.Image, len(list))
	for i, s := range list {
		images[i] = video.Image{Kind: s.kind, Filename: uuid.NewString() + "." + s.ending, Width: s.width, Height: s.height}
		key := "images/" + images[i].Filename
		if _, err := w.Store.Put(ctx, key, pictures[i]); err != nil {
			return errors.Join(err, w.Store.Delete(context.WithoutCancel(ctx), keys...))
		}
		keys = append(keys, key)
	}
	err := pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error {
		if len(list) > 0 {
			if err := w.alone(ctx, tx, list); err != nil {
				return err
			}
		}
		for _, i := range images {
			if err := video.AddImage(ctx, tx, w.source.ID, i); err != nil {
				return err
			}
		}
		return done(ctx, tx, w.source.ID, thumbnail)
	})
	if err != nil {
		err = errors.Join(err, w.Store.Delete(context.WithoutCancel(ctx), keys...))
	}
	if errors.Is(err, errDrawn) {
		return nil
	}
	return err
}

var errDrawn = errors.New("another job has drawn the pictures")

// alone makes sure that no other job of the video has kept its pictures meanwhile.
func (w *work) alone(ctx context.Context, tx pgx.Tx, list []still) error {
	var state string
	if err := tx.QueryRow(ctx, wanted, pgx.NamedArgs{"video": w.source.ID}).Scan(&state); err != nil {
		return err
	}
	have, err := video.Images(ctx, tx, w.source.ID)
	if err == nil && len(without(list, have)) < len(list) {
		err = errDrawn
	}
	return err
}

// board plans the storyboard if there is none.
func (w *work) board(ctx context.Context) (*board, error) {
	if w.probe.Video == nil {
		return nil, nil
	}
	have, err := video.Storyboards(ctx, w.DB, w.source.ID)
	if err != nil || len(have) > 0 {
		return nil, err
	}
	return newBoard(w.probe, w.probe.Duration), nil
}

// sketch makes the storyboard from keyframes alone.
func (w *work) sketch(ctx context.Context, b *board) error {
	limited, cancel := context.WithTimeout(ctx, boardLimit)
	defer cancel()
	w.making(nil, storyboard)
	err := w.tool.Run(limited, ffmpeg.Command{
		Inputs:   []ffmpeg.Input{w.input("-skip_frame", "nokey")},
		Args:     newRecipe(w.probe, w.Settings.Threads, w.tool.Features(ctx)).build(nil, b),
		Outputs:  []io.Writer{b},
		Progress: w.progress,
	})
	if err != nil && ctx.Err() != nil {
		return err
	}
	return w.keepBoard(ctx, b)
}

// keepBoard stores a storyboard; a film without one is no failure.
func (w *work) keepBoard(ctx context.Context, b *board) error {
	sprite, err := b.sprite()
	if err != nil || len(b.frames) == 0 {
		w.Log.Warn("no storyboard", "room", "transcode", "video", w.source.ID, "err", err)
		return abandon(ctx, w.DB, w.source.ID, storyboard)
	}
	file := uuid.NewString() + "." + jpegEnding
	key := "storyboards/" + file
	if _, err := w.Store.Put(ctx, key, bytes.NewReader(sprite)); err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error {
		if err := video.SetStoryboard(ctx, tx, w.source.ID, b.row(file)); err != nil {
			return err
		}
		return done(ctx, tx, w.source.ID, storyboard)
	})
	if err != nil {
		return errors.Join(err, w.Store.Delete(context.WithoutCancel(ctx), key))
	}
	return nil
}
