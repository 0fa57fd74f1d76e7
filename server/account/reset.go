package account

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// AskReset sends a member the letter whose link lets them choose a password; first is for an account that was made for them.
func (d *Door) AskReset(ctx context.Context, tx pgx.Tx, member int64, first bool) error {
	about, life := "reset", resetLife
	if first {
		about, life = "first-password", firstLife
	}
	var email, next string
	if err := tx.QueryRow(ctx, seeEmails, member).Scan(&email, &next); err != nil {
		return gone(err)
	}
	proof, err := newProof(ctx, tx, resetting, member, []byte(email), life)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/reset-password?userId=%d&verificationString=%s", member, proof)
	return d.tell(ctx, tx, member, about, path, map[string]string{"hours": hours(life.Hours())})
}

// Reset gives a member a new password by the secret of the letter's link and ends all their sign-ins. Whoever has the
// letter has shown that the address is theirs.
func (d *Door) Reset(ctx context.Context, q db.Q, member int64, secret, password string) error {
	_, ok, err := proven(ctx, q, resetting, member, secret) // before the costly hash
	if err != nil {
		return err
	}
	if !ok {
		return or(exists(ctx, q, member), errProof)
	}
	phc, err := Hash(ctx, password)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var email, next string
		if err := tx.QueryRow(ctx, seeEmails, member).Scan(&email, &next); err != nil {
			return missing(err)
		}
		payload, ok, err := redeem(ctx, tx, resetting, member, secret)
		if err != nil || !ok || string(payload) != email {
			return or(err, errProof)
		}
		if err := d.newWord(ctx, tx, member, phc, 0); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, setVerified, member)
		return err
	})
}

// newWord stores a new password, ends all sign-ins but that of the token except, and tells the member.
func (d *Door) newWord(ctx context.Context, tx pgx.Tx, member int64, phc string, except int64) error {
	if _, err := tx.Exec(ctx, setPassword, member, phc); err != nil {
		return err
	}
	if err := RevokeAll(ctx, tx, member, except); err != nil {
		return err
	}
	if err := endProofs(ctx, tx, resetting, member); err != nil {
		return err
	}
	return d.tell(ctx, tx, member, "password", "/login", nil)
}

const isMember = `SELECT EXISTS (SELECT FROM member WHERE id = $1)`

func exists(ctx context.Context, q db.Q, member int64) error {
	var yes bool
	if err := q.QueryRow(ctx, isMember, member).Scan(&yes); err != nil {
		return err
	}
	if !yes {
		return fail.New(fail.NotFound, "User not found")
	}
	return nil
}
