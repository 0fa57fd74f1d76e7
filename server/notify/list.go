package notify

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

// Filter says which of a member's notifications a list has.
type Filter struct {
	Member int64
	Types  []int // nil for all
	Unread *bool
	Up     bool // the oldest first
	Start  int
	Count  int
}

const (
	which = `
	WHERE n.member_id = @member AND n.web AND (@types::int[] IS NULL OR n.type = ANY(@types)) AND (@unread::bool IS NULL OR n.read <> @unread)`

	page = `
	SELECT n.id FROM notification n` + which + `
	ORDER BY CASE WHEN NOT @up::bool THEN n.created_at END DESC, CASE WHEN @up THEN n.created_at END, CASE WHEN @up THEN n.id ELSE -n.id END
	LIMIT @count OFFSET @start`

	total = `SELECT count(*) FROM notification n` + which
)

// List is a page of a member's notifications.
func List(ctx context.Context, q db.Q, f Filter) (api.Page[api.Notification], error) {
	args := pgx.NamedArgs{"member": f.Member, "types": f.Types, "unread": f.Unread, "up": f.Up, "start": f.Start, "count": f.Count}
	p := api.Page[api.Notification]{Data: []api.Notification{}}
	if err := q.QueryRow(ctx, total, args).Scan(&p.Total); err != nil || f.Count == 0 {
		return p, err
	}
	rows, _ := q.Query(ctx, page, args)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return p, err
	}
	p.Data, err = read(ctx, q, ids)
	return p, err
}

const (
	mark = `UPDATE notification SET read = true, updated_at = now() WHERE member_id = @member AND id = ANY(@ids::bigint[]) AND NOT read`

	markAll = `UPDATE notification SET read = true, updated_at = now() WHERE member_id = @member AND web AND NOT read`
)

// Read marks some of a member's notifications as read. Those of others are passed over.
func Read(ctx context.Context, q db.Q, member int64, ids []int64) error {
	_, err := q.Exec(ctx, mark, pgx.NamedArgs{"member": member, "ids": ids})
	return err
}

// ReadAll marks all.
func ReadAll(ctx context.Context, q db.Q, member int64) error {
	_, err := q.Exec(ctx, markAll, pgx.NamedArgs{"member": member})
	return err
}
