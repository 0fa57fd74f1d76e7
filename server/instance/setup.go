package instance

import (
	"context"
	"crypto/rand"
	"crypto/sha256"

	"shoal/server/db"
	"shoal/server/fail"
)

const (
	hasAdmin = `SELECT EXISTS (SELECT FROM member WHERE role = 0)`

	openSetup = `
	INSERT INTO instance (secret, setup_hash) VALUES ($1, $2)
	ON CONFLICT (id) DO UPDATE SET setup_hash = excluded.setup_hash`
)

// NeedsSetup tells whether there is no administrator yet.
func NeedsSetup(ctx context.Context, q db.Q) (bool, error) {
	var exists bool
	err := q.QueryRow(ctx, hasAdmin).Scan(&exists)
	return !exists, err
}

// OpenSetup gives the token of a new one-time set-up link; older links end. It is refused once there is an administrator.
func OpenSetup(ctx context.Context, q db.Q) (string, error) {
	needed, err := NeedsSetup(ctx, q)
	if err != nil {
		return "", err
	}
	if !needed {
		return "", fail.New(fail.Conflict, "This platform has an administrator already.")
	}
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	_, err = q.Exec(ctx, openSetup, random(32), hash[:])
	return token, err
}

const checkSetup = `
	SELECT EXISTS (SELECT FROM instance WHERE setup_hash = $1) AND NOT EXISTS (SELECT FROM member WHERE role = 0)`

// CheckSetup is nil when a set-up link with this token may be used now.
func CheckSetup(ctx context.Context, q db.Q, token string) error {
	hash := sha256.Sum256([]byte(token))
	var open bool
	if err := q.QueryRow(ctx, checkSetup, hash[:]).Scan(&open); err != nil {
		return err
	}
	if !open {
		return errSetup
	}
	return nil
}

var errSetup = fail.New(fail.Forbidden, "This set-up link was used or is no longer valid. Run “shoal setup-link” for a new one.")

const (
	closeSetup = `UPDATE instance SET setup_hash = NULL WHERE setup_hash = $1`

	endSetup = `UPDATE instance SET setup_hash = NULL WHERE setup_hash IS NOT NULL`
)

// UseSetup ends the link of this token within the caller's transaction: of two who use it at once, one gets it.
func UseSetup(ctx context.Context, q db.Q, token string) error {
	hash := sha256.Sum256([]byte(token))
	tag, err := q.Exec(ctx, closeSetup, hash[:])
	if err != nil {
		return err
	}
	if needed, err := NeedsSetup(ctx, q); err != nil || !needed || tag.RowsAffected() == 0 {
		if err != nil {
			return err
		}
		return errSetup
	}
	return nil
}

// EndSetup ends any set-up link, since there is an administrator now.
func EndSetup(ctx context.Context, q db.Q) error {
	_, err := q.Exec(ctx, endSetup)
	return err
}
