package remote

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/httpsig"
)

const (
	// What was learned a week ago may have changed; an old cavage is tried first all the same.
	schemeOf = `SELECT scheme, coalesce(scheme_at > now() - interval '7 days', false) FROM remote_host WHERE host = @host`

	learned = `
	INSERT INTO remote_host (host, scheme, scheme_at) VALUES (@host, @scheme, now())
	ON CONFLICT (host) DO UPDATE SET scheme = excluded.scheme, scheme_at = now()`
)

// SchemeOf is how a host wants to be signed to, and whether that is known of late. Who is not known gets what all understand.
func SchemeOf(ctx context.Context, q db.Q, host string) (s httpsig.Scheme, known bool, err error) {
	var name string
	err = q.QueryRow(ctx, schemeOf, pgx.NamedArgs{"host": host}).Scan(&name, &known)
	if errors.Is(err, pgx.ErrNoRows) {
		return httpsig.Cavage, false, nil
	}
	if name == "rfc9421" {
		return httpsig.Message, known, err
	}
	return httpsig.Cavage, known && name != "", err
}

// Learned keeps how a host wants to be signed to.
func Learned(ctx context.Context, q db.Q, host string, s httpsig.Scheme) error {
	name := "cavage"
	if s == httpsig.Message {
		name = "rfc9421"
	}
	_, err := q.Exec(ctx, learned, pgx.NamedArgs{"host": host, "scheme": name})
	return err
}
