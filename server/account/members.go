package account

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Search narrows and orders the list of members; zero values mean any.
type Search struct {
	Text         string // part of the user name, the email address or the shown name
	Blocked      *bool
	Role         *int
	Sort         string // one of MemberSorts
	Down         bool
	Start, Count int
}

// MemberSorts are what members can be sorted by.
var MemberSorts = []string{"id", "username", "createdAt", "lastLoginDate", "role", "videoQuotaUsed", "totalVideoFileSize", "blocked", "email", "twoFactorEnabled"}

const adminColumns = `SELECT` + memberColumns + `, used.total, used.day, used.files
	FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id
	LEFT JOIN LATERAL (
	  SELECT COALESCE(sum(s.size), 0)::bigint AS total,
	         COALESCE(sum(s.size) FILTER (WHERE s.created_at > now() - interval '24 hours'), 0)::bigint AS day,
	         COALESCE(sum((SELECT sum(f.size) FROM video_file f WHERE f.video_id = v.id)), 0)::bigint AS files
	  FROM channel c JOIN video v ON v.channel_id = c.id LEFT JOIN video_source s ON s.video_id = v.id
	  WHERE c.account_id = a.id) used ON true`

const (
	found = `
	WHERE NOT m.leaving
	  AND (@text = '' OR strpos(lower(m.username), lower(@text)) > 0 OR strpos(lower(m.email), lower(@text)) > 0
	       OR strpos(lower(ac.display_name), lower(@text)) > 0)
	  AND (@blocked::bool IS NULL OR m.blocked = @blocked) AND (@role::int IS NULL OR m.role = @role)`

	members = adminColumns + found + `
	ORDER BY
	  CASE WHEN @down::bool THEN NULL ELSE CASE @sort::text WHEN 'username' THEN lower(m.username) WHEN 'email' THEN lower(m.email) END END,
	  CASE WHEN @down::bool THEN CASE @sort::text WHEN 'username' THEN lower(m.username) WHEN 'email' THEN lower(m.email) END END DESC,
	  CASE WHEN @down::bool THEN -1 ELSE 1 END * CASE @sort::text WHEN 'createdAt' THEN extract(epoch FROM m.created_at)
	    WHEN 'lastLoginDate' THEN COALESCE(extract(epoch FROM m.last_login_at), 0) WHEN 'role' THEN m.role
	    WHEN 'videoQuotaUsed' THEN used.total WHEN 'totalVideoFileSize' THEN used.files WHEN 'blocked' THEN m.blocked::int
	    WHEN 'twoFactorEnabled' THEN (m.totp IS NOT NULL)::int ELSE 0 END,
	  CASE WHEN @down::bool THEN -m.id ELSE m.id END
	LIMIT @count OFFSET @start`

	membersTotal = `
	SELECT count(*) FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id` + found
)

// Members are a page of members, as moderators see them.
func Members(ctx context.Context, q db.Q, s Search) (page api.Page[api.UserForAdmin], err error) {
	args := pgx.NamedArgs{
		"text": s.Text, "blocked": s.Blocked, "role": s.Role, "sort": s.Sort, "down": s.Down, "start": s.Start, "count": s.Count,
	}
	if err = q.QueryRow(ctx, membersTotal, args).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ := q.Query(ctx, members, args)
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (u api.UserForAdmin, err error) {
		return u, scanMember(row, &u.User, &u.QuotaUsed, &u.QuotaUsedDaily, &u.FileSize)
	})
	return page, err
}

const (
	memberByID = adminColumns + ` WHERE m.id = $1 AND NOT m.leaving`

	videosCount = `
	SELECT count(*) FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id WHERE a.member_id = $1`
)

// ByID is one member as moderators see them.
func ByID(ctx context.Context, q db.Q, member int64, stats bool) (u api.UserForAdmin, err error) {
	err = scanMember(q.QueryRow(ctx, memberByID, member), &u.User, &u.QuotaUsed, &u.QuotaUsedDaily, &u.FileSize)
	if errors.Is(err, pgx.ErrNoRows) {
		return u, fail.New(fail.NotFound, "User not found")
	}
	if err != nil || !stats {
		return u, err
	}
	u.VideosCount = new(int)
	return u, q.QueryRow(ctx, videosCount, member).Scan(u.VideosCount)
}

const namesLike = `
	SELECT username FROM member WHERE starts_with(lower(username), lower($1)) AND NOT leaving ORDER BY lower(username) LIMIT 10`

// Names are user names that begin so.
func Names(ctx context.Context, q db.Q, beginning string) ([]string, error) {
	rows, _ := q.Query(ctx, namesLike, beginning)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
