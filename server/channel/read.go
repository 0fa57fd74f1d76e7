package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

// Filter narrows and orders a list; zero values mean any.
type Filter struct {
	AccountID int64
	Works     bool   // with AccountID: also channels of others that it works on
	Search    string // part of the handle or the name
	Local     bool
	Sort      string // createdAt, updatedAt, name, or by id
	Down      bool
	Start     int
	Count     int
}

const columns = `
	SELECT c.id, ac.name, ac.display_name, ac.url, ac.host, ac.following, ac.followers, ac.created_at, ac.updated_at,
	       ac.description, c.support, c.p2p,
	       (SELECT count(*) FROM video v WHERE v.channel_id = c.id AND v.privacy = 1 AND v.state = 1 AND NOT v.blocked) AS videos,
	       o.id, oa.name, oa.display_name, oa.url, oa.host, oa.following, oa.followers, oa.created_at, oa.updated_at,
	       oa.description, o.member_id, ac.avatars, ac.banners, c.public_email, oa.avatars, count(*) OVER () AS total
	FROM channel c JOIN actor ac ON ac.id = c.actor_id JOIN account o ON o.id = c.account_id JOIN actor oa ON oa.id = o.actor_id`

const list = columns + `
	WHERE (@account::bigint = 0 OR c.account_id = @account
		OR @works::bool AND c.id IN (SELECT k.channel_id FROM channel_collaborator k WHERE k.account_id = @account AND k.accepted))
	  AND (@search = '' OR strpos(lower(ac.name), lower(@search)) > 0 OR strpos(lower(ac.display_name), lower(@search)) > 0)
	  AND (NOT @local::bool OR ac.host = '')
	ORDER BY
	  CASE WHEN @sort = 'name' AND NOT @down::bool THEN lower(ac.name) END,
	  CASE WHEN @sort = 'name' AND @down::bool THEN lower(ac.name) END DESC,
	  CASE WHEN @sort = 'updatedAt' AND NOT @down::bool THEN ac.updated_at END,
	  CASE WHEN @sort = 'updatedAt' AND @down::bool THEN ac.updated_at END DESC,
	  CASE WHEN @sort = 'createdAt' AND NOT @down::bool THEN ac.created_at END,
	  CASE WHEN @sort = 'createdAt' AND @down::bool THEN ac.created_at END DESC,
	  CASE WHEN @down::bool THEN -c.id ELSE c.id END
	LIMIT @count OFFSET @start`

const total = `
	SELECT count(*) FROM channel c JOIN actor ac ON ac.id = c.actor_id
	WHERE (@account::bigint = 0 OR c.account_id = @account
		OR @works::bool AND c.id IN (SELECT k.channel_id FROM channel_collaborator k WHERE k.account_id = @account AND k.accepted))
	  AND (@search = '' OR strpos(lower(ac.name), lower(@search)) > 0 OR strpos(lower(ac.display_name), lower(@search)) > 0)
	  AND (NOT @local::bool OR ac.host = '')`

// List is a page of channels, with their owners.
func List(ctx context.Context, q db.Q, f Filter) (api.Page[api.Channel], error) {
	args := pgx.NamedArgs{
		"account": f.AccountID, "works": f.Works, "search": f.Search, "local": f.Local, "sort": f.Sort, "down": f.Down,
		"start": f.Start, "count": f.Count,
	}
	var page api.Page[api.Channel]
	rows, _ := q.Query(ctx, list, args)
	data, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (api.Channel, error) { return scan(row, &page.Total) })
	if err != nil {
		return page, err
	}
	if page.Data = data; len(data) == 0 && f.Start > 0 {
		err = q.QueryRow(ctx, total, args).Scan(&page.Total)
	}
	return page, err
}

func scan(row pgx.CollectableRow, total *int64) (c api.Channel, err error) {
	o := &api.Account{}
	var avatars, banners, owners []picture.Kept
	err = row.Scan(&c.ID, &c.Name, &c.DisplayName, &c.URL, &c.Host, &c.FollowingCount, &c.FollowersCount, &c.CreatedAt,
		&c.UpdatedAt, &c.Description, &c.Support, &c.P2PEnabled, &c.VideosCount,
		&o.ID, &o.Name, &o.DisplayName, &o.URL, &o.Host, &o.FollowingCount, &o.FollowersCount, &o.CreatedAt,
		&o.UpdatedAt, &o.Description, &o.UserID, &avatars, &banners, &c.PublicEmail, &owners, total)
	c.IsLocal, c.Host, o.Host = c.Host == "", account.Host(c.Host, c.URL), account.Host(o.Host, o.URL)
	c.Avatars, c.Banners = account.Avatars(avatars, c.URL), account.Banners(banners, c.URL)
	o.Avatars, c.OwnerAccount = account.Avatars(owners, o.URL), o
	return c, err
}

const (
	owned = columns + `
	WHERE c.account_id = $1 ORDER BY NOT c.is_default, c.id`

	byHandle = columns + `
	WHERE lower(ac.name) = lower($1) AND (ac.host = $2 OR ac.host = '' AND split_part(ac.url, '/', 3) = $2)`
)

// read runs a question whose plan is always the same.
func read(ctx context.Context, q db.Q, sql string, args ...any) (all []api.Channel, err error) {
	err = db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
			var total int64
			all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (api.Channel, error) { return scan(row, &total) })
			return err
		})
	})
	return all, err
}

// Owned are the channels of an account, the default one first.
func Owned(ctx context.Context, q db.Q, accountID int64) ([]api.Channel, error) {
	return read(ctx, q, owned, accountID)
}

// ByHandle is one channel with its owner; fail.NotFound when there is none.
func ByHandle(ctx context.Context, q db.Q, h account.Handle) (api.Channel, error) {
	all, err := read(ctx, q, byHandle, h.Name, h.Host)
	if err != nil {
		return api.Channel{}, err
	}
	if len(all) == 0 {
		return api.Channel{}, fail.New(fail.NotFound, "Video channel not found")
	}
	return all[0], nil
}

const counts = `
	SELECT count(*), count(*) FILTER (WHERE p.last > now() - interval '1 day'),
	       count(*) FILTER (WHERE p.last > now() - interval '7 days'), count(*) FILTER (WHERE p.last > now() - interval '30 days')
	FROM channel c JOIN actor ac ON ac.id = c.actor_id
	LEFT JOIN LATERAL (SELECT max(v.published_at) AS last FROM video v WHERE v.channel_id = c.id AND v.state = 1) p ON true
	WHERE ac.host = ''`

// Counts are how many channels of ours there are, and how many published something in the last 1, 7 and 30 days.
type Counts struct{ All, Daily, Weekly, Monthly int64 }

// Count counts the channels of this platform.
func Count(ctx context.Context, q db.Q) (c Counts, err error) {
	err = q.QueryRow(ctx, counts).Scan(&c.All, &c.Daily, &c.Weekly, &c.Monthly)
	return c, err
}

const actorOf = `SELECT actor_id FROM channel WHERE id = $1`

// Actor is the number of a channel's actor.
func Actor(ctx context.Context, q db.Q, id int64) (actor int64, err error) {
	err = q.QueryRow(ctx, actorOf, id).Scan(&actor)
	return actor, Found(err)
}
