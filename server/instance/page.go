package instance

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

const (
	homepage = `SELECT homepage FROM instance`

	setHomepage = `
	INSERT INTO instance (secret, homepage) VALUES (@secret, @text)
	ON CONFLICT (id) DO UPDATE SET homepage = excluded.homepage`
)

// Homepage is the platform's own front page, in Markdown; empty when there is none.
func Homepage(ctx context.Context, q db.Q) (text string, err error) {
	err = q.QueryRow(ctx, homepage).Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return text, err
}

// SetHomepage replaces it; an empty text takes it away.
func SetHomepage(ctx context.Context, q db.Q, text string) error {
	if utf8.RuneCountInString(text) > longText {
		return fail.Field("content", "Has at most %d characters.", longText)
	}
	_, err := q.Exec(ctx, setHomepage, pgx.NamedArgs{"secret": random(32), "text": text})
	return err
}
