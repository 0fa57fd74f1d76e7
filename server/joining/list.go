package joining

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

// Filter narrows and orders the list of requests; zero values mean any.
type Filter struct {
	Search       string // part of the user name, the email address or the channel's handle
	States       []int
	Sort         string // createdAt or state
	Down         bool
	Start, Count int
}

const (
	which = `
	WHERE (@search = '' OR strpos(lower(username), lower(@search)) > 0 OR strpos(lower(email), lower(@search)) > 0
	       OR strpos(lower(COALESCE(channel_name, '')), lower(@search)) > 0)
	  AND (COALESCE(cardinality(@states::int[]), 0) = 0 OR state = ANY(@states))`

	list = `
	SELECT id, state, reason, response, username, email, email_verified, display_name, channel_name, channel_display_name,
	       created_at, updated_at, member_id
	FROM registration` + which + `
	ORDER BY CASE WHEN @sort = 'state' THEN CASE WHEN @down::bool THEN -state ELSE state END END,
	         CASE WHEN @down::bool THEN -id ELSE id END
	LIMIT @count OFFSET @start`

	total = `SELECT count(*) FROM registration` + which
)

// List is a page of requests.
func List(ctx context.Context, q db.Q, f Filter) (page api.Page[api.Registration], err error) {
	args := pgx.NamedArgs{"search": f.Search, "states": f.States, "sort": f.Sort, "down": f.Down, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, total, args).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ := q.Query(ctx, list, args)
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r api.Registration, err error) {
		var member *int64
		err = row.Scan(&r.ID, &r.State.ID, &r.Reason, &r.Response, &r.Username, &r.Email, &r.EmailVerified, &r.AccountDisplayName,
			&r.ChannelHandle, &r.ChannelDisplayName, &r.CreatedAt, &r.UpdatedAt, &member)
		if r.State = State(r.State.ID); member != nil {
			r.User = &api.ID{ID: *member}
		}
		return r, err
	})
	return page, err
}

const figures = `
	SELECT count(*), count(*) FILTER (WHERE state <> 1), avg(extract(epoch FROM decided_at - created_at) * 1000)::bigint
	FROM registration`

// Figures are how many requests there were, how many were answered, and after how many milliseconds (nil when none was).
func Figures(ctx context.Context, q db.Q) (all, answered int64, millis *int64, err error) {
	err = q.QueryRow(ctx, figures).Scan(&all, &answered, &millis)
	return all, answered, millis, err
}
