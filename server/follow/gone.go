package follow

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const dropInbox = `
	DELETE FROM follow WHERE follower_id IN (SELECT actor_id FROM actor_remote WHERE inbox = @inbox)`

// DropInbox ends what an actor of elsewhere follows whose own inbox is gone. Nobody is told, since nobody is there.
func DropInbox(ctx context.Context, q db.Q, inbox string) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if err := Heard(ctx, tx, true); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, dropInbox, pgx.NamedArgs{"inbox": inbox}); err != nil {
			return err
		}
		return Heard(ctx, tx, false)
	})
}

// Heard keeps what follows in a transaction from being told to other servers: it came from there.
// It is about follows that end and comments that are emptied; what changes for others is told all the same.
func Heard(ctx context.Context, tx pgx.Tx, on bool) error {
	value := "off"
	if on {
		value = "on"
	}
	_, err := tx.Exec(ctx, `SELECT set_config('shoal.heard', $1, true)`, value)
	return err
}
