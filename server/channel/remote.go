package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
)

const (
	addRemote = `INSERT INTO channel (actor_id, account_id, support) VALUES (@actor, @account, @support)`

	updateRemote = `
	UPDATE channel SET account_id = @account, support = @support WHERE actor_id = @actor AND (account_id, support) IS DISTINCT FROM (@account, @support)`
)

// AddRemote adds a channel of elsewhere, which belongs to an account of the same server.
func AddRemote(ctx context.Context, tx pgx.Tx, r account.Remote, accountID int64, support *string) (actorID int64, err error) {
	if actorID, err = account.AddRemote(ctx, tx, r); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, addRemote, pgx.NamedArgs{"actor": actorID, "account": accountID, "support": support})
	return actorID, err
}

// UpdateRemote changes what a channel of elsewhere says of itself, and whose it is.
func UpdateRemote(ctx context.Context, tx pgx.Tx, actorID int64, r account.Remote, accountID int64, support *string) error {
	if err := account.UpdateRemote(ctx, tx, actorID, r); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, updateRemote, pgx.NamedArgs{"actor": actorID, "account": accountID, "support": support})
	return err
}
