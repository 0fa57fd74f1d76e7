package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

const (
	viewsByDay = `
	SELECT c.id, d.day::timestamptz, coalesce(sum(n.views), 0)::bigint
	FROM unnest(@ids::bigint[]) c (id) CROSS JOIN generate_series(current_date - 29, current_date, interval '1 day') d (day)
	LEFT JOIN video v ON v.channel_id = c.id LEFT JOIN video_view n ON n.video_id = v.id AND n.day = d.day::date
	GROUP BY c.id, d.day ORDER BY d.day`

	viewsInAll = `
	SELECT c.id, coalesce(sum(v.views), 0)::bigint FROM unnest(@ids::bigint[]) c (id) LEFT JOIN video v ON v.channel_id = c.id GROUP BY c.id`
)

// AddViews adds to channels how often their videos were watched: in all, and on each of the last thirty days.
func AddViews(ctx context.Context, q db.Q, list []api.Channel) error {
	at := map[int64]*api.Channel{}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	args := pgx.NamedArgs{"ids": ids}
	var id, views int64
	var day api.DayViews
	rows, _ := q.Query(ctx, viewsByDay, args)
	if _, err := pgx.ForEachRow(rows, []any{&id, &day.Date, &day.Views}, func() error {
		at[id].ViewsPerDay = append(at[id].ViewsPerDay, day)
		return nil
	}); err != nil {
		return err
	}
	rows, _ = q.Query(ctx, viewsInAll, args)
	_, err := pgx.ForEachRow(rows, []any{&id, &views}, func() error {
		n := views
		at[id].TotalViews = &n
		return nil
	})
	return err
}
