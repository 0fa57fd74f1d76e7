package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

const (
	inHistory = `
	FROM video_watch w JOIN video v ON v.id = w.video_id JOIN channel c ON c.id = v.channel_id
	WHERE w.member_id = @member AND (v.state = 1 AND NOT v.blocked AND v.privacy IN (1, 2, 4, 5) OR c.account_id = @account)
		AND (@search = '' OR v.plain_name LIKE anywhere(@search))`

	history = `SELECT v.id ` + inHistory + ` ORDER BY w.updated_at DESC, v.id DESC LIMIT @count OFFSET @start`

	countHistory = `SELECT count(*) ` + inHistory
)

// History is a page of what a member watched, the last first, and how much it is in all. Videos the member may not see any more
// are left out.
func History(ctx context.Context, q db.Q, memberID, accountID int64, search string, start, count int) (cards []Card, total int64, err error) {
	args := pgx.NamedArgs{"member": memberID, "account": accountID, "search": search, "start": start, "count": count}
	if err := q.QueryRow(ctx, countHistory, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, history, args)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, 0, err
	}
	cards, err = Cards(ctx, q, ids, &memberID)
	return cards, total, err
}

const forgetBefore = `DELETE FROM video_watch WHERE member_id = @member AND updated_at < @before`

// ForgetBefore takes what a member watched before a moment out of the history.
func ForgetBefore(ctx context.Context, q db.Q, memberID int64, before time.Time) error {
	_, err := q.Exec(ctx, forgetBefore, pgx.NamedArgs{"member": memberID, "before": before})
	return err
}
