package channel

import (
	"context"
	"slices"

	"shoal/server/db"
	"shoal/shared/api"
)

const many = columns + ` WHERE c.id = ANY($1::bigint[])`

// Many are channels with their owners in the order of ids; those that are absent are left out.
func Many(ctx context.Context, q db.Q, ids []int64) ([]api.Channel, error) {
	if len(ids) == 0 {
		return []api.Channel{}, nil
	}
	all, err := read(ctx, q, many, ids)
	slices.SortFunc(all, func(a, b api.Channel) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return all, err
}
