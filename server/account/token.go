package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// How long tokens live.
const (
	AccessLife  = 24 * time.Hour
	RefreshLife = 14 * 24 * time.Hour
	SessionLife = 14 * 24 * time.Hour // of a cookie, since its last use
	SessionMost = 90 * 24 * time.Hour // of a cookie, since the sign-in
	noteUse     = time.Hour           // how exactly the last use of a token is known
)

// digest is what is stored of a token. Tokens have 130 random bits, so a plain hash is enough.
func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

const byToken = `
	SELECT m.id, a.id, t.id, m.username, m.role, m.quota, m.quota_daily, COALESCE((m.settings->>'p2p')::bool, true),
	       t.cookie, t.last_used_at < now() - $2::interval
	FROM token t JOIN member m ON m.id = t.member_id JOIN account a ON a.member_id = m.id
	WHERE t.access_hash = $1 AND t.access_expires_at > now() AND NOT t.replaced AND NOT m.blocked AND NOT m.leaving`

// ByToken is the person who holds an access token; fail.Unauthorized when the token is unknown, expired or revoked.
// from, if given, is remembered from time to time as the place of the last use.
func ByToken(ctx context.Context, q db.Q, access string, from ...Origin) (*Viewer, error) {
	v := &Viewer{}
	err := one(ctx, q, byToken, []any{digest(access), noteUse}, &v.MemberID, &v.AccountID, &v.TokenID, &v.Name, &v.Role,
		&v.Quota, &v.QuotaDaily, &v.P2P, &v.cookie, &v.stale)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fail.New(fail.Unauthorized, "Token is invalid").WithCode("invalid_token")
	}
	if err == nil && v.stale {
		err = used(ctx, q, v, first(from))
	}
	return v, err
}

const lives = `
	SELECT EXISTS (SELECT FROM token t JOIN member m ON m.id = t.member_id
	WHERE t.id = $1 AND t.access_expires_at > now() AND NOT t.replaced AND NOT m.blocked AND NOT m.leaving)`

// Lives tells whether the token that a viewer came by is still good. It is, too, when the database does not answer.
func Lives(ctx context.Context, q db.Q, v *Viewer) bool {
	var yes bool
	err := q.QueryRow(ctx, lives, v.TokenID).Scan(&yes)
	return yes || err != nil
}

const noteUsed = `
	UPDATE token SET last_used_at = now(), last_device = COALESCE(NULLIF(@device, ''), last_device),
	       last_address = COALESCE(NULLIF(@address, ''), last_address),
	       access_expires_at = CASE WHEN cookie THEN least(now() + @life, created_at + @most) ELSE access_expires_at END
	WHERE id = @id`

// used notes the use of a token; a cookie's session grows longer by it.
func used(ctx context.Context, q db.Q, v *Viewer, from Origin) error {
	_, err := q.Exec(ctx, noteUsed, pgx.NamedArgs{
		"id": v.TokenID, "life": SessionLife, "most": SessionMost, "device": from.Device, "address": from.Address,
	})
	return err
}

const addToken = `
	INSERT INTO token (member_id, access_hash, refresh_hash, access_expires_at, refresh_expires_at, family, cookie,
	                   login_device, login_address, login_at, last_device, last_address)
	VALUES (@member, @access, @refresh, now() + @access_life, now() + @refresh_life, @family, @cookie,
	        @device, @address, COALESCE(@at, now()), @last_device, @last_address)`

// login is how a family of tokens began, and where it was used last.
type login struct {
	Origin
	at   *time.Time // nil for now
	last Origin
}

// issue makes the tokens of a new sign-in, or of a refresh within its family.
func issue(ctx context.Context, q db.Q, member int64, family uuid.UUID, l login) (api.Token, error) {
	access, refresh := rand.Text(), rand.Text()
	_, err := q.Exec(ctx, addToken, pgx.NamedArgs{
		"member": member, "access": digest(access), "refresh": digest(refresh),
		"access_life": AccessLife, "refresh_life": RefreshLife, "family": family, "cookie": false,
		"device": l.Device, "address": l.Address, "at": l.at, "last_device": l.last.Device, "last_address": l.last.Address,
	})
	return api.Token{
		TokenType: "Bearer", AccessToken: access, RefreshToken: refresh,
		ExpiresIn: int(AccessLife.Seconds()), RefreshExpiresIn: int(RefreshLife.Seconds()),
	}, err
}

