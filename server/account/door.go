package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/shared/api"
)

// Door lets people in and makes those wait who guess. Zero values mean the defaults.
type Door struct {
	Instance *instance.Instance
	PerPlace Tries // failed sign-ins from one place: 15 in 5 minutes
	PerName  Tries // failed sign-ins by one name, from anywhere: 30 in 15 minutes
}

// Tries is how many failures are borne within a window of time.
type Tries struct {
	Most   int
	Within time.Duration
}

func (t Tries) or(other Tries) Tries {
	if t.Most > 0 && t.Within > 0 {
		return t
	}
	return other
}

// Attempt is someone at the door.
type Attempt struct {
	Name     string // user name or email address
	Password string
	Place    string // see Place
}

// SignIn gives the tokens of an app.
func (d *Door) SignIn(ctx context.Context, q db.Q, a Attempt) (api.Token, error) {
	member, err := d.admit(ctx, q, a)
	if err != nil {
		return api.Token{}, err
	}
	return issue(ctx, q, member, uuid.New())
}

// SignInCookie gives the token of a session of our own pages, for SetCookie.
func (d *Door) SignInCookie(ctx context.Context, q db.Q, a Attempt) (string, error) {
	member, err := d.admit(ctx, q, a)
	if err != nil {
		return "", err
	}
	return issueCookie(ctx, q, member)
}

const (
	byName = `
	SELECT id, password, blocked FROM member WHERE lower(username) = lower($1) OR lower(email) = lower($1)
	ORDER BY lower(username) = lower($1) DESC LIMIT 1`

	noteSignIn = `UPDATE member SET last_login_at = now() WHERE id = $1`
)

// admit finds the member. A wrong name and a wrong password take the same time and get the same answer.
func (d *Door) admit(ctx context.Context, q db.Q, a Attempt) (int64, error) {
	note, err := d.knock(ctx, q, a)
	if err != nil {
		return 0, err
	}
	var member int64
	var phc string
	var blocked bool
	err = q.QueryRow(ctx, byName, a.Name).Scan(&member, &phc, &blocked)
	if errors.Is(err, pgx.ErrNoRows) {
		phc, err = nobody, nil
	}
	if err != nil {
		return 0, err
	}
	ok, err := matches(ctx, phc, a.Password)
	switch {
	case err != nil:
		return 0, err
	case !ok || member == 0:
		return 0, grant("user credentials are invalid")
	case blocked:
		return 0, fail.New(fail.Invalid, "User is blocked.").WithCode("access_denied")
	}
	if err := note.forget(ctx, q); err != nil {
		return 0, err
	}
	_, err = q.Exec(ctx, noteSignIn, member)
	return member, err
}

const ownPassword = `SELECT password FROM member WHERE id = $1`

// confirm is for someone who came in already and must show the password once more.
func (d *Door) confirm(ctx context.Context, q db.Q, v *Viewer, a Attempt) error {
	note, err := d.knock(ctx, q, a)
	if err != nil {
		return err
	}
	var phc string
	if err := q.QueryRow(ctx, ownPassword, v.MemberID).Scan(&phc); err != nil {
		return err
	}
	ok, err := matches(ctx, phc, a.Password)
	if err == nil && !ok {
		err = fail.New(fail.Unauthorized, "The present password is wrong.").WithCode("current_password_is_invalid")
	}
	if err != nil {
		return err
	}
	return note.forget(ctx, q)
}

// attempt is the trace that an attempt leaves until it succeeds.
type attempt struct {
	place, name []byte
	at          time.Time
}

const (
	// The attempt is written before it is counted, so that many at once cannot all find the count low.
	addAttempt = `
	INSERT INTO sign_in_attempt (key) VALUES ($1), ($2) RETURNING at`

	// The oldest attempt that counts tells when the next is allowed.
	countAttempts = `
	SELECT count(*), COALESCE(extract(epoch FROM min(at) + $2::interval - now()), 0)::float8
	FROM (SELECT at FROM sign_in_attempt WHERE key = $1 AND at > now() - $2::interval ORDER BY at DESC LIMIT $3) AS last`

	dropAttempt = `DELETE FROM sign_in_attempt WHERE key IN ($1, $2) AND at = $3`
)

// knock notes the attempt, or refuses it when there were too many of late.
func (d *Door) knock(ctx context.Context, q db.Q, a Attempt) (attempt, error) {
	secret, err := d.Instance.Secret(ctx)
	if err != nil {
		return attempt{}, err
	}
	note := attempt{place: keyed(secret, "place", a.Place), name: keyed(secret, "name", strings.ToLower(a.Name))}
	if err := q.QueryRow(ctx, addAttempt, note.place, note.name).Scan(&note.at); err != nil {
		return note, err
	}
	for _, c := range []struct {
		key []byte
		Tries
	}{
		{note.place, d.PerPlace.or(Tries{15, 5 * time.Minute})},
		{note.name, d.PerName.or(Tries{30, 15 * time.Minute})},
	} {
		var n int
		var wait float64 // seconds
		if err := q.QueryRow(ctx, countAttempts, c.key, c.Within, c.Most+1).Scan(&n, &wait); err != nil {
			return note, err
		}
		if n > c.Most {
			return note, errors.Join(tooMany(time.Duration(wait*float64(time.Second))), note.drop(ctx, q))
		}
	}
	return note, nil
}

// tooMany says in words, too, how long the wait is.
func tooMany(wait time.Duration) error {
	wait = max(time.Second, wait)
	words := fmt.Sprintf("%d minutes", int(math.Ceil(wait.Minutes())))
	if wait <= time.Minute {
		words = "a minute"
	}
	e := fail.New(fail.TooMany, "Too many failed attempts to sign in. Try again in %s.", words)
	e.After = wait
	return e
}

// drop takes the attempt back: it was refused unseen, and must not make the wait longer.
func (n attempt) drop(ctx context.Context, q db.Q) error {
	_, err := q.Exec(ctx, dropAttempt, n.place, n.name, n.at)
	return err
}

const forgive = `DELETE FROM sign_in_attempt WHERE key = $1 OR key = $2 AND at = $3`

// forget ends the count of a name whose owner came in, and takes this attempt off its place's count.
func (n attempt) forget(ctx context.Context, q db.Q) error {
	_, err := q.Exec(ctx, forgive, n.name, n.place, n.at)
	return err
}

// keyed hides what it hashes from anyone without the platform's secret.
func keyed(secret []byte, kind, text string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(kind + "\x00" + text))
	return h.Sum(nil)
}
