package playlist

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
	"shoal/shared/shortid"

	"github.com/google/uuid"
)

// Times are where an element starts and stops, in seconds; nil for the video's own ends.
type Times struct {
	StartAt *int `json:"startTimestamp"`
	StopAt  *int `json:"stopTimestamp"`
}

func (t Times) check() error {
	for name, at := range map[string]*int{"startTimestamp": t.StartAt, "stopTimestamp": t.StopAt} {
		if at != nil && (*at < 0 || *at > 1<<30) {
			return fail.Field(name, "Should be a number of seconds.")
		}
	}
	if t.StartAt != nil && t.StopAt != nil && *t.StopAt <= *t.StartAt {
		return fail.Field("stopTimestamp", "Should be greater than startTimestamp.")
	}
	return nil
}

const (
	// Whoever changes the elements of a playlist first takes its row.
	take = `SELECT length FROM playlist WHERE id = @playlist FOR NO KEY UPDATE`

	addElement = `
	INSERT INTO playlist_element (playlist_id, video_id, position, start_at, stop_at) VALUES (@playlist, @video, @position, @start, @stop) RETURNING id`

	setLength = `UPDATE playlist SET length = @length, updated_at = now() WHERE id = @playlist`

	touch = `UPDATE playlist SET updated_at = now() WHERE id = @playlist`

	changeElement = `
	UPDATE playlist_element SET start_at = @start, stop_at = @stop, updated_at = now() WHERE id = @id AND playlist_id = @playlist`

	removeElement = `DELETE FROM playlist_element WHERE id = @id AND playlist_id = @playlist RETURNING position`

	moveUp = `UPDATE playlist_element SET position = position - 1 WHERE playlist_id = @playlist AND position > @position`
)

var errNoElement = fail.New(fail.NotFound, "Video playlist element not found")

func length(ctx context.Context, tx pgx.Tx, playlist int64) (n int, err error) {
	err = tx.QueryRow(ctx, take, pgx.NamedArgs{"playlist": playlist}).Scan(&n)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errAbsent
	}
	return n, err
}

// Add puts a video at the end of a playlist.
func Add(ctx context.Context, tx pgx.Tx, playlist, video int64, t Times) (id int64, err error) {
	if err := t.check(); err != nil {
		return 0, err
	}
	n, err := length(ctx, tx, playlist)
	if err != nil {
		return 0, err
	}
	if n >= mostElements {
		return 0, fail.New(fail.Invalid, "A playlist has at most %d videos.", mostElements)
	}
	err = tx.QueryRow(ctx, addElement, pgx.NamedArgs{
		"playlist": playlist, "video": video, "position": n + 1, "start": t.StartAt, "stop": t.StopAt,
	}).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, setLength, pgx.NamedArgs{"playlist": playlist, "length": n + 1})
	return id, err
}

// Change sets where an element starts and stops.
func Change(ctx context.Context, tx pgx.Tx, playlist, id int64, t Times) error {
	if err := t.check(); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, changeElement, pgx.NamedArgs{"playlist": playlist, "id": id, "start": t.StartAt, "stop": t.StopAt})
	if err == nil && tag.RowsAffected() == 0 {
		return errNoElement
	}
	if err == nil {
		_, err = tx.Exec(ctx, touch, pgx.NamedArgs{"playlist": playlist})
	}
	return err
}

// Remove takes an element out; those behind it move up.
func Remove(ctx context.Context, tx pgx.Tx, playlist, id int64) error {
	n, err := length(ctx, tx, playlist)
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{"playlist": playlist, "id": id, "length": n - 1}
	var position int
	err = tx.QueryRow(ctx, removeElement, args).Scan(&position)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoElement
	}
	if err != nil {
		return err
	}
	args["position"] = position
	if _, err := tx.Exec(ctx, moveUp, args); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, setLength, args)
	return err
}

// Order is a move of some neighbours in a row to another place, in positions from 1.
type Order struct {
	Start  *int `json:"startPosition"`
	After  *int `json:"insertAfterPosition"` // 0 for the beginning
	Length *int `json:"reorderLength"`       // nil for 1
}

func (o Order) check(n int) (start, after, length int, err error) {
	switch {
	case o.Start == nil || *o.Start < 1 || *o.Start > n:
		return 0, 0, 0, fail.Field("startPosition", "Should be a position from 1 to %d.", n)
	case o.After == nil || *o.After < 0 || *o.After > n:
		return 0, 0, 0, fail.Field("insertAfterPosition", "Should be a position from 0 to %d.", n)
	case o.Length != nil && (*o.Length < 1 || *o.Length > n-*o.Start+1):
		return 0, 0, 0, fail.Field("reorderLength", "There are not that many from there on.")
	}
	length = 1
	if o.Length != nil {
		length = *o.Length
	}
	return *o.Start, *o.After, length, nil
}

