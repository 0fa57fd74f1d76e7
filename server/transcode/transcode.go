// Package transcode turns an uploaded file into renditions, pictures and a storyboard.
//
// Up to three jobs work on a video, each in a queue of its own, so that a long ladder keeps nobody's upload waiting: the first looks at it
// and copies it if browsers play it as it is; if not, another encodes the quickest rendition; the last makes the rest of the ladder in one decode.
// All look at what is there already, so they can be done again at any time.
package transcode

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/job"
	"shoal/server/storage"
	"shoal/server/video"
)

// Args asks for a look at an upload, and for its first rendition if that is light work.
type Args struct {
	VideoID int64 `json:"video_id"`
}

// Kind names the job.
func (Args) Kind() string { return "transcode" }

// InsertOpts names the queue.
func (Args) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: firstQueue, MaxAttempts: attempts}
}

// QuickArgs asks for the quickest rendition of what cannot be copied.
type QuickArgs struct {
	VideoID int64 `json:"video_id"`
}

// Kind names the job.
func (QuickArgs) Kind() string { return "transcode_quick" }

// InsertOpts names the queue.
func (QuickArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: quickQueue, MaxAttempts: attempts}
}

// RestArgs asks for all other renditions.
type RestArgs struct {
	VideoID int64 `json:"video_id"`
}

// Kind names the job.
func (RestArgs) Kind() string { return "transcode_rest" }

// InsertOpts names the queue.
func (RestArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: restQueue, MaxAttempts: attempts}
}

const (
	firstQueue = "transcode_first"
	quickQueue = "transcode_quick"
	restQueue  = "transcode_rest"
	attempts   = 5
)

// Transcoder works on videos.
type Transcoder struct {
	DB       *pgxpool.Pool
	Store    storage.Store
	FFmpeg   string // programs; empty for those on the PATH
	FFprobe  string
	Memory   int64  // bytes for each ffmpeg; 0 for three quarters of the machine's
	Scratch  string // a folder of this process alone
	Site     string // our public address, without a closing slash
	Workers  int    // ladders at once, and as many quick renditions beside them
	Timeout  time.Duration
	Settings Settings
	Log      *slog.Logger

	tool  *ffmpeg.Tool
	small float64 // pixels of all frames
}

// Register opens the scratch folder, which it empties, and takes part in the work of r.
func (t *Transcoder) Register(r *job.Runner) error {
	if err := t.open(); err != nil {
		return err
	}
	job.Register(r, job.Limit{Queue: firstQueue, Workers: t.Workers + 1, Timeout: t.Timeout}, func(ctx context.Context, j *river.Job[Args]) error {
		return t.settle(ctx, j.Args.VideoID, j.Attempt >= j.MaxAttempts, t.First(ctx, j.Args.VideoID))
	})
	job.Register(r, job.Limit{Queue: quickQueue, Workers: t.Workers, Timeout: t.Timeout}, func(ctx context.Context, j *river.Job[QuickArgs]) error {
		return t.settle(ctx, j.Args.VideoID, j.Attempt >= j.MaxAttempts, t.Quick(ctx, j.Args.VideoID))
	})
	job.Register(r, job.Limit{Queue: restQueue, Workers: t.Workers, Timeout: t.Timeout}, func(ctx context.Context, j *river.Job[RestArgs]) error {
		return t.settle(ctx, j.Args.VideoID, j.Attempt >= j.MaxAttempts, t.Rest(ctx, j.Args.VideoID))
	})
	return nil
}

func (t *Transcoder) open() (err error) {
	t.small = small
	if err := os.RemoveAll(t.Scratch); err != nil {
		return err
	}
	if err := os.MkdirAll(t.Scratch, 0o700); err != nil {
		return err
	}
	if t.tool, err = ffmpeg.Find(t.FFmpeg, t.FFprobe); err != nil {
		return err
	}
	if t.Memory > 0 {
		t.tool.Memory = t.Memory
	}
	go t.tool.Features(context.Background()) // so that the first video need not wait for the answer
	return nil
}

// Start asks for the renditions of a new video.
func Start(ctx context.Context, tx pgx.Tx, videoID int64) error {
	if err := set(ctx, tx, videoID, waiting, "", ""); err != nil {
		return err
	}
	return job.Add(ctx, tx, Args{videoID})
}

// Restart asks for the renditions of a video whose file was replaced; the work on the old one ends.
func Restart(ctx context.Context, tx pgx.Tx, videoID int64) error {
	if err := Cancel(ctx, tx, videoID); err != nil {
		return err
	}
	return Start(ctx, tx, videoID)
}

// Retry asks once more for what failed.
func Retry(ctx context.Context, tx pgx.Tx, videoID int64) error {
	p, err := Of(ctx, tx, videoID)
	if err != nil {
		return err
	}
	if p == nil || p.State != failed {
		return fail.New(fail.Conflict, "Only what has failed can be tried again.")
	}
	s, err := video.SourceOf(ctx, tx, videoID)
	if err != nil {
		return err
	}
	if s.Key == "" {
		return fail.New(fail.Conflict, "The uploaded file was not kept, so it cannot be tried again.")
	}
	if s.State == failedState {
		if err := video.Again(ctx, tx, videoID); err != nil {
			return err
		}
	}
	return Start(ctx, tx, videoID)
}

// Cancel stops the work on a video and forgets it; a running ffmpeg ends after the commit.
func Cancel(ctx context.Context, tx pgx.Tx, videoID int64) error {
	args := map[string]any{"video_id": videoID}
	for _, kind := range []string{Args{}.Kind(), QuickArgs{}.Kind(), RestArgs{}.Kind()} {
		if err := job.CancelAll(ctx, tx, kind, args); err != nil {
			return err
		}
	}
	for _, sql := range []string{forgetRenditions, forget} {
		if _, err := tx.Exec(ctx, sql, pgx.NamedArgs{"video": videoID}); err != nil {
			return err
		}
	}
	return nil
}

// folder makes a scratch folder for one job.
func (t *Transcoder) folder(videoID int64, step string) (string, error) {
	path := filepath.Join(t.Scratch, strconv.FormatInt(videoID, 10)+"-"+step)
	if err := os.RemoveAll(path); err != nil {
		return "", err
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return "", disk(fmt.Errorf("scratch: %w", err))
	}
	return path, nil
}
