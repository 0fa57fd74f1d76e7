package video

import (
	"context"

	"shoal/server/db"
)

const setSupport = `UPDATE video SET support = $2, updated_at = now() WHERE channel_id = $1`

// SetSupport gives all videos of a channel the same support text; nil takes it away.
func SetSupport(ctx context.Context, q db.Q, channelID int64, support *string) error {
	_, err := q.Exec(ctx, setSupport, channelID, support)
	return err
}
