package moderation

import (
	"context"

	"shoal/server/db"
)

const figures = `
	SELECT count(*), count(*) FILTER (WHERE state <> 1), (avg(extract(epoch FROM updated_at - created_at) * 1000) FILTER (WHERE state <> 1))::bigint
	FROM abuse`

// Figures are how many reports there were, how many were answered, and after how many milliseconds (nil when none was). A
// report that was changed after its answer counts with the change.
func Figures(ctx context.Context, q db.Q) (all, answered int64, millis *int64, err error) {
	err = q.QueryRow(ctx, figures).Scan(&all, &answered, &millis)
	return all, answered, millis, err
}
