package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const (
	told = `UPDATE video SET federated = @known WHERE id = @id`

	shareOurs = `INSERT INTO video_share (video_id, actor_id, url) VALUES (@id, @actor, @url) ON CONFLICT DO NOTHING`

	unshareOurs = `
	DELETE FROM video_share s USING actor a WHERE s.video_id = @id AND a.id = s.actor_id AND a.host = '' AND (@actor::bigint = 0 OR a.id = @actor)`
)

// Told notes whether other servers know a video of ours.
func Told(ctx context.Context, q db.Q, id int64, known bool) error {
	return touched(ctx, q, told, pgx.NamedArgs{"id": id, "known": known})
}

// ShareOurs notes that an actor of ours announced a video, by the announce's address.
func ShareOurs(ctx context.Context, q db.Q, id, actorID int64, url string) error {
	_, err := q.Exec(ctx, shareOurs, pgx.NamedArgs{"id": id, "actor": actorID, "url": url})
	return err
}

// UnshareOurs takes back the announce of an actor of ours, or with 0 of all of them.
func UnshareOurs(ctx context.Context, q db.Q, id, actorID int64) error {
	_, err := q.Exec(ctx, unshareOurs, pgx.NamedArgs{"id": id, "actor": actorID})
	return err
}
