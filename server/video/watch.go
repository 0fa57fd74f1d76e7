package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const watched = `
	INSERT INTO video_watch (member_id, video_id, position)
	SELECT id, @video, @position FROM member WHERE id = @member AND coalesce((settings->>'history')::bool, true)
	ON CONFLICT (member_id, video_id) DO UPDATE SET position = excluded.position, updated_at = now()`

// Watched keeps where a member is in a video, in seconds, unless the member wants no history.
func Watched(ctx context.Context, q db.Q, memberID, videoID int64, position int) error {
	_, err := q.Exec(ctx, watched, pgx.NamedArgs{"member": memberID, "video": videoID, "position": max(position, 0)})
	return err
}

const forget = `DELETE FROM video_watch WHERE member_id = @member AND (@video::bigint IS NULL OR video_id = @video)`

// Forget takes a video, or with nil all, out of a member's history.
func Forget(ctx context.Context, q db.Q, memberID int64, videoID *int64) error {
	_, err := q.Exec(ctx, forget, pgx.NamedArgs{"member": memberID, "video": videoID})
	return err
}

const viewed = `
	WITH v AS (UPDATE video SET views = views + 1, trend = trend + 1 WHERE id = @id RETURNING id)
	INSERT INTO video_view (video_id, day, views) SELECT id, current_date, 1 FROM v
	ON CONFLICT (video_id, day) DO UPDATE SET views = video_view.views + 1`

// Viewed counts one view.
func Viewed(ctx context.Context, q db.Q, id int64) error {
	return touched(ctx, q, viewed, pgx.NamedArgs{"id": id})
}

const fade = `
	WITH now AS (SELECT v.id, coalesce((SELECT sum(n.views) FROM video_view n WHERE n.video_id = v.id AND n.day > current_date - 7), 0) AS views
		FROM video v WHERE v.trend > 0)
	UPDATE video v SET trend = now.views FROM now WHERE now.id = v.id AND v.trend <> now.views`

// Fade takes the views of days gone by out of what is trending.
func Fade(ctx context.Context, q db.Q) error {
	_, err := q.Exec(ctx, fade)
	return err
}