// Where each place goes when length of them from start on are put behind after. In the middle of themselves they stay.
const (
	reorder = `
	UPDATE playlist_element SET position = CASE
			WHEN position BETWEEN @start AND @start + @length - 1 THEN
				CASE WHEN @after < @start THEN position - (@start - @after - 1) ELSE position + (@after - @start - @length + 1) END
			WHEN @after < @start THEN position + @length ELSE position - @length END
	WHERE playlist_id = @playlist AND position BETWEEN least(@start, @after + 1) AND greatest(@start + @length - 1, @after)
		AND NOT @after BETWEEN @start - 1 AND @start + @length - 1`

	reorderChannel = `
	UPDATE playlist SET channel_position = CASE
			WHEN channel_position BETWEEN @start AND @start + @length - 1 THEN
				CASE WHEN @after < @start THEN channel_position - (@start - @after - 1) ELSE channel_position + (@after - @start - @length + 1) END
			WHEN @after < @start THEN channel_position + @length ELSE channel_position - @length END
	WHERE channel_id = @channel AND channel_position BETWEEN least(@start, @after + 1) AND greatest(@start + @length - 1, @after)
		AND NOT @after BETWEEN @start - 1 AND @start + @length - 1`

	takeChannel = `SELECT id FROM channel WHERE id = @channel FOR NO KEY UPDATE`

	countChannel = `SELECT count(*) FROM playlist WHERE channel_id = @channel`
)

// Reorder moves elements of a playlist.
func Reorder(ctx context.Context, tx pgx.Tx, playlist int64, o Order) error {
	n, err := length(ctx, tx, playlist)
	if err != nil {
		return err
	}
	start, after, many, err := o.check(n)
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{"playlist": playlist, "start": start, "after": after, "length": many}
	if _, err := tx.Exec(ctx, reorder, args); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, touch, args)
	return err
}

// ReorderChannel moves playlists of a channel.
func ReorderChannel(ctx context.Context, tx pgx.Tx, channel int64, o Order) error {
	args := pgx.NamedArgs{"channel": channel}
	if _, err := tx.Exec(ctx, takeChannel, args); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, countChannel, args).Scan(&n); err != nil {
		return err
	}
	start, after, many, err := o.check(n)
	if err != nil {
		return err
	}
	args["start"], args["after"], args["length"] = start, after, many
	_, err = tx.Exec(ctx, reorderChannel, args)
	return err
}

const exist = `
	SELECT e.video_id, e.id, p.id, p.name, p.uuid, e.start_at, e.stop_at
	FROM playlist_element e JOIN playlist p ON p.id = e.playlist_id
	WHERE p.account_id = @account AND e.video_id = ANY(@videos::bigint[]) ORDER BY p.id, e.position`

// Exist tells in which of an account's playlists videos are. All videos that are asked for are in the answer.
func Exist(ctx context.Context, q db.Q, accountID int64, videos []int64) (map[int64][]api.InPlaylist, error) {
	out := map[int64][]api.InPlaylist{}
	for _, v := range videos {
		out[v] = []api.InPlaylist{}
	}
	rows, _ := q.Query(ctx, exist, pgx.NamedArgs{"account": accountID, "videos": videos})
	var video int64
	var u uuid.UUID
	var in api.InPlaylist
	_, err := pgx.ForEachRow(rows, []any{&video, &in.ElementID, &in.PlaylistID, &in.DisplayName, &u, &in.StartAt, &in.StopAt}, func() error {
		in.ShortUUID = shortid.From(u)
		out[video] = append(out[video], in)
		in.StartAt, in.StopAt = nil, nil
		return nil
	})
	return out, err
}

// Element is a place in a playlist as it is kept.
type Element struct {
	ID       int64
	Position int
	VideoID  *int64
	Times
	Muted bool // the viewer, or the platform, does not hear the video's owner
}

const (
	elements = `
	SELECT e.id, e.position, e.video_id, e.start_at, e.stop_at,
		coalesce(EXISTS (SELECT FROM account_block b JOIN channel c ON c.account_id = b.blocked_id WHERE c.id = v.channel_id AND (b.blocker_id IS NULL OR b.blocker_id = @viewer)), false)
	FROM playlist_element e LEFT JOIN video v ON v.id = e.video_id
	WHERE e.playlist_id = @playlist ORDER BY e.position LIMIT @count OFFSET @start`

	lengthOf = `SELECT length FROM playlist WHERE id = @playlist`
)

// Elements is a page of a playlist and how long it is. viewer is the account of who asks, or 0.
func Elements(ctx context.Context, q db.Q, playlist, viewer int64, start, count int) (all []Element, total int64, err error) {
	args := pgx.NamedArgs{"playlist": playlist, "viewer": viewer, "start": start, "count": count}
	if err := q.QueryRow(ctx, lengthOf, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, elements, args)
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Element, err error) {
		return e, row.Scan(&e.ID, &e.Position, &e.VideoID, &e.StartAt, &e.StopAt, &e.Muted)
	})
	return all, total, err
}
