package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

// Client is the public OAuth client that every app signs in with.
type Client api.OAuthClient

const (
	anyClient = `SELECT id, secret FROM oauth_client ORDER BY id LIMIT 1`

	addClient = `INSERT INTO oauth_client (id, secret) VALUES ($1, $2)`

	lockClients = `SELECT pg_advisory_xact_lock(hashtext('oauth_client'))`
)

// LocalClient reads the client and makes it at the first start.
func LocalClient(ctx context.Context, q db.Q) (c Client, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockClients); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, anyClient).Scan(&c.ID, &c.Secret)
		if err != pgx.ErrNoRows {
			return err
		}
		c = Client{ID: strings.ToLower(rand.Text()), Secret: rand.Text()}
		_, err = tx.Exec(ctx, addClient, c.ID, c.Secret)
		return err
	})
	return c, err
}

// Is tells whether an app presented this client.
func (c Client) Is(id, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(c.ID), []byte(id))&subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) == 1
}
