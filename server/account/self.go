package account

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

const self = `SELECT a.actor_id FROM account a WHERE a.id = $1`

// Self is the viewer as a member.
func Self(ctx context.Context, q db.Q, v *Viewer) (Member, error) {
	m := Member{ID: v.MemberID, AccountID: v.AccountID, Username: v.Name, Role: v.Role}
	return m, gone(q.QueryRow(ctx, self, v.AccountID).Scan(&m.ActorID))
}

const roleByID = `SELECT role FROM member WHERE id = $1 AND NOT leaving`

// MayManage refuses unless the member is the viewer, or one whom the viewer moderates.
func MayManage(ctx context.Context, q db.Q, v *Viewer, member int64) error {
	if v.MemberID == member {
		return nil
	}
	if !v.IsModerator() {
		return fail.New(fail.Forbidden, "Only the member can do this.")
	}
	var role int
	if err := q.QueryRow(ctx, roleByID, member).Scan(&role); err != nil {
		return missing(err)
	}
	return v.MayMake(role)
}

const readFeature = `
	UPDATE member SET settings = jsonb_set(settings, '{newFeaturesRead}',
	  to_jsonb(COALESCE((settings->>'newFeaturesRead')::int, 0) | $2::int)) WHERE id = $1`

// ReadFeature notes that a member saw what is new, by the bit of it.
func ReadFeature(ctx context.Context, q db.Q, member int64, bit int) error {
	_, err := q.Exec(ctx, readFeature, member, bit)
	return err
}

const feedToken = `
	UPDATE member SET feed_token = CASE WHEN @renew::bool THEN @fresh ELSE COALESCE(feed_token, @fresh) END
	WHERE id = @id RETURNING feed_token::text`

// FeedToken is what a member's private feeds are read with; renewed, the old one ends.
func FeedToken(ctx context.Context, q db.Q, member int64, renew bool) (token string, err error) {
	err = q.QueryRow(ctx, feedToken, pgx.NamedArgs{"id": member, "renew": renew, "fresh": uuid.New()}).Scan(&token)
	return token, missing(err)
}

const byFeedToken = `
	SELECT ac.display_name FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id
	WHERE m.feed_token = @token AND a.id = @account AND NOT m.blocked AND NOT m.leaving`

// ByFeedToken is the displayed name of the account whose private feeds are asked for; fail.Forbidden when the token is not its own.
func ByFeedToken(ctx context.Context, q db.Q, account int64, token uuid.UUID) (name string, err error) {
	err = q.QueryRow(ctx, byFeedToken, pgx.NamedArgs{"token": token, "account": account}).Scan(&name)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.Forbidden, "The token is not that of this account.")
	}
	return name, err
}
