package account

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
)

const (
	accounts = `
	SELECT a.id, ac.name, ac.display_name, ac.url, ac.host, ac.following, ac.followers, ac.created_at, ac.updated_at,
	       ac.description, a.member_id, ac.avatars
	FROM account a JOIN actor ac ON ac.id = a.actor_id LEFT JOIN member m ON m.id = a.member_id
	WHERE m.leaving IS NOT TRUE ORDER BY CASE WHEN @down::bool THEN -a.id ELSE a.id END LIMIT @count OFFSET @start`

	accountsTotal = `
	SELECT count(*) FROM account a LEFT JOIN member m ON m.id = a.member_id WHERE m.leaving IS NOT TRUE`
)

// List is a page of all accounts that are known here, by age.
func List(ctx context.Context, q db.Q, down bool, start, count int) (page api.Page[api.Account], err error) {
	if err := q.QueryRow(ctx, accountsTotal).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ := q.Query(ctx, accounts, pgx.NamedArgs{"down": down, "start": start, "count": count})
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a api.Account, err error) {
		var avatars []picture.Kept
		err = row.Scan(&a.ID, &a.Name, &a.DisplayName, &a.URL, &a.Host, &a.FollowingCount, &a.FollowersCount, &a.CreatedAt, &a.UpdatedAt,
			&a.Description, &a.UserID, &avatars)
		a.Host, a.Avatars = Host(a.Host, a.URL), Avatars(avatars, a.URL)
		return a, err
	})
	return page, err
}
