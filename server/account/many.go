package account

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
)

const many = `
	SELECT a.id, ac.name, ac.display_name, ac.url, ac.host, ac.following, ac.followers, ac.created_at, ac.updated_at,
	       ac.description, a.member_id, ac.avatars
	FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = ANY(@ids::bigint[])`

// Many are accounts by their ids; those that are absent are left out.
func Many(ctx context.Context, q db.Q, ids []int64) (map[int64]api.Account, error) {
	out := make(map[int64]api.Account, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	err := db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(many, db.Args{"ids": ids}).Query(func(rows pgx.Rows) error {
			var a api.Account
			var avatars []picture.Kept
			_, err := pgx.ForEachRow(rows, []any{
				&a.ID, &a.Name, &a.DisplayName, &a.URL, &a.Host, &a.FollowingCount, &a.FollowersCount, &a.CreatedAt, &a.UpdatedAt,
				&a.Description, &a.UserID, &avatars,
			}, func() error {
				a.Host, a.Avatars = Host(a.Host, a.URL), Avatars(avatars, a.URL)
				out[a.ID] = a
				avatars = nil
				return nil
			})
			return err
		})
	})
	return out, err
}
