package joining

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/mail"
	"shoal/server/notify"
	"shoal/shared/api"
)

const (
	taken = `
	SELECT CASE WHEN EXISTS (SELECT FROM member WHERE lower(username) = lower(@username))
	              OR EXISTS (SELECT FROM actor WHERE lower(name) = lower(@username) AND host = '') THEN 'username'
	            WHEN EXISTS (SELECT FROM member WHERE lower(email) = lower(@email)) THEN 'email'
	            WHEN @channel <> '' AND EXISTS (SELECT FROM actor WHERE lower(name) = lower(@channel) AND host = '') THEN 'channel.name'
	            ELSE '' END`

	add = `
	INSERT INTO registration (reason, username, email, email_verified, password, display_name, channel_name, channel_display_name)
	VALUES (@reason, @username, @email, @verified, @password, NULLIF(@display, ''), NULLIF(@channel, ''), NULLIF(@channel_display, ''))
	RETURNING id`
)

// Ask keeps a newcomer's request for moderators to answer.
func (g *Gate) Ask(ctx context.Context, q db.Q, n Newcomer) (id int64, err error) {
	s, err := g.Door.Instance.Settings(ctx)
	if err != nil {
		return 0, err
	}
	if err := g.admit(ctx, q, s, n); err != nil {
		return 0, err
	}
	if !s.SignUp.Approval {
		return 0, fail.New(fail.Invalid, "User registration does not require approval")
	}
	n.RegistrationReason = strings.TrimSpace(n.RegistrationReason)
	if l := utf8.RuneCountInString(n.RegistrationReason); l < 2 || l > 3000 {
		return 0, fail.Field("registrationReason", "Say in 2 to 3000 characters why you want to join.")
	}
	if err := n.check(); err != nil {
		return 0, err
	}
	who, err := hashed(ctx, g.member(s, n))
	if err != nil {
		return 0, err
	}
	c := first(s, n)
	if err := channel.CheckHandle(c.Name); c.Name != "" && err != nil {
		return 0, err
	}
	verify := s.SignUp.Verify && g.Door.Mail
	if verify {
		who.Verified = new(bool)
	}
	display := ""
	if n.Channel != nil {
		display = strings.TrimSpace(n.Channel.DisplayName)
	}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		args := pgx.NamedArgs{
			"reason": n.RegistrationReason, "username": who.Username, "email": who.Email, "verified": who.Verified, "password": who.Hash,
			"display": strings.TrimSpace(n.DisplayName), "channel": c.Name, "channel_display": display,
		}
		var field string
		if err := tx.QueryRow(ctx, taken, args).Scan(&field); err != nil || field != "" {
			return or(err, conflict(field))
		}
		if err := tx.QueryRow(ctx, add, args).Scan(&id); err != nil {
			return asked(err)
		}
		if err := g.Door.PaceJoins(ctx, tx, n.Place); err != nil {
			return err
		}
		if verify {
			if err := g.sendProof(ctx, tx, id); err != nil {
				return err
			}
		}
		asked := api.NotifiedRequest{ID: id, Username: who.Username}
		return tellModerators(ctx, tx, notify.Notice{Type: api.RegistrationAsked, Data: map[string]any{"registration": asked}})
	})
	return id, err
}

func or(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func conflict(field string) error {
	if field == "" {
		return nil
	}
	e := fail.New(fail.Conflict, "This name is already taken.")
	if field == "email" {
		e.Public = "This email address is already used."
	}
	e.Fields = map[string]string{field: e.Public}
	return e
}

// asked turns the breach of a unique index into a plain refusal: somebody waits already.
func asked(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "23505" {
		return err
	}
	field := map[string]string{"registration_email": "email", "registration_channel": "channel.name"}[pg.ConstraintName]
	if field == "" {
		field = "username"
	}
	return conflict(field)
}

const proofLife = 24 * time.Hour

const setProof = `
	UPDATE registration SET proof_hash = @hash, proof_expires_at = now() + @life::interval WHERE id = @id RETURNING username, email`

// sendProof sends the letter whose link shows that the address is the newcomer's.
func (g *Gate) sendProof(ctx context.Context, tx pgx.Tx, id int64) error {
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	var name, email string
	if err := tx.QueryRow(ctx, setProof, pgx.NamedArgs{"id": id, "hash": sum[:], "life": proofLife}).Scan(&name, &email); err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Letter{To: email, About: "verify-request", Fields: map[string]string{
		"name": name, "hours": fmt.Sprint(proofLife.Hours()),
		"link": fmt.Sprintf("%s/verify-account/email?registrationId=%d&verificationString=%s", g.Site, id, secret),
	}})
}

const (
	exists = `SELECT EXISTS (SELECT FROM registration WHERE id = $1)`

	verify = `
	UPDATE registration SET email_verified = true, proof_hash = NULL, updated_at = now()
	WHERE id = @id AND proof_hash = @hash AND proof_expires_at > now()`
)

// Verify notes that an address is its newcomer's, by the secret of the letter's link.
func Verify(ctx context.Context, q db.Q, id int64, secret string) error {
	sum := sha256.Sum256([]byte(secret))
	tag, err := q.Exec(ctx, verify, pgx.NamedArgs{"id": id, "hash": sum[:]})
	if err != nil || tag.RowsAffected() == 1 {
		return err
	}
	var there bool
	if err := q.QueryRow(ctx, exists, id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return errAbsent
	}
	return fail.New(fail.Forbidden, "This link was used or is too old.")
}

var errAbsent = fail.New(fail.NotFound, "Registration not found")

const waitingFor = `
	SELECT id FROM registration WHERE lower(email) = lower($1) AND state = 1 AND email_verified = false`

// AskLetter sends the letter of a request anew. Whether there is one shows not in the answer.
func (g *Gate) AskLetter(ctx context.Context, q db.Q, email, place string) error {
	if err := g.Door.PaceLetters(ctx, q, place, email); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var id int64
		err := tx.QueryRow(ctx, waitingFor, email).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return g.sendProof(ctx, tx, id)
	})
}

// State is what a newcomer is told of the request.
func State(id int) api.Constant { return api.Constant{ID: id, Label: api.RegistrationStates[id]} }
