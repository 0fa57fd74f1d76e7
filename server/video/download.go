package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const downloaded = `UPDATE video SET downloads = downloads + 1 WHERE id = @id`

// Downloaded counts one more download.
func Downloaded(ctx context.Context, q db.Q, videoID int64) error {
	_, err := q.Exec(ctx, downloaded, pgx.NamedArgs{"id": videoID})
	return err
}
