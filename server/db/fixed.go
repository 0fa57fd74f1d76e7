package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Fixed sends statements whose plans do not depend on their arguments, such as a search by key: they are planned once
// for each connection. Planning a join of five tables takes 0.7 ms, more than running it.
func Fixed(ctx context.Context, q Q, queue func(b *pgx.Batch)) error {
	var b pgx.Batch
	done := func(pgconn.CommandTag) error { return nil }
	b.Queue(`SET plan_cache_mode = force_generic_plan`).Exec(done)
	queue(&b)
	b.Queue(`RESET plan_cache_mode`).Exec(done) // an error before it undoes SET
	return q.SendBatch(ctx, &b).Close()
}
