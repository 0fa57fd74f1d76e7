package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/shared/api"
)

// A privacy that was private until now makes the video new. Empty texts, 0 and the zero time take a value away.
const update = `
	UPDATE video SET
		name = coalesce(@name, name),
		channel_id = coalesce(@channel, channel_id),
		description = CASE WHEN @description::text IS NULL THEN description ELSE nullif(@description, '') END,
		support = CASE WHEN @support::text IS NULL THEN support ELSE nullif(@support, '') END,
		category = CASE WHEN @category::int IS NULL THEN category ELSE nullif(@category, 0) END,
		licence = CASE WHEN @licence::int IS NULL THEN licence ELSE nullif(@licence, 0) END,
		language = CASE WHEN @language::text IS NULL THEN language ELSE nullif(@language, '') END,
		privacy = coalesce(@privacy, privacy),
		published_at = CASE WHEN privacy = @private AND @privacy::int <> @private AND state = @published THEN now() ELSE published_at END,
		nsfw = coalesce(@nsfw, nsfw),
		nsfw_flags = coalesce(@nsfw_flags, nsfw_flags),
		nsfw_summary = CASE WHEN @nsfw_summary::text IS NULL THEN nsfw_summary ELSE nullif(@nsfw_summary, '') END,
		tags = coalesce(@tags, tags),
		comments_policy = coalesce(@comments, comments_policy),
		download_enabled = coalesce(@download, download_enabled),
		p2p = coalesce(@p2p, p2p),
		wait_transcoding = coalesce(@wait, wait_transcoding),
		originally_published_at = CASE WHEN @originally::timestamptz IS NULL THEN originally_published_at ELSE nullif(@originally, '0001-01-01 00:00:00+00') END,
		updated_at = now()
	WHERE id = @id RETURNING privacy`

// Update changes what is given and leaves the rest. Check it first.
func Update(ctx context.Context, tx pgx.Tx, id int64, u api.VideoUpdate) error {
	var tags []string
	if u.Tags != nil {
		tags = append([]string{}, unique(u.Tags)...)
	}
	if u.ChannelID != nil {
		if err := sameOwner(ctx, tx, id, *u.ChannelID); err != nil {
			return err
		}
	}
	old, err := before(ctx, tx, id)
	if err != nil {
		return err
	}
	var privacy int
	err = tx.QueryRow(ctx, update, pgx.NamedArgs{
		"id": id, "name": u.Name, "channel": u.ChannelID, "description": u.Description, "support": u.Support, "category": u.Category,
		"licence": u.Licence, "language": u.Language, "privacy": u.Privacy, "nsfw": u.NSFW, "nsfw_flags": u.NSFWFlags,
		"nsfw_summary": u.NSFWSummary, "tags": tags, "comments": policy(u), "download": u.DownloadEnabled, "p2p": u.P2PEnabled,
		"wait": u.WaitTranscoding, "originally": u.OriginallyPublishedAt, "private": api.Private, "published": api.Published,
	}).Scan(&privacy)
	if err != nil {
		return found(err)
	}
	if err := follow(ctx, tx, id, u, old, privacy); err != nil {
		return err
	}
	switch {
	case privacy != api.PasswordProtected:
		return SetPasswords(ctx, tx, id, nil)
	case u.VideoPasswords != nil:
		return SetPasswords(ctx, tx, id, u.VideoPasswords)
	}
	return mustHavePassword(ctx, tx, id)
}

// past is what a change has to be compared with.
type past struct {
	Privacy     int
	Description *string
}

const pastOf = `SELECT privacy, description FROM video WHERE id = @id FOR UPDATE`

func before(ctx context.Context, tx pgx.Tx, id int64) (past, error) {
	rows, _ := tx.Query(ctx, pastOf, pgx.NamedArgs{"id": id})
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[past])
	return p, found(err)
}

// follow does what comes of a change: plans, chapters, and who hears of it.
func follow(ctx context.Context, tx pgx.Tx, id int64, u api.VideoUpdate, old past, privacy int) error {
	if err := setSchedule(ctx, tx, id, u.ScheduleUpdate); err != nil {
		return err
	}
	if u.Description != nil {
		if err := rewriteChapters(ctx, tx, id, or(old.Description), *u.Description); err != nil {
			return err
		}
	}
	if u.Name != nil || u.Description != nil {
		if err := hold(ctx, tx, id, false); err != nil {
			return err
		}
	}
	if privacy == old.Privacy {
		return nil
	}
	return notify.Published(ctx, tx, id)
}

const sameOwnerQuery = `
	SELECT EXISTS (SELECT FROM video v JOIN channel o ON o.id = v.channel_id JOIN channel n ON n.account_id = o.account_id
		WHERE v.id = @id AND n.id = @channel)`

func sameOwner(ctx context.Context, q db.Q, id, channelID int64) error {
	var ok bool
	err := q.QueryRow(ctx, sameOwnerQuery, pgx.NamedArgs{"id": id, "channel": channelID}).Scan(&ok)
	if err == nil && !ok {
		return fail.Field("channelId", "This channel does not belong to the owner of the video.")
	}
	return err
}

const hasPassword = `SELECT EXISTS (SELECT FROM video_password WHERE video_id = @id)`

func mustHavePassword(ctx context.Context, q db.Q, id int64) error {
	var ok bool
	err := q.QueryRow(ctx, hasPassword, pgx.NamedArgs{"id": id}).Scan(&ok)
	if err == nil && !ok {
		return fail.Field("videoPasswords", "A video with password protection needs at least one password.")
	}
	return err
}

const (
	clearPasswords = `DELETE FROM video_password WHERE video_id = @id`
	addPasswords   = `INSERT INTO video_password (video_id, password) SELECT @id, unnest(@passwords::text[])`
	passwords      = `SELECT password FROM video_password WHERE video_id = @id ORDER BY id`
)

// SetPasswords replaces the passwords that open a video.
func SetPasswords(ctx context.Context, q db.Q, id int64, list []string) error {
	args := pgx.NamedArgs{"id": id, "passwords": list}
	if _, err := q.Exec(ctx, clearPasswords, args); err != nil || len(list) == 0 {
		return err
	}
	_, err := q.Exec(ctx, addPasswords, args)
	return err
}

// Passwords gives the passwords that open a video.
func Passwords(ctx context.Context, q db.Q, id int64) ([]string, error) {
	rows, _ := q.Query(ctx, passwords, pgx.NamedArgs{"id": id})
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
