package account

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/mail"
	"shoal/shared/api"
)

// codeTries bounds guesses of a code while a second factor is being set up.
var codeTries = Tries{10, 10 * time.Minute}

// AskTwoFactor gives the viewer the secret for an authenticator app. It holds once ConfirmTwoFactor saw a code of it.
func (d *Door) AskTwoFactor(ctx context.Context, q db.Q, v *Viewer, password, place string) (out api.TwoFactor, err error) {
	if err := d.again(ctx, q, v, password, place); err != nil {
		return out, err
	}
	s, err := d.Instance.Settings(ctx)
	if err != nil {
		return out, err
	}
	secret := make([]byte, totpSecret)
	_, _ = rand.Read(secret) // never fails
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if on, err := hasTwoFactor(ctx, tx, v.MemberID); err != nil || on {
			return or(err, errHasTwoFactor)
		}
		out.Request.Token, err = newProof(ctx, tx, enrolling, v.MemberID, secret, enrolLife)
		return err
	})
	out.Request.Secret, out.Request.URI = totpText.EncodeToString(secret), totpURI(secret, s.Name, v.Name)
	return out, err
}

var errHasTwoFactor = fail.New(fail.Invalid, "Two-factor sign-in is on already.")

// or is err, or what else is wrong.
func or(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// again is for someone signed in who must show the password once more; a wrong one is forbidden here, as PeerTube says.
func (d *Door) again(ctx context.Context, q db.Q, v *Viewer, password, place string) error {
	err := d.confirm(ctx, q, v, Attempt{Name: v.Name, Password: password, Place: place})
	if fail.Is(err, fail.Unauthorized) {
		return fail.Wrap(fail.Forbidden, err, "The present password is wrong.").WithCode("current_password_is_invalid")
	}
	return err
}

const (
	seeTwoFactor = `SELECT totp IS NOT NULL FROM member WHERE id = $1 FOR UPDATE`

	setTwoFactor = `UPDATE member SET totp = @secret, totp_step = @step WHERE id = @id`
)

func hasTwoFactor(ctx context.Context, q db.Q, member int64) (on bool, err error) {
	err = q.QueryRow(ctx, seeTwoFactor, member).Scan(&on)
	return on, gone(err)
}

// ConfirmTwoFactor turns the second factor on when code shows that the app has the secret. The code is used up by it.
func (d *Door) ConfirmTwoFactor(ctx context.Context, q db.Q, v *Viewer, token, code string) error {
	if err := d.Pace(ctx, q, "code", v.Name, codeTries); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if on, err := hasTwoFactor(ctx, tx, v.MemberID); err != nil || on {
			return or(err, errHasTwoFactor)
		}
		secret, ok, err := proven(ctx, tx, enrolling, v.MemberID, token)
		if err != nil {
			return err
		}
		step := totpMatch(secret, code, 0, time.Now())
		if !ok || step == 0 {
			return fail.New(fail.Forbidden, "The code or the request is wrong or too old.")
		}
		if err := endProofs(ctx, tx, enrolling, v.MemberID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setTwoFactor, pgx.NamedArgs{"id": v.MemberID, "secret": secret, "step": step}); err != nil {
			return err
		}
		return d.tell(ctx, tx, v.MemberID, "two-factor-on", "/my-account/settings", nil)
	})
}

// DisableTwoFactor turns it off: a member for themselves by their password, an administrator for anyone.
func (d *Door) DisableTwoFactor(ctx context.Context, q db.Q, v *Viewer, member int64, password, place string) error {
	if member == v.MemberID {
		if err := d.again(ctx, q, v, password, place); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if on, err := hasTwoFactor(ctx, tx, member); err != nil || !on {
			return or(err, fail.New(fail.Invalid, "Two-factor sign-in is off already."))
		}
		if _, err := tx.Exec(ctx, setTwoFactor, pgx.NamedArgs{"id": member, "secret": nil, "step": 0}); err != nil {
			return err
		}
		return d.tell(ctx, tx, member, "two-factor-off", "/my-account/settings", nil)
	})
}

const addressee = `
	SELECT m.username, m.email, COALESCE(m.settings->>'language', ''), ac.url
	FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id WHERE m.id = $1`

// tell queues a letter to a member, when letters can be sent. path is of the page that the letter's link opens.
func (d *Door) tell(ctx context.Context, tx pgx.Tx, member int64, about, path string, fields map[string]string) error {
	if !d.Mail {
		return nil
	}
	l := mail.Letter{About: about, Fields: map[string]string{}}
	var name, url string
	if err := tx.QueryRow(ctx, addressee, member).Scan(&name, &l.To, &l.Language, &url); err != nil {
		return gone(err)
	}
	l.Fields["name"], l.Fields["link"] = name, site(url)+path
	for k, v := range fields {
		l.Fields[k] = v
	}
	if to := l.Fields["to"]; to != "" {
		l.To = to
	}
	return mail.Send(ctx, tx, l)
}
