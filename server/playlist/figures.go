package playlist

import (
	"context"

	"shoal/server/db"
)

const countPublic = `SELECT count(*) FROM playlist WHERE local AND privacy = 1`

// Count is how many public playlists of ours there are.
func Count(ctx context.Context, q db.Q) (n int64, err error) {
	err = q.QueryRow(ctx, countPublic).Scan(&n)
	return n, err
}
