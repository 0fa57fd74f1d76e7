package channel

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
)

// Join adds a member with an account and its default channel.
func Join(ctx context.Context, q db.Q, n account.New) (m account.Member, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		m, err = account.Create(ctx, tx, n)
		return first(ctx, tx, m, err)
	})
	return m, err
}

// First is the channel that somebody who joins asked for; empty texts mean the usual ones.
type First struct {
	Name        string
	DisplayName string // "$1" stands for the user name
}

// JoinWith is Join with a channel of one's own choice.
func JoinWith(ctx context.Context, q db.Q, n account.New, c First) (m account.Member, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if m, err = account.Create(ctx, tx, n); err != nil {
			return err
		}
		display := strings.ReplaceAll(cmp.Or(strings.TrimSpace(c.DisplayName), "Main $1 channel"), "$1", m.Username)
		if c.Name == "" {
			_, err = createFirst(ctx, tx, m.AccountID, m.Username, display)
			return err
		}
		_, err = Create(ctx, tx, New{AccountID: m.AccountID, Name: c.Name, DisplayName: display, IsDefault: true}, 1)
		return channelTaken(err)
	})
	return m, err
}

// channelTaken says of a taken name which of the two it is.
func channelTaken(err error) error {
	var e *fail.Error
	if errors.As(err, &e) && e.Kind == fail.Conflict {
		e.Fields = map[string]string{"channel.name": e.Public}
	}
	return err
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
