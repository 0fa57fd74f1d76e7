package notify

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"shoal/server/job"
	"shoal/shared/api"
)

// crowd is how many followers are told in one transaction.
const crowd = 500

// published is the work of telling that a video can be seen.
type published struct {
	Video int64 `json:"video"`
}

// Kind implements river.JobArgs.
func (published) Kind() string { return "notify-published" }

// Published lets the owner and the followers know of a video, if and when they may see it. It may be called whenever its state
// or privacy changes: nobody is told twice.
func Published(ctx context.Context, tx pgx.Tx, videoID int64) error {
	return job.Add(ctx, tx, published{videoID})
}

// Register lets r tell of published videos.
func Register(r *job.Runner, pool *pgxpool.Pool) {
	job.Register(r, job.Limit{Timeout: 10 * time.Minute}, func(ctx context.Context, j *river.Job[published]) error {
		return announce(ctx, pool, j.Args.Video)
	})
}

const (
	subject = `
	SELECT v.privacy IN (1, 4) AND NOT v.blocked, v.wait_transcoding, a.member_id, c.actor_id, a.actor_id, a.id
	FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id WHERE v.id = @video AND v.state = 1 AND NOT v.blocked`

	followers = `
	SELECT f.id, a.member_id FROM follow f JOIN account a ON a.actor_id = f.follower_id
	WHERE f.followed_id = ANY(@followed::bigint[]) AND f.state = 'accepted' AND a.member_id IS NOT NULL AND f.id > @after
		AND NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = @account AND (b.blocker_id IS NULL OR b.blocker_id = a.id))
	ORDER BY f.id LIMIT @crowd`
)

func announce(ctx context.Context, pool *pgxpool.Pool, videoID int64) error {
	var seen, waited bool
	var owner *int64
	var channel, person, account int64
	err := pool.QueryRow(ctx, subject, pgx.NamedArgs{"video": videoID}).Scan(&seen, &waited, &owner, &channel, &person, &account)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if waited && owner != nil {
		err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			return Add(ctx, tx, Notice{Type: api.MyVideoPublished, Video: videoID}, *owner)
		})
	}
	for after := int64(0); err == nil && seen; {
		err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			var members []int64
			var member int64
			rows, _ := tx.Query(ctx, followers, pgx.NamedArgs{
				"followed": []int64{channel, person}, "account": account, "after": after, "crowd": crowd,
			})
			_, err := pgx.ForEachRow(rows, []any{&after, &member}, func() error {
				members = append(members, member)
				return nil
			})
			if seen = len(members) == crowd; err != nil {
				return err
			}
			return Add(ctx, tx, Notice{Type: api.NewVideo, Video: videoID}, members...)
		})
	}
	return err
}
