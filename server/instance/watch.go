package instance

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const againIn = time.Second // after the line broke

// Watch hears of changes on any node, so that they hold here at once, until ctx ends.
func (i *Instance) Watch(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) error {
	for ctx.Err() == nil {
		err := i.hear(ctx, pool)
		if ctx.Err() != nil {
			break
		}
		log.Warn("the line for changed settings broke", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(againIn):
		}
	}
	return nil
}

func (i *Instance) hear(ctx context.Context, pool *pgxpool.Pool) error {
	// a connection of its own: LISTEN would occupy one of the pool's for ever
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN shoal_settings"); err != nil {
		return err
	}
	i.Forget() // what was missed before the line stood
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		i.Forget()
	}
}
