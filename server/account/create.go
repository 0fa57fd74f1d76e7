package account

import (
	"context"
	"errors"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/shared/api"
)

// New is a member to be.
type New struct {
	Site       string // public address of the platform, without a slash at the end
	Username   string
	Email      string
	Password   string // may be empty when there is a Hash
	Hash       string // PHC string of the password
	Name       string // shown; empty for the user name
	Verified   *bool  // whether the email address is; nil when nobody asks
	Flags      int    // 1: videos need no review
	NoHistory  bool   // what the member watches is not kept unless they say so
	Role       int
	Quota      int64 // bytes, -1 for no limit
	QuotaDaily int64 // bytes, -1 for no limit
}

var username = regexp.MustCompile(`^[a-z0-9._]{1,50}$`)

// reserved is the name of the actor that speaks for a whole platform.
const reserved = "peertube"

// Check tidies a member to be and refuses what cannot be.
func (n *New) Check() error {
	n.Username = strings.ToLower(strings.TrimSpace(n.Username))
	n.Email = strings.TrimSpace(n.Email)
	if n.Name = strings.TrimSpace(n.Name); n.Name == "" {
		n.Name = n.Username
	}
	switch {
	case !username.MatchString(n.Username):
		return fail.Field("username", "A user name has 1 to 50 letters from a to z, digits, dots and underscores.")
	case n.Username == reserved:
		return fail.Field("username", "This user name is reserved.")
	case utf8.RuneCountInString(n.Name) > 120:
		return fail.Field("displayName", "A name has at most 120 characters.")
	case n.Flags < 0 || n.Flags > 1:
		return fail.Field("adminFlags", "Should be 0 or 1.")
	case n.Role < api.Administrator || n.Role > api.Member:
		return fail.Field("role", "There is no such role.")
	case n.Quota < -1:
		return fail.Field("videoQuota", "A quota is a number of bytes, or -1 for no limit.")
	case n.QuotaDaily < -1:
		return fail.Field("videoQuotaDaily", "A quota is a number of bytes, or -1 for no limit.")
	}
	return checkEmail(n.Email)
}

func checkEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 400 {
		return fail.Field("email", "This is not an email address.")
	}
	return nil
}

const (
	addMember = `
	INSERT INTO member (username, email, password, role, quota, quota_daily, email_verified, admin_flags, settings)
	VALUES (@username, @email, @password, @role, @quota, @quota_daily, @verified, @flags,
	        CASE WHEN @no_history::bool THEN '{"history": false}'::jsonb ELSE '{}'::jsonb END) RETURNING id`

	addAccount = `INSERT INTO account (actor_id, member_id) VALUES ($1, $2) RETURNING id`
)

// Create adds a member with an account and its actor. The default channel is made by channel.Join, which calls this.
func Create(ctx context.Context, q db.Q, n New) (Member, error) {
	if err := n.Check(); err != nil {
		return Member{}, err
	}
	password, err := n.hash(ctx)
	if err != nil {
		return Member{}, err
	}
	m := Member{Username: n.Username, Role: n.Role}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) (err error) {
		err = tx.QueryRow(ctx, addMember, pgx.NamedArgs{
			"username": n.Username, "email": n.Email, "password": password, "role": n.Role,
			"quota": n.Quota, "quota_daily": n.QuotaDaily, "verified": n.Verified, "flags": n.Flags, "no_history": n.NoHistory,
		}).Scan(&m.ID)
		if err != nil {
			return taken(err)
		}
		m.ActorID, err = AddActor(ctx, tx, Actor{
			Kind: "account", Name: n.Username, URL: n.Site + "/accounts/" + n.Username, DisplayName: n.Name,
		})
		if err != nil {
			return renamed(err)
		}
		return tx.QueryRow(ctx, addAccount, m.ActorID, m.ID).Scan(&m.AccountID)
	})
	return m, err
}

func (n New) hash(ctx context.Context) (string, error) {
	if n.Hash != "" {
		return n.Hash, nil
	}
	return Hash(ctx, n.Password)
}

// renamed says of a taken name what the form for a new member calls it.
func renamed(err error) error {
	var e *fail.Error
	if errors.As(err, &e) && e.Kind == fail.Conflict {
		e.Fields = map[string]string{"username": e.Public}
	}
	return err
}

const roleOf = `
	SELECT m.id, a.id, a.actor_id, m.role FROM member m JOIN account a ON a.member_id = m.id
	WHERE lower(m.username) = lower($1)`

// EnsureAdmin adds an administrator unless a member of that name is one already; created tells which.
// The password of an existing one stays as it is.
func EnsureAdmin(ctx context.Context, q db.Q, n New) (m Member, created bool, err error) {
	m.Username = strings.ToLower(strings.TrimSpace(n.Username))
	err = q.QueryRow(ctx, roleOf, m.Username).Scan(&m.ID, &m.AccountID, &m.ActorID, &m.Role)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		n.Role, n.Quota, n.QuotaDaily = api.Administrator, -1, -1
		if n.Email == "" {
			n.Email = m.Username + "@" + mailHost(n.Site)
		}
		if m, err = Create(ctx, q, n); err != nil {
			return m, false, err
		}
		return m, true, instance.EndSetup(ctx, q)
	case err == nil && m.Role != api.Administrator:
		err = fail.New(fail.Conflict, "There is a member %q who is not an administrator.", m.Username)
	}
	return m, false, err
}

// mailHost is the host of an address as it may stand in an email address.
func mailHost(site string) string {
	u, err := url.Parse(site)
	if err != nil || u.Hostname() == "" || strings.Contains(u.Hostname(), ":") {
		return "localhost"
	}
	return u.Hostname()
}

// Setup makes the first administrator with the token of a set-up link, which ends by it.
func Setup(ctx context.Context, tx pgx.Tx, token string, n New) (Member, error) {
	if err := instance.UseSetup(ctx, tx, token); err != nil {
		return Member{}, err
	}
	n.Role, n.Quota, n.QuotaDaily = api.Administrator, -1, -1
	return Create(ctx, tx, n)
}
