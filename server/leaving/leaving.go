// Package leaving takes channels and accounts away with all that hangs on them: videos one by one, files by jobs after each commit.
package leaving

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/playlist"
	"shoal/server/transcode"
	"shoal/server/video"
)

// Channel removes a channel with its videos.
func Channel(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := videos(ctx, tx, id); err != nil {
		return err
	}
	return channel.Delete(ctx, tx, id)
}

func videos(ctx context.Context, tx pgx.Tx, id int64) error {
	all, err := channel.Videos(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, v := range all {
		if err := remove(ctx, tx, v); err != nil && !fail.Is(err, fail.NotFound) { // somebody may be quicker
			return err
		}
	}
	return nil
}

func remove(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := transcode.Cancel(ctx, tx, id); err != nil {
		return err
	}
	_, err := video.Delete(ctx, tx, id)
	return err
}

// leave is the job that takes a member away.
type leave struct {
	Member int64 `json:"member"`
}

func (leave) Kind() string { return "account-gone" }

const timeout = time.Hour

// Account marks a member as leaving, so that they are gone for everyone, and queues the job that removes what is theirs.
func Account(ctx context.Context, q db.Q, v *account.Viewer, member int64) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if err := account.Leave(ctx, tx, v, member); err != nil {
			return err
		}
		return job.Add(ctx, tx, leave{member})
	})
}

// Register lets r work such jobs.
func Register(r *job.Runner, q db.Q) {
	job.Register(r, job.Limit{Timeout: timeout}, func(ctx context.Context, j *river.Job[leave]) error {
		return takeAway(ctx, q, j.Args.Member)
	})
}

const (
	theirVideos = `SELECT v.id FROM video v JOIN channel c ON c.id = v.channel_id WHERE c.account_id = $1 ORDER BY v.id LIMIT 1000`

	theirComments = `SELECT id FROM comment WHERE account_id = $1 AND deleted_at IS NULL LIMIT 1`

	theirPlaylists = `SELECT id FROM playlist WHERE account_id = $1 AND kind <> 2 LIMIT 1000`

	theirChannels = `SELECT id FROM channel WHERE account_id = $1 ORDER BY id LIMIT 1000`
)

// takeAway goes on where an earlier attempt ended: each video, comment, playlist and channel is a transaction of its own.
func takeAway(ctx context.Context, q db.Q, member int64) error {
	owner, ok, err := account.Leaving(ctx, q, member)
	if err != nil || !ok {
		return err
	}
	for _, part := range []struct {
		sql    string
		remove func(ctx context.Context, tx pgx.Tx, id int64) error
	}{
		{theirVideos, remove},
		{theirComments, func(ctx context.Context, tx pgx.Tx, _ int64) error {
			return comment.DeleteAllOf(ctx, tx, comment.Sweep{Author: owner})
		}},
		{theirPlaylists, playlist.Delete},
		{theirChannels, lastChannels},
	} {
		if err := each(ctx, q, part.sql, owner, part.remove); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return account.Forget(ctx, tx, member) })
}

// each asks for ids, and removes what they stand for, until there are none.
func each(ctx context.Context, q db.Q, sql string, owner int64, remove func(context.Context, pgx.Tx, int64) error) error {
	for {
		ids, err := numbers(ctx, q, sql, owner)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return remove(ctx, tx, id) }); err != nil && !fail.Is(err, fail.NotFound) {
				return err
			}
		}
	}
}

func lastChannels(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := videos(ctx, tx, id); err != nil { // that came meanwhile
		return err
	}
	return channel.DeleteLeaving(ctx, tx, id)
}

func numbers(ctx context.Context, q db.Q, sql string, of int64) ([]int64, error) {
	rows, _ := q.Query(ctx, sql, of)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
