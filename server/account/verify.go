package account

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
)

const seeEmails = `SELECT email, COALESCE(pending_email, '') FROM member WHERE id = $1 FOR UPDATE`

// AskVerify sends a member the letter whose link shows that the address is theirs; pending is for one that they change to.
func (d *Door) AskVerify(ctx context.Context, tx pgx.Tx, member int64, pending bool) error {
	var email, next string
	if err := tx.QueryRow(ctx, seeEmails, member).Scan(&email, &next); err != nil {
		return gone(err)
	}
	about, tail := "verify", ""
	if pending {
		email, about, tail = next, "verify-new", "&isPendingEmail=true"
	}
	proof, err := newProof(ctx, tx, verifying, member, []byte(email), verifyLife)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/verify-account/email?userId=%d&verificationString=%s%s", member, proof, tail)
	return d.tell(ctx, tx, member, about, path, map[string]string{"to": email, "hours": hours(verifyLife.Hours())})
}

func hours(h float64) string { return strconv.Itoa(int(h)) }

const (
	setVerified = `UPDATE member SET email_verified = true WHERE id = $1`

	settlePending = `UPDATE member SET email = pending_email, pending_email = NULL, email_verified = true WHERE id = $1`
)

var errProof = fail.New(fail.Forbidden, "This link was used or is too old.")

// Verify notes that an address is its member's, by the secret of the letter's link.
func Verify(ctx context.Context, q db.Q, member int64, secret string, pending bool) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var email, next string
		if err := tx.QueryRow(ctx, seeEmails, member).Scan(&email, &next); err != nil {
			return missing(err)
		}
		payload, ok, err := redeem(ctx, tx, verifying, member, secret)
		if err != nil {
			return err
		}
		switch {
		case ok && pending && next != "" && string(payload) == next:
			_, err = tx.Exec(ctx, settlePending, member)
			return taken(err)
		case ok && !pending && string(payload) == email:
			_, err = tx.Exec(ctx, setVerified, member)
			return err
		}
		return errProof
	})
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fail.New(fail.NotFound, "User not found")
	}
	return err
}

// errand asks for a letter to whoever has an address. Whether anyone has shows neither in the answer nor in its time.
type errand struct {
	About string `json:"about"` // reset, verify or verify-new
	Email string `json:"email"`
}

func (errand) Kind() string { return "email-asked" }

// AskLetter queues such a letter: "reset" for a new password, "verify" for the link that confirms an address.
func (d *Door) AskLetter(ctx context.Context, q db.Q, about, email, place string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	if err := d.PaceLetters(ctx, q, place, email); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return job.Add(ctx, tx, errand{about, email}) })
}

// Register lets r do what AskLetter asked for.
func (d *Door) Register(r *job.Runner, q db.Q) {
	job.Register(r, job.Limit{}, func(ctx context.Context, j *river.Job[errand]) error {
		return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error { return d.run(ctx, tx, j.Args) })
	})
}

const byAddress = `
	SELECT id, COALESCE(email_verified, false), lower(email) <> lower($1) FROM member
	WHERE (lower(email) = lower($1) OR lower(pending_email) = lower($1)) AND NOT blocked AND NOT leaving
	ORDER BY lower(email) = lower($1) DESC LIMIT 1`

func (d *Door) run(ctx context.Context, tx pgx.Tx, e errand) error {
	var member int64
	var verified, pending bool
	err := tx.QueryRow(ctx, byAddress, e.Email).Scan(&member, &verified, &pending)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return err
	case e.About == resetting && !pending:
		return d.AskReset(ctx, tx, member, false)
	case e.About == verifying && (pending || !verified):
		return d.AskVerify(ctx, tx, member, pending)
	}
	return nil
}
