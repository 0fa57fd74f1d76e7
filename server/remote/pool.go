package remote

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool opens connections beside those of base for what comes from elsewhere: short statements without choices in them, planned once,
// and changes that can be made again, so that nobody waits until they are on disk. What is to be kept for good is not for it.
func Pool(ctx context.Context, base *pgxpool.Pool, conns int) (*pgxpool.Pool, error) {
	c := base.Config().Copy()
	c.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	c.ConnConfig.RuntimeParams["synchronous_commit"] = "off"
	c.MaxConns, c.MinConns = int32(min(max(conns, 2), 100)), 0
	return pgxpool.NewWithConfig(ctx, c)
}
