package video

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/notify"
	"shoal/shared/api"
)

const publish = `
	UPDATE video SET published_at = CASE WHEN state = @published THEN published_at ELSE now() END, state = @published, updated_at = now()
	WHERE id = @id`

// Publish makes the video watchable. A second time it changes nothing but the date of change.
func Publish(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := touched(ctx, tx, publish, pgx.NamedArgs{"id": id, "published": api.Published}); err != nil {
		return err
	}
	return notify.Published(ctx, tx, id)
}

const setState = `UPDATE video SET state = @state, updated_at = now() WHERE id = @id`

// Failed tells that no rendition could be made.
func Failed(ctx context.Context, tx pgx.Tx, id int64) error {
	return touched(ctx, tx, setState, pgx.NamedArgs{"id": id, "state": api.TranscodingFailed})
}

// Again puts a failed video back to waiting for its renditions.
func Again(ctx context.Context, tx pgx.Tx, id int64) error {
	return touched(ctx, tx, setState, pgx.NamedArgs{"id": id, "state": api.ToTranscode})
}

const setProbe = `
	WITH v AS (UPDATE video SET duration = @duration, width = @width, height = @height WHERE id = @id RETURNING id)
	UPDATE video_source s SET probe = @probe FROM v WHERE s.video_id = v.id`

// SetProbe keeps what ffprobe said of the source. duration is in seconds.
func SetProbe(ctx context.Context, q db.Q, id int64, duration float64, width, height int, probe []byte) error {
	return touched(ctx, q, setProbe, pgx.NamedArgs{"id": id, "duration": duration, "width": width, "height": height, "probe": json.RawMessage(probe)})
}

// Source is the file as it was uploaded, with what its processing needs to know of the video.
type Source struct {
	ID              int64
	UUID            uuid.UUID
	Name            string
	State           int
	Privacy         int
	WaitTranscoding bool
	ChannelID       int64
	MemberID        *int64 // the owner; nil for videos of elsewhere
	Filename        string
	Key             string
	Size            int64
	Duration        float64 // seconds
	Probe           json.RawMessage
}

const sourceOf = `
	SELECT v.id, v.uuid, v.name, v.state, v.privacy, v.wait_transcoding, v.channel_id, a.member_id,
		s.filename, s.key, s.size, v.duration, s.probe
	FROM video v JOIN video_source s ON s.video_id = v.id JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id
	WHERE v.id = @id`

// SourceOf gives the uploaded file of a video.
func SourceOf(ctx context.Context, q db.Q, id int64) (Source, error) {
	rows, _ := q.Query(ctx, sourceOf, pgx.NamedArgs{"id": id})
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Source])
	return s, found(err)
}

const dropSource = `
	WITH old AS (SELECT key FROM video_source WHERE video_id = @id)
	UPDATE video_source SET key = '' WHERE video_id = @id RETURNING (SELECT key FROM old)`

// DropSource lets the uploaded file go; it is deleted by a job after the commit.
func DropSource(ctx context.Context, tx pgx.Tx, id int64) error {
	var key string
	if err := tx.QueryRow(ctx, dropSource, pgx.NamedArgs{"id": id}).Scan(&key); err != nil {
		return found(err)
	}
	if key == "" {
		return nil
	}
	return Drop(ctx, tx, key)
}

const quotaUsed = `
	SELECT coalesce(sum(s.size), 0)::bigint, coalesce(sum(s.size) FILTER (WHERE s.created_at > now() - interval '24 hours'), 0)::bigint
	FROM video_source s JOIN video v ON v.id = s.video_id JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id
	WHERE a.member_id = @member`

// QuotaUsed is the bytes of original files a member has, and those of the last 24 hours.
func QuotaUsed(ctx context.Context, q db.Q, memberID int64) (total, day int64, err error) {
	err = q.QueryRow(ctx, quotaUsed, pgx.NamedArgs{"member": memberID}).Scan(&total, &day)
	return total, day, err
}
