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
	Joins    Tries // new accounts or requests for one from one place: 5 in an hour
	Letters  Tries // letters asked for from one place: 10 in an hour; for one address it is 3
	Mail     bool  // letters can be sent
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
	Code     string // of the second factor, if there is one
	From     Origin
}

// SignIn gives the tokens of an app.
func (d *Door) SignIn(ctx context.Context, q db.Q, a Attempt) (api.Token, error) {
	member, err := d.admit(ctx, q, a)
	if err != nil {
		return api.Token{}, err
	}
	return issue(ctx, q, member, uuid.New(), login{Origin: a.From, last: a.From})
}

// SignInCookie gives the token of a session of our own pages, for SetCookie.
func (d *Door) SignInCookie(ctx context.Context, q db.Q, a Attempt) (string, error) {
	member, err := d.admit(ctx, q, a)
	if err != nil {
		return "", err
	}
	return issueCookie(ctx, q, member, a.From)
}

const (
	byName = `
	SELECT id, password, blocked, COALESCE(email_verified, true), totp, totp_step FROM member
	WHERE (lower(username) = lower($1) OR lower(email) = lower($1)) AND NOT leaving
	ORDER BY lower(username) = lower($1) DESC LIMIT 1`

	byRequest = `
	SELECT password, state FROM registration
	WHERE (lower(username) = lower($1) OR lower(email) = lower($1)) AND state IN (1, 2) ORDER BY id DESC LIMIT 1`

	noteSignIn = `UPDATE member SET last_login_at = now() WHERE id = $1`
)

// admit finds the member. A wrong name and a wrong password take the same time and get the same answer.
func (d *Door) admit(ctx context.Context, q db.Q, a Attempt) (int64, error) {
	note, err := d.knock(ctx, q, a)
	if err != nil {
		return 0, err
	}
	c, err := candidateOf(ctx, q, a.Name)
	if err != nil {
		return 0, err
	}
	ok, err := matches(ctx, c.password, a.Password)
	switch {
	case err != nil:
		return 0, err
	case !ok || c.member == 0 && c.waiting == nil:
		return 0, grant("user credentials are invalid")
	case c.waiting != nil:
		return 0, errors.Join(c.waiting, note.drop(ctx, q))
	}
	return d.enter(ctx, q, c, a, note)
}

// enter lets in who has shown the password, unless there is something else.
func (d *Door) enter(ctx context.Context, q db.Q, c candidate, a Attempt, note attempt) (int64, error) {
	if c.blocked {
		return 0, fail.New(fail.Invalid, "User is blocked.").WithCode("account_blocked")
	}
	if err := d.second(ctx, q, c, a, note); err != nil {
		return 0, err
	}
	if err := note.forget(ctx, q); err != nil {
		return 0, err
	}
	_, err := q.Exec(ctx, noteSignIn, c.member)
	return c.member, err
}

// candidate is who may stand at the door.
type candidate struct {
	member            int64
	password          string
	blocked, verified bool
	totp              []byte
	step              int64
	waiting           error // of someone who is no member, but asked to be: what to tell them
}

func candidateOf(ctx context.Context, q db.Q, name string) (c candidate, err error) {
	err = q.QueryRow(ctx, byName, name).Scan(&c.member, &c.password, &c.blocked, &c.verified, &c.totp, &c.step)
	if !errors.Is(err, pgx.ErrNoRows) {
		return c, err
	}
	var state int
	err = q.QueryRow(ctx, byRequest, name).Scan(&c.password, &state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		c.password, err = nobody, nil
	case err == nil && state == 1:
		c.waiting = fail.New(fail.Invalid, "Your account waits for the approval of a moderator.").WithCode("account_waiting_for_approval")
	case err == nil:
		c.waiting = fail.New(fail.Invalid, "Your request for an account was not accepted.").WithCode("account_approval_rejected")
	}
	return c, err
}

// second asks for what is needed besides the password: a verified address, and the code of the second factor.
func (d *Door) second(ctx context.Context, q db.Q, c candidate, a Attempt, note attempt) error {
	if !c.verified {
		s, err := d.Instance.Settings(ctx)
		if err != nil {
			return err
		}
		if s.SignUp.Verify {
			err := fail.New(fail.Invalid, "Confirm your email address first.").WithCode("email_not_verified")
			return errors.Join(err, note.drop(ctx, q))
		}
	}
	switch {
	case c.totp == nil:
		return nil
	case a.Code == "":
		err := fail.New(fail.Unauthorized, "Missing two factor").WithCode("missing_two_factor")
		return errors.Join(err, note.drop(ctx, q))
	}
	ok, err := useCode(ctx, q, c.member, c.totp, c.step, a.Code)
	if err == nil && !ok {
		err = fail.New(fail.Invalid, "Invalid two factor").WithCode("invalid_two_factor")
	}
	return err
}

const advance = `UPDATE member SET totp_step = @step WHERE id = @id AND totp_step < @step AND totp = @secret`

// useCode tells whether a code is good; it is not again. Of two who use it at once, one gets in.
func useCode(ctx context.Context, q db.Q, member int64, secret []byte, last int64, code string) (bool, error) {
	step := totpMatch(secret, code, last, time.Now())
	if step == 0 {
		return false, nil
	}
	tag, err := q.Exec(ctx, advance, pgx.NamedArgs{"id": member, "step": step, "secret": secret})
	return tag.RowsAffected() == 1, err
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

	addDeed = `INSERT INTO sign_in_attempt (key) VALUES ($1)`

	dropAttempt = `DELETE FROM sign_in_attempt WHERE key IN ($1, $2) AND at = $3`
)

// Pace refuses what was done too often of late, by the kind of thing and the place or name that does it. In the transaction
// of the deed, only deeds that were done count.
func (d *Door) Pace(ctx context.Context, q db.Q, kind, text string, t Tries) error {
	secret, err := d.Instance.Secret(ctx)
	if err != nil {
		return err
	}
	key := keyed(secret, kind, strings.ToLower(text))
	if _, err := q.Exec(ctx, addDeed, key); err != nil {
		return err
	}
	var n int
	var wait float64 // seconds
	if err := q.QueryRow(ctx, countAttempts, key, t.Within, t.Most+1).Scan(&n, &wait); err != nil || n <= t.Most {
		return err
	}
	e := fail.New(fail.TooMany, "This was asked for too often. Try again later.")
	e.After = time.Duration(wait * float64(time.Second))
	return e
}

// PaceJoins refuses too many new accounts from one place.
func (d *Door) PaceJoins(ctx context.Context, q db.Q, place string) error {
	return d.Pace(ctx, q, "join", place, d.Joins.or(Tries{5, time.Hour}))
}

// PaceLetters refuses too many letters from one place or to one address.
func (d *Door) PaceLetters(ctx context.Context, q db.Q, place, email string) error {
	if err := d.Pace(ctx, q, "letters", place, d.Letters.or(Tries{10, time.Hour})); err != nil {
		return err
	}
	return d.Pace(ctx, q, "letter", email, Tries{3, time.Hour})
}

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
