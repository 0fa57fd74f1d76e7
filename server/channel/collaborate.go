package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

const mayEdit = `
	SELECT EXISTS (SELECT FROM channel WHERE id = @channel AND account_id = @account)
	    OR EXISTS (SELECT FROM channel_collaborator WHERE channel_id = @channel AND account_id = @account AND accepted)`

// MayEdit tells whether an account owns a channel or works on it.
func MayEdit(ctx context.Context, q db.Q, id, accountID int64) (yes bool, err error) {
	err = q.QueryRow(ctx, mayEdit, pgx.NamedArgs{"channel": id, "account": accountID}).Scan(&yes)
	return yes, err
}

const collaborations = columns + `
	JOIN channel_collaborator k ON k.channel_id = c.id AND k.accepted
	WHERE k.account_id = $1 ORDER BY k.id`

// Collaborations are the channels of others that an account works on.
func Collaborations(ctx context.Context, q db.Q, accountID int64) ([]api.Channel, error) {
	return read(ctx, q, collaborations, accountID)
}
