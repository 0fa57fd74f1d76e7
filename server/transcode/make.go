package transcode

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/fmp4"
	"shoal/server/seed"
	"shoal/server/video"
)

const (
	stall      = 10 * time.Minute // without any progress
	longestGOP = 12               // seconds between keyframes of a copy
	someHours  = 12 * 3600        // seconds, when the length is unknown
	slackBytes = 64 << 20
)

// made is one rendition in the scratch folder.
type made struct {
	output
	path   string
	file   *os.File
	cutter *fmp4.Cutter
	pieces *seed.Pieces
	beside *beside
	result fmp4.Result
}

// encode makes outputs, and the storyboard when there is a board, in one run of ffmpeg.
func (w *work) encode(ctx context.Context, outputs []output, b *board) (list []*made, err error) {
	defer func() {
		for _, m := range list {
			m.beside.wait()
			m.file.Close()
		}
	}()
	var to []io.Writer
	for i, o := range outputs {
		m, err := w.open(i, o)
		if err != nil {
			return nil, disk(err)
		}
		list = append(list, m)
		to = append(to, m.cutter)
	}
	if b != nil {
		to = append(to, b)
	}
	err = w.tool.Run(ctx, ffmpeg.Command{
		Inputs:   []ffmpeg.Input{w.input()},
		Args:     newRecipe(w.probe, w.Settings.Threads, w.tool.Features(ctx)).build(outputs, b),
		Outputs:  to,
		Progress: w.progress,
		Urgent:   outputs[0].copyPicture,
		Stall:    stall,
	})
	if err != nil {
		return nil, disk(err)
	}
	for _, m := range list {
		m.beside.wait()
		if m.result, err = m.cutter.Close(); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return list, nil
}

func (w *work) input(options ...string) ffmpeg.Input {
	if w.Settings.Threads > 0 {
		options = append(options, "-threads", fmt.Sprint(w.Settings.Threads))
	}
	return ffmpeg.Input{Path: w.path, Format: w.probe.Format, Options: options}
}

// open prepares the writers of one output.
func (w *work) open(i int, o output) (*made, error) {
	path := filepath.Join(w.scratch, fmt.Sprintf("%d-%d.mp4", i, o.resolution))
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	seconds := cmp.Or(w.probe.Duration, someHours)
	expected := int64(seconds * float64(o.rate/2+o.soundRate) / 8)
	most := int64(max(seconds, 60)*float64(3*o.rate+2*o.soundRate))/8 + slackBytes
	if o.copyPicture || o.copySound {
		expected = w.source.Size
		most += 2 * w.source.Size
	}
	m := &made{output: o, path: path, file: f, pieces: seed.NewPieces(expected)}
	m.beside = newBeside(m.pieces)
	m.cutter = &fmp4.Cutter{To: io.MultiWriter(&flowing{file: f}, m.beside), Target: segment, Most: most}
	if o.copyPicture {
		m.cutter.Longest, m.cutter.Strict = longestGOP, true
	}
	return m, nil
}

// disk tells a full disk from other failures.
func disk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fail.Wrap(fail.NoSpace, err, "The server's disk is full.")
	}
	return err
}

// opening reads the first bytes of a file.
func opening(path string, size int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, size)
	_, err = io.ReadFull(f, b)
	return b, err
}

// keep moves a rendition into storage and adds its row; and is done in the same transaction.
func (w *work) keep(ctx context.Context, m *made, and func(pgx.Tx) error) error {
	id := uuid.NewString()
	f := video.File{
		Resolution: m.resolution, Language: m.language,
		Filename: fmt.Sprintf("%s-%d-fragmented.mp4", id, m.resolution), Playlist: fmt.Sprintf("%s-%d.m3u8", id, m.resolution),
		Width: m.width, Height: m.height, FPS: int(math.Round(m.fps)), Size: m.result.Size, Bandwidth: m.result.Bandwidth,
		Codecs: m.result.Codecs(), HasAudio: m.sound != nil, HasVideo: m.picture, Media: m.result.Media, SHA256: m.result.SHA256,
	}
	f.Media.URI = f.Filename
	var err error
	if f.Opening, err = opening(m.path, f.Media.Init.Size); err != nil {
		return err
	}
	key := "hls/" + w.source.UUID.String() + "/" + f.Filename
	if err := w.Store.Adopt(ctx, key, m.path); err != nil {
		return err
	}
	keys := []string{key}
	torrentFile, hash, err := seed.Make(ctx, w.Store, seed.Rendition{
		Site: w.Site, Video: w.source.UUID, Name: w.source.Name, Resolution: m.resolution, File: f.Filename, Privacy: w.source.Privacy, Pieces: m.pieces,
	})
	if err == nil {
		keys = append(keys, seed.Folder+torrentFile)
		f.Torrent, f.Infohash = torrentFile, hash[:]
		err = pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error {
			if err := w.current(ctx, tx); err != nil {
				return err
			}
			if err := video.AddFile(ctx, tx, w.source.ID, f); err != nil {
				return err
			}
			if err := done(ctx, tx, w.source.ID, m.name); err != nil {
				return err
			}
			return and(tx)
		})
	}
	if err != nil {
		return errors.Join(err, w.Store.Delete(context.WithoutCancel(ctx), keys...))
	}
	return nil
}

const presentKey = `SELECT key FROM video_source WHERE video_id = @video FOR SHARE`

// current refuses to go on when the file was replaced in the meantime.
func (w *work) current(ctx context.Context, tx pgx.Tx) error {
	var key string
	err := tx.QueryRow(ctx, presentKey, pgx.NamedArgs{"video": w.source.ID}).Scan(&key)
	if err == pgx.ErrNoRows || err == nil && key != w.source.Key {
		return gone(w.source.ID)
	}
	return err
}

func nothingMore(pgx.Tx) error { return nil }
