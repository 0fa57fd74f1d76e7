package account

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

// Handle is a name with, for actors of elsewhere, a host: ada, or ada@videos.example.
type Handle struct{ Name, Host string }

// ParseHandle reads a handle, with or without "@" before it.
func ParseHandle(text string) Handle {
	name, host, _ := strings.Cut(strings.TrimPrefix(text, "@"), "@")
	return Handle{Name: name, Host: strings.ToLower(host)}
}

// one reads the row of a question whose plan is always the same.
func one(ctx context.Context, q db.Q, sql string, args []any, into ...any) error {
	return db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(sql, args...).QueryRow(func(row pgx.Row) error { return row.Scan(into...) })
	})
}

const byHandle = `
	SELECT a.id, ac.name, ac.display_name, ac.url, ac.host, ac.following, ac.followers, ac.created_at, ac.updated_at,
	       ac.description, ac.avatars, a.member_id
	FROM actor ac JOIN account a ON a.actor_id = ac.id LEFT JOIN member m ON m.id = a.member_id
	WHERE lower(ac.name) = lower($1)
	  AND (ac.host = $2 OR ac.host = '' AND split_part(ac.url, '/', 3) = $2) AND m.leaving IS NOT TRUE`

// ByHandle is an account as everyone may see it.
func ByHandle(ctx context.Context, q db.Q, h Handle) (api.Account, error) {
	a := api.Account{}
	var avatars []picture.Kept
	err := one(ctx, q, byHandle, []any{h.Name, h.Host}, &a.ID, &a.Name, &a.DisplayName,
		&a.URL, &a.Host, &a.FollowingCount, &a.FollowersCount, &a.CreatedAt, &a.UpdatedAt, &a.Description, &avatars, &a.UserID)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, fail.New(fail.NotFound, "Account not found")
	}
	a.Host, a.Avatars = Host(a.Host, a.URL), Avatars(avatars, a.URL)
	return a, err
}

var roleLabels = map[int]string{api.Administrator: "Administrator", api.Moderator: "Moderator", api.Member: "User"}

const count = `
	SELECT count(*), count(*) FILTER (WHERE role = 0), count(*) FILTER (WHERE role = 1),
	       count(*) FILTER (WHERE u.at > now() - interval '1 day'), count(*) FILTER (WHERE u.at > now() - interval '7 days'),
	       count(*) FILTER (WHERE u.at > now() - interval '30 days')
	FROM member m LEFT JOIN LATERAL (
	  SELECT greatest(max(t.last_used_at), m.last_login_at) AS at FROM token t WHERE t.member_id = m.id) u ON true`

// Counts are how many members there are.
type Counts struct{ All, Administrators, Moderators, Daily, Weekly, Monthly int64 }

// Count counts the members of this platform, and those who were here in the last 1, 7 and 30 days.
func Count(ctx context.Context, q db.Q) (c Counts, err error) {
	err = q.QueryRow(ctx, count).Scan(&c.All, &c.Administrators, &c.Moderators, &c.Daily, &c.Weekly, &c.Monthly)
	return c, err
}
