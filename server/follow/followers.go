package follow

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
)

const (
	following = `
	FROM follow f JOIN actor a ON a.id = f.follower_id JOIN actor b ON b.id = f.followed_id
	WHERE f.followed_id = ANY(@actors::bigint[]) AND f.state = 'accepted' AND (@search = '' OR strpos(plain(a.name), plain(@search)) > 0
		OR strpos(lower(CASE a.host WHEN '' THEN split_part(a.url, '/', 3) ELSE a.host END), lower(@search)) > 0)`

	followers = `
	SELECT f.id, f.state, f.created_at, f.updated_at,
		a.id, a.url, a.name, a.host, a.avatars, a.banners, a.following, a.followers, a.created_at,
		b.id, b.url, b.name, b.host, b.avatars, b.banners, b.following, b.followers, b.created_at ` + following + `
	ORDER BY CASE WHEN @down::bool THEN f.created_at END DESC, CASE WHEN NOT @down THEN f.created_at END,
		CASE WHEN @down THEN -f.id ELSE f.id END
	LIMIT @count OFFSET @start`

	countFollowers = `SELECT count(*) ` + following

	channelActors = `SELECT actor_id FROM channel WHERE id = @id`

	accountActors = `
	SELECT actor_id FROM account WHERE id = @id UNION ALL SELECT actor_id FROM channel WHERE account_id = @id`
)

// Of gives who follows a channel.
func Of(ctx context.Context, q db.Q, channelID int64, f Filter) (api.Page[api.Follow], error) {
	return listFollowers(ctx, q, channelActors, channelID, f)
}

// OfAccount gives who follows an account or one of its channels.
func OfAccount(ctx context.Context, q db.Q, accountID int64, f Filter) (api.Page[api.Follow], error) {
	return listFollowers(ctx, q, accountActors, accountID, f)
}

func listFollowers(ctx context.Context, q db.Q, whom string, id int64, f Filter) (page api.Page[api.Follow], err error) {
	rows, _ := q.Query(ctx, whom, pgx.NamedArgs{"id": id})
	actors, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return page, err
	}
	args := pgx.NamedArgs{"actors": actors, "search": f.Search, "down": f.Down, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, countFollowers, args).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ = q.Query(ctx, followers, args)
	page.Data, err = pgx.CollectRows(rows, scanFollow)
	return page, err
}

func scanFollow(row pgx.CollectableRow) (f api.Follow, err error) {
	const perfect = 1000
	f.Score = perfect
	pictures := make([][]picture.Kept, 4)
	to := []any{&f.ID, &f.State, &f.CreatedAt, &f.UpdatedAt}
	for i, a := range []*api.Actor{&f.Follower, &f.Following} {
		to = append(to, &a.ID, &a.URL, &a.Name, &a.Host, &pictures[2*i], &pictures[2*i+1], &a.FollowingCount, &a.FollowersCount, &a.CreatedAt)
	}
	err = row.Scan(to...)
	for i, a := range []*api.Actor{&f.Follower, &f.Following} {
		a.Host = account.Host(a.Host, a.URL)
		a.Avatars, a.Banners = account.Avatars(pictures[2*i], a.URL), account.Banners(pictures[2*i+1], a.URL)
	}
	return f, err
}
