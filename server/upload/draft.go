package upload

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

const setMeta = `UPDATE upload SET meta = meta || jsonb_strip_nulls(@meta), expires_at = greatest(expires_at, @expires) WHERE id = @id AND video_id IS NULL`

// Describe changes what is given of the video, while its file is on its way or after.
func (u *Uploads) Describe(ctx context.Context, v *account.Viewer, id string, meta api.VideoUpdate) error {
	s, err := u.Find(ctx, v, id)
	if err != nil {
		return err
	}
	if err := video.Check(meta); err != nil {
		return err
	}
	if meta.ChannelID != nil {
		if err := mayUse(ctx, u.DB, v, *meta.ChannelID); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, u.DB, func(tx pgx.Tx) error {
		done, err := lock(ctx, tx, s.ID)
		if err != nil {
			return err
		}
		if done {
			return describeVideo(ctx, tx, s.ID, meta)
		}
		_, err = tx.Exec(ctx, setMeta, pgx.NamedArgs{"id": s.ID, "meta": meta, "expires": time.Now().Add(u.life())})
		return err
	})
}

const videoOf = `SELECT video_id FROM upload WHERE id = @id`

func describeVideo(ctx context.Context, tx pgx.Tx, id string, meta api.VideoUpdate) error {
	var videoID int64
	if err := tx.QueryRow(ctx, videoOf, pgx.NamedArgs{"id": id}).Scan(&videoID); err != nil {
		return err
	}
	return video.Update(ctx, tx, videoID, meta)
}

const ownDefault = `SELECT id FROM channel WHERE account_id = @account ORDER BY is_default DESC, id LIMIT 1`

// fit checks what is known of the video and adds the name and channel that are missing.
func fit(ctx context.Context, q db.Q, v *account.Viewer, filename string, meta api.VideoUpdate) (api.VideoUpdate, error) {
	if meta.Name == nil || *meta.Name == "" {
		name := nameOf(filename)
		meta.Name = &name
	}
	if err := video.Check(meta); err != nil {
		return meta, err
	}
	if meta.Privacy != nil && *meta.Privacy == api.PasswordProtected && len(meta.VideoPasswords) == 0 {
		return meta, fail.Field("videoPasswords", "A video with password protection needs at least one password.")
	}
	if meta.ChannelID != nil {
		return meta, mayUse(ctx, q, v, *meta.ChannelID)
	}
	var id int64
	err := q.QueryRow(ctx, ownDefault, pgx.NamedArgs{"account": v.AccountID}).Scan(&id)
	if err == pgx.ErrNoRows {
		return meta, fail.Field("channelId", "You have no channel to upload to.")
	}
	meta.ChannelID = &id
	return meta, err
}
