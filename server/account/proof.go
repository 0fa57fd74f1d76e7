package account

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Purposes of a proof, and how long one is good.
const (
	resetting  = "reset"
	verifying  = "verify"
	enrolling  = "totp"
	resetLife  = time.Hour
	firstLife  = 7 * 24 * time.Hour // for a password of an account that an administrator made
	verifyLife = 24 * time.Hour
	enrolLife  = 10 * time.Minute
)

const (
	addProof = `
	INSERT INTO proof (hash, purpose, member_id, payload, expires_at) VALUES (@hash, @purpose, @member, @payload, now() + @life::interval)`

	dropProofs = `DELETE FROM proof WHERE member_id = @member AND purpose = @purpose`
)

// newProof makes the secret that shows, when it comes back, that its holder got what we sent. Older ones end.
func newProof(ctx context.Context, q db.Q, purpose string, member int64, payload []byte, life time.Duration) (string, error) {
	if err := endProofs(ctx, q, purpose, member); err != nil {
		return "", err
	}
	secret := rand.Text()
	_, err := q.Exec(ctx, addProof, pgx.NamedArgs{"hash": digest(secret), "purpose": purpose, "member": member, "payload": payload, "life": life})
	return secret, err
}

func endProofs(ctx context.Context, q db.Q, purpose string, member int64) error {
	_, err := q.Exec(ctx, dropProofs, pgx.NamedArgs{"purpose": purpose, "member": member})
	return err
}

const (
	seeProof = `
	SELECT payload FROM proof WHERE hash = @hash AND purpose = @purpose AND member_id = @member AND expires_at > now()`

	useProof = `
	DELETE FROM proof WHERE hash = @hash AND purpose = @purpose AND member_id = @member AND expires_at > now() RETURNING payload`
)

// proven reads what a proof was made for, without ending it; ok is false when it is not good.
func proven(ctx context.Context, q db.Q, purpose string, member int64, secret string) (payload []byte, ok bool, err error) {
	return askProof(ctx, q, seeProof, purpose, member, secret)
}

// redeem is proven and ends the proof: of two at once, one gets it.
func redeem(ctx context.Context, q db.Q, purpose string, member int64, secret string) (payload []byte, ok bool, err error) {
	return askProof(ctx, q, useProof, purpose, member, secret)
}

func askProof(ctx context.Context, q db.Q, sql, purpose string, member int64, secret string) (payload []byte, ok bool, err error) {
	err = q.QueryRow(ctx, sql, pgx.NamedArgs{"hash": digest(secret), "purpose": purpose, "member": member}).Scan(&payload)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return payload, err == nil, err
}
