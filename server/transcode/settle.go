package transcode

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/fmp4"
	"shoal/server/job"
	"shoal/server/video"
	"shoal/shared/api"
)

const settleTime = 10 * time.Second

// settle says what a failure means: tried again, given up with a reason, or nothing at all.
func (t *Transcoder) settle(ctx context.Context, videoID int64, last bool, err error) error {
	switch {
	case err == nil:
		return nil
	case fail.Is(err, fail.Gone) || fail.Is(err, fail.NotFound) || job.Cancelled(ctx):
		return job.Cancel(err)
	case errors.Is(ctx.Err(), context.Canceled):
		return river.JobSnooze(0) // the server stops; it goes on at the next start, and this was no attempt
	}
	late := errors.Is(ctx.Err(), context.DeadlineExceeded)
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	words, final := reason(err)
	if final || last || late {
		if e := t.giveUp(clean, videoID, words, err); e != nil {
			return errors.Join(err, e)
		}
		return job.Cancel(err)
	}
	if e := set(clean, t.DB, videoID, waiting, words, ""); e != nil {
		return errors.Join(err, e)
	}
	return err
}

// reason puts a failure into plain words, and tells whether trying again cannot mend it.
func reason(err error) (words string, final bool) {
	var f *fail.Error
	if errors.As(err, &f) {
		switch f.Kind {
		case fail.Internal:
		case fail.NoSpace, fail.Unavailable, fail.TooMany:
			return f.Public + " It is tried again later.", false
		default:
			return f.Public, true
		}
	}
	switch {
	case errors.Is(err, fmp4.ErrTooLarge):
		return "The renditions became far larger than expected, so the work was stopped.", true
	case errors.Is(err, fmp4.ErrNoPicture):
		return "There is nothing in this file that could be decoded.", true
	}
	if words, known := ffmpeg.Words(err); known {
		return words, true
	}
	return "Something went wrong on the server. It is tried again.", false
}

// giveUp ends the processing in failure; renditions that were made stay.
func (t *Transcoder) giveUp(ctx context.Context, videoID int64, words string, cause error) error {
	w := &work{Transcoder: t}
	return pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) (err error) {
		if w.source, err = video.SourceOf(ctx, tx, videoID); err != nil {
			return err
		}
		if err := abandon(ctx, tx, videoID, ""); err != nil {
			return err
		}
		if err := set(ctx, tx, videoID, failed, words, detail(cause)); err != nil {
			return err
		}
		if w.source.State != api.Published {
			if err := video.Failed(ctx, tx, videoID); err != nil {
				return err
			}
		}
		return w.send(ctx, tx, "processing")
	})
}

// folders is the way to a file, which is the server's business and not the owner's.
var folders = regexp.MustCompile(`(?:/[^/\s:'"]+)+/`)

// detail is ffmpeg's own words, or else what our code says, without the server's folders.
func detail(err error) string {
	tail := ffmpeg.Tail(err)
	if tail == "" {
		tail = fmt.Sprint(err)
	}
	return folders.ReplaceAllString(tail, "")
}