// issueCookie makes the token of a session of our own pages; it cannot be refreshed, it grows longer with use.
func issueCookie(ctx context.Context, q db.Q, member int64, from Origin) (string, error) {
	access := rand.Text()
	_, err := q.Exec(ctx, addToken, pgx.NamedArgs{
		"member": member, "access": digest(access), "refresh": digest(rand.Text()),
		"access_life": SessionLife, "refresh_life": time.Duration(0), "family": uuid.New(), "cookie": true,
		"device": from.Device, "address": from.Address, "at": nil, "last_device": from.Device, "last_address": from.Address,
	})
	return access, err
}

const (
	byRefresh = `
	SELECT t.id, t.member_id, t.family, t.replaced, t.refresh_expires_at > now(), m.blocked OR m.leaving,
	       t.login_device, t.login_address, t.login_at
	FROM token t JOIN member m ON m.id = t.member_id WHERE t.refresh_hash = $1 AND NOT t.cookie FOR UPDATE OF t`

	replace = `UPDATE token SET replaced = true WHERE id = $1`

	endFamily = `DELETE FROM token WHERE family = $1`
)

// Refresh exchanges a refresh token for new tokens. Used twice, it was stolen: then all tokens of its sign-in end.
func Refresh(ctx context.Context, q db.Q, refresh string, from ...Origin) (api.Token, error) {
	var out api.Token
	var refused error // told after the commit, which ends the family
	err := pgx.BeginFunc(ctx, q, func(tx pgx.Tx) (err error) {
		var id, member int64
		var family uuid.UUID
		var replaced, live, blocked bool
		l := login{last: first(from)}
		err = tx.QueryRow(ctx, byRefresh, digest(refresh)).Scan(&id, &member, &family, &replaced, &live, &blocked, &l.Device, &l.Address, &l.at)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			refused = grant("refresh token is invalid")
			return nil
		case err != nil:
			return err
		case replaced || blocked:
			refused = grant("refresh token is invalid")
			_, err = tx.Exec(ctx, endFamily, family)
			return err
		case !live:
			refused = grant("refresh token has expired")
			return nil
		}
		if _, err = tx.Exec(ctx, replace, id); err != nil {
			return err
		}
		out, err = issue(ctx, tx, member, family, l)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

// grant is OAuth2's refusal of credentials (RFC 6749, 5.2).
func grant(why string) error {
	return fail.New(fail.Invalid, "Invalid grant: %s", why).WithCode("invalid_grant")
}

const (
	endOne = `DELETE FROM token WHERE family = (SELECT family FROM token WHERE id = $1)`

	endAll = `
	DELETE FROM token WHERE member_id = $1 AND family IS DISTINCT FROM (SELECT family FROM token WHERE id = $2)`
)

// Revoke ends the sign-in that a viewer came by, with all its tokens.
func Revoke(ctx context.Context, q db.Q, v *Viewer) error {
	_, err := q.Exec(ctx, endOne, v.TokenID)
	return err
}

// RevokeAll ends all sign-ins of a member but the one that the token with id except belongs to (0 for none).
func RevokeAll(ctx context.Context, q db.Q, member, except int64) error {
	_, err := q.Exec(ctx, endAll, member, except)
	return err
}

const (
	sweepTokens = `
	DELETE FROM token WHERE access_expires_at < now() AND refresh_expires_at < now()`

	sweepAttempts = `DELETE FROM sign_in_attempt WHERE at < now() - interval '1 day'`

	sweepProofs = `DELETE FROM proof WHERE expires_at < now()`
)

// Sweep deletes what time has ended. Used refresh tokens stay as long as they would have lived, to notice their second use.
func Sweep(ctx context.Context, q db.Q) error {
	if _, err := q.Exec(ctx, sweepTokens); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, sweepProofs); err != nil {
		return err
	}
	_, err := q.Exec(ctx, sweepAttempts)
	return err
}
