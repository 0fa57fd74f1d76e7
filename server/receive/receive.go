// Package receive turns objects of elsewhere into rows: actors, videos, comments and playlists, cut to our bounds and cleaned.
package receive

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/notify"
	"shoal/server/remote"
	"shoal/server/video"
)

// Receiver keeps what other servers have.
type Receiver struct {
	Pool   *pgxpool.Pool
	Remote *remote.Remote
	Site   string // our public address
	Log    *slog.Logger
}

var errKind = fail.New(fail.Unprocessable, "This is nothing that can be kept here.")

// Actor keeps an account, a channel or a server's own actor.
func (r *Receiver) Actor(ctx context.Context, id activity.ID) (remote.Actor, error) {
	return r.Remote.Actor(ctx, id)
}

const (
	videoByURL = `
	SELECT v.id, v.local, coalesce(r.fetched_at < now() - interval '2 days', false) FROM video v LEFT JOIN video_remote r ON r.video_id = v.id WHERE v.url = @url`

	ownersOf = `
	SELECT v.id, v.local, v.updated_at, ac.url, ca.url FROM video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id
	JOIN account a ON a.id = c.account_id JOIN actor ac ON ac.id = a.actor_id WHERE v.url = @url`
)

// VideoByURL finds a video that we know by its address; fail.NotFound when we do not. One that was not looked at for two days is
// asked for again by a job.
func (r *Receiver) VideoByURL(ctx context.Context, id activity.ID) (videoID int64, local bool, err error) {
	var old bool
	err = r.Pool.QueryRow(ctx, videoByURL, pgx.NamedArgs{"url": string(id)}).Scan(&videoID, &local, &old)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, fail.New(fail.NotFound, "Video not found")
	}
	if err == nil && old {
		err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error { return Stale(ctx, tx, videoID) })
	}
	return videoID, local, err
}

// Video gives the video of an address: ours, one that we know, or one that is asked for and kept.
func (r *Receiver) Video(ctx context.Context, id activity.ID) (videoID int64, err error) {
	videoID, _, err = r.VideoByURL(ctx, id)
	if !fail.Is(err, fail.NotFound) {
		return videoID, err
	}
	t, err := r.Remote.Object(ctx, id)
	if err != nil {
		return 0, err
	}
	if t.Is != "Video" {
		return 0, errKind
	}
	var v activity.Video
	if err := t.Into(&v); err != nil {
		return 0, fail.Wrap(fail.Unprocessable, err, "The other server describes the video in a way that cannot be read.")
	}
	return r.PutVideo(ctx, v, false)
}

// Owners are those who speak for a video.
type Owners struct {
	VideoID   int64
	Local     bool
	UpdatedAt activity.Time
	Account   activity.ID
	Channel   activity.ID
}

// OwnersOf tells who speaks for a video that we know.
func OwnersOf(ctx context.Context, q db.Q, id activity.ID) (o Owners, err error) {
	err = q.QueryRow(ctx, ownersOf, pgx.NamedArgs{"url": string(id)}).Scan(&o.VideoID, &o.Local, &o.UpdatedAt.Time, &o.Account, &o.Channel)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "Video not found")
	}
	return o, err
}

// PutVideo keeps a video as its own server describes it; what that says must be believed. tell lets followers of its channel
// hear of it when it is new.
func (r *Receiver) PutVideo(ctx context.Context, v activity.Video, tell bool) (videoID int64, err error) {
	row, err := convert(v, r.Remote.OwnHost())
	if err != nil {
		return 0, err
	}
	c, err := r.channelOf(ctx, v)
	if err != nil {
		return 0, err
	}
	if err := r.heard(ctx, c.AccountID); err != nil {
		return 0, err
	}
	row.ChannelID = c.ChannelID
	err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		var fresh bool
		if videoID, fresh, err = video.PutRemote(ctx, tx, row, r.Site); err != nil {
			return err
		}
		if tell && fresh {
			if err := notify.Published(ctx, tx, videoID); err != nil {
				return err
			}
		}
		return job.Add(ctx, tx, Around{Video: videoID, First: fresh}, once)
	})
	return videoID, err
}

// channelOf is where the video stands: the first of its owners, or its audience, that is a channel of its server.
func (r *Receiver) channelOf(ctx context.Context, v activity.Video) (c remote.Actor, err error) {
	err = fail.New(fail.Unprocessable, "A video stands in a channel.")
	owners := append(slices.Clone(v.AttributedTo[:min(len(v.AttributedTo), 4)]), activity.Owner{ID: v.Audience})
	for _, o := range owners {
		if o.Type != "" && o.Type != "Group" || !activity.SameOrigin(v.ID, o.ID) {
			continue
		}
		a, err2 := r.Remote.Actor(ctx, o.ID)
		if err2 == nil && a.Kind == "channel" && a.ChannelID != 0 && !a.Local() {
			return a, nil
		}
		if err2 != nil && !fail.Is(err2, fail.Unprocessable) {
			err = err2
		}
	}
	return c, err
}

const muted = `SELECT EXISTS (SELECT FROM account_block WHERE blocker_id IS NULL AND blocked_id = @account)`

// heard refuses accounts that the platform blocks.
func (r *Receiver) heard(ctx context.Context, accountID int64) error {
	var is bool
	err := r.Pool.QueryRow(ctx, muted, pgx.NamedArgs{"account": accountID}).Scan(&is)
	if err == nil && is {
		err = fail.New(fail.Forbidden, "This account is blocked.")
	}
	return err
}

// Vanish takes a video of elsewhere away.
func Vanish(ctx context.Context, tx pgx.Tx, videoID int64) error {
	_, err := video.Delete(ctx, tx, videoID)
	if fail.Is(err, fail.NotFound) {
		return nil
	}
	return err
}
