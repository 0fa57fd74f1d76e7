package account

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

const sessions = `
	SELECT t.id, t.family = COALESCE((SELECT family FROM token WHERE id = @current), gen_random_uuid()) AS current_session,
	       t.login_device, t.login_address, t.login_at, t.last_device, t.last_address, t.last_used_at, t.created_at, count(*) OVER ()
	FROM token t WHERE t.member_id = @member AND NOT t.replaced AND (t.access_expires_at > now() OR t.refresh_expires_at > now())
	ORDER BY CASE WHEN @old_first::bool THEN t.id ELSE -t.id END LIMIT @count OFFSET @start`

// Sessions are the places where a member is signed in. current is the token that the asking request came by.
func Sessions(ctx context.Context, q db.Q, member, current int64, oldFirst bool, start, count int) (page api.Page[api.TokenSession], err error) {
	rows, _ := q.Query(ctx, sessions, pgx.NamedArgs{"member": member, "current": current, "old_first": oldFirst, "start": start, "count": count})
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s api.TokenSession, err error) {
		err = row.Scan(&s.ID, &s.Current, &s.LoginDevice, &s.LoginIP, &s.LoginDate, &s.LastDevice, &s.LastIP, &s.LastDate, &s.CreatedAt, &page.Total)
		return s, err
	})
	return page, err
}

const endSession = `
	DELETE FROM token WHERE family = (SELECT family FROM token WHERE id = @id AND member_id = @member)`

// EndSession signs a member out at one of those places.
func EndSession(ctx context.Context, q db.Q, member, id int64) error {
	tag, err := q.Exec(ctx, endSession, pgx.NamedArgs{"id": id, "member": member})
	if err == nil && tag.RowsAffected() == 0 {
		err = fail.New(fail.NotFound, "Token session not found")
	}
	return err
}
