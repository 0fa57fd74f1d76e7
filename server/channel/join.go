package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
)

// Join adds a member with an account and its default channel.
func Join(ctx context.Context, q db.Q, n account.New) (m account.Member, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		m, err = account.Create(ctx, tx, n)
		return first(ctx, tx, m, err)
	})
	return m, err
}

// EnsureAdmin adds an administrator unless there is one of that name already.
func EnsureAdmin(ctx context.Context, q db.Q, n account.New) (m account.Member, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var created bool
		m, created, err = account.EnsureAdmin(ctx, tx, n)
		if err != nil || !created {
			return err
		}
		return first(ctx, tx, m, nil)
	})
	return m, err
}

// Setup makes the first administrator with the token of a set-up link, which ends by it.
func Setup(ctx context.Context, q db.Q, token string, n account.New) (m account.Member, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		m, err = account.Setup(ctx, tx, token, n)
		return first(ctx, tx, m, err)
	})
	return m, err
}

func first(ctx context.Context, tx pgx.Tx, m account.Member, err error) error {
	if err == nil {
		_, err = CreateDefault(ctx, tx, m.AccountID, m.Username)
	}
	return err
}
