package account

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

// memberColumns are what scanMember reads.
const memberColumns = ` m.id, m.username, m.email, m.email_verified, m.pending_email, m.role, m.quota, m.quota_daily, m.blocked, m.blocked_reason,
	       m.admin_flags, m.totp IS NOT NULL, m.settings, m.notifications, m.last_login_at, m.created_at,
	       a.id, ac.name, ac.display_name, ac.url, ac.host, ac.following, ac.followers, ac.created_at, ac.updated_at, ac.description,
	       ac.avatars`

const me = `SELECT` + memberColumns + `
	FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id
	WHERE m.id = $1`

// Me is a member's own record, without the channels.
func Me(ctx context.Context, q db.Q, member int64) (u api.User, err error) {
	err = db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(me, member).QueryRow(func(row pgx.Row) error { return scanMember(row, &u) })
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "User not found")
	}
	return u, err
}

func scanMember(row pgx.Row, u *api.User, more ...any) error {
	var stored []byte
	var notifications map[string]int
	var avatars []picture.Kept
	a := &u.Account
	err := row.Scan(append([]any{
		&u.ID, &u.Username, &u.Email, &u.EmailVerified, &u.PendingEmail, &u.Role.ID, &u.VideoQuota, &u.VideoQuotaDaily, &u.Blocked,
		&u.BlockedReason, &u.AdminFlags, &u.TwoFactorEnabled, &stored, &notifications, &u.LastLoginDate, &u.CreatedAt,
		&a.ID, &a.Name, &a.DisplayName, &a.URL, &a.Host, &a.FollowingCount, &a.FollowersCount, &a.CreatedAt, &a.UpdatedAt,
		&a.Description, &avatars,
	}, more...)...)
	if err != nil {
		return err
	}
	id := u.ID
	a.Host, a.Avatars, a.UserID = Host(a.Host, a.URL), Avatars(avatars, a.URL), &id
	u.Role.Label = roleLabels[u.Role.ID]
	u.NotificationSettings = allWishes(notifications)
	u.VideoChannels, u.SpecialPlaylists, u.VideoChannelCollaboration = []api.Channel{}, []api.SpecialPlaylist{}, []api.Channel{}
	return show(u, stored)
}
