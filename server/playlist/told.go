package playlist

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const told = `UPDATE playlist SET federated = @known WHERE id = @id`

// Told notes whether other servers know a playlist of ours.
func Told(ctx context.Context, q db.Q, id int64, known bool) error {
	_, err := q.Exec(ctx, told, pgx.NamedArgs{"id": id, "known": known})
	return err
}
