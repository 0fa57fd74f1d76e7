package playlist

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
)

// Remote is a playlist of elsewhere.
type Remote struct {
	UUID        uuid.UUID
	URL         string // its id in the fediverse
	AccountID   int64
	ChannelID   int64
	Position    *int // among the channel's playlists
	Name        string
	Description *string
	Privacy     int
	Image       string // how its picture is known here; empty without one
	ImageURL    string
	ImageWidth  int
	ImageHeight int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

const (
	lockRemote = `SELECT pg_advisory_xact_lock(hashtextextended(@url, 74))`

	oldRemote = `SELECT id FROM playlist WHERE url = @url AND NOT local`

	addRemote = `
	INSERT INTO playlist (uuid, url, local, account_id, channel_id, channel_position, name, description, privacy, image, image_url, image_width, image_height,
		created_at, updated_at)
	VALUES (@uuid, @url, false, @account, @channel, @position, @name, @description, @privacy, nullif(@image, ''), @image_url, @width, @height, @created, @updated)
	ON CONFLICT DO NOTHING RETURNING id`

	changeRemote = `
	UPDATE playlist SET account_id = @account, channel_id = @channel, channel_position = @position, name = @name, description = @description,
		privacy = @privacy, image = nullif(@image, ''), image_url = @image_url, image_width = @width, image_height = @height, updated_at = @updated
	WHERE id = @id`
)

// PutRemote adds a playlist of elsewhere, or changes it. fail.Conflict when its UUID is that of another one.
func PutRemote(ctx context.Context, tx pgx.Tx, r Remote) (id int64, err error) {
	args := pgx.NamedArgs{
		"uuid": r.UUID, "url": r.URL, "account": r.AccountID, "channel": r.ChannelID, "position": r.Position, "name": r.Name,
		"description": r.Description, "privacy": r.Privacy, "image": r.Image, "image_url": r.ImageURL, "width": r.ImageWidth, "height": r.ImageHeight,
		"created": r.CreatedAt, "updated": r.UpdatedAt,
	}
	if _, err := tx.Exec(ctx, lockRemote, args); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, oldRemote, args).Scan(&id)
	if err == nil {
		args["id"] = id
		_, err = tx.Exec(ctx, changeRemote, args)
		return id, err
	}
	if err != pgx.ErrNoRows {
		return 0, err
	}
	if err = tx.QueryRow(ctx, addRemote, args).Scan(&id); err == pgx.ErrNoRows {
		err = fail.New(fail.Conflict, "Another playlist has this UUID.")
	}
	return id, err
}

// RemoteElement is a place in a playlist of elsewhere.
type RemoteElement struct {
	Video int64
	Times Times
}

const (
	clearRemote = `DELETE FROM playlist_element WHERE playlist_id = @playlist`

	fillRemote = `
	INSERT INTO playlist_element (playlist_id, video_id, position, start_at, stop_at)
	SELECT @playlist, e.video, e.place, e.start, e.stop
	FROM unnest(@videos::bigint[], @starts::int[], @stops::int[]) WITH ORDINALITY AS e (video, start, stop, place)`

	setRemoteLength = `UPDATE playlist SET length = @length WHERE id = @playlist AND NOT local`
)

// FillRemote replaces the videos of a playlist of elsewhere.
func FillRemote(ctx context.Context, tx pgx.Tx, id int64, all []RemoteElement) error {
	all = all[:min(len(all), mostElements)]
	videos, starts, stops := make([]int64, len(all)), make([]*int, len(all)), make([]*int, len(all))
	for i, e := range all {
		if videos[i] = e.Video; e.Times.check() == nil {
			starts[i], stops[i] = e.Times.StartAt, e.Times.StopAt
		}
	}
	args := pgx.NamedArgs{"playlist": id, "videos": videos, "starts": starts, "stops": stops, "length": len(all)}
	tag, err := tx.Exec(ctx, setRemoteLength, args)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, clearRemote, args); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, fillRemote, args)
	return err
}

const deleteRemote = `DELETE FROM playlist WHERE id = @id AND NOT local`

// DeleteRemote takes a playlist of elsewhere away.
func DeleteRemote(ctx context.Context, tx pgx.Tx, id int64) error {
	_, err := tx.Exec(ctx, deleteRemote, pgx.NamedArgs{"id": id})
	return err
}
