package follow

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Filter says which part of a list is asked for.
type Filter struct {
	Search string
	Sort   string // of subscriptions: id, createdAt or channelUpdatedAt
	Down   bool
	Start  int
	Count  int
}

const (
	subscribed = `
	FROM follow f JOIN account a ON a.actor_id = f.follower_id JOIN channel c ON c.actor_id = f.followed_id JOIN actor ac ON ac.id = c.actor_id
	WHERE a.id = @account AND f.state <> 'rejected' AND (@search = '' OR strpos(plain(ac.name), plain(@search)) > 0 OR strpos(plain(ac.display_name), plain(@search)) > 0)`

	subscriptions = `SELECT c.id ` + subscribed + `
	ORDER BY
		CASE WHEN @sort = 'channelUpdatedAt' AND @down::bool THEN ac.updated_at WHEN @sort = 'createdAt' AND @down THEN f.created_at END DESC,
		CASE WHEN @sort = 'channelUpdatedAt' AND NOT @down THEN ac.updated_at WHEN @sort = 'createdAt' AND NOT @down THEN f.created_at END,
		CASE WHEN @down THEN -f.id ELSE f.id END
	LIMIT @count OFFSET @start`

	countSubscriptions = `SELECT count(*) ` + subscribed
)

// Subscriptions are the ids of the channels that an account follows or asked to follow, and how many they are in all.
func Subscriptions(ctx context.Context, q db.Q, accountID int64, f Filter) (ids []int64, total int64, err error) {
	args := pgx.NamedArgs{"account": accountID, "search": f.Search, "sort": f.Sort, "down": f.Down, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, countSubscriptions, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, subscriptions, args)
	ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, total, err
}
