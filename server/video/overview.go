package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Overview names what one page of the overview is about; nil where there is nothing more.
type Overview struct {
	Category *int
	Channel  *int64
	Tag      *string
}

// An overview looks at the newest videos, and at what has several of them.
const (
	overviewOf   = 5000
	overviewMany = 6
)

const overview = `
	WITH new AS MATERIALIZED (
		SELECT category, channel_id, tags FROM video v WHERE v.privacy = 1 AND v.state = 1 AND NOT v.blocked AND (@nsfw::bool IS NULL OR v.nsfw = @nsfw)
		ORDER BY v.published_at DESC, v.id DESC LIMIT @of)
	SELECT
		(SELECT category FROM new WHERE category IS NOT NULL GROUP BY category HAVING count(*) >= @many ORDER BY count(*) DESC, category LIMIT 1 OFFSET @page),
		(SELECT channel_id FROM new GROUP BY channel_id HAVING count(*) >= @many ORDER BY count(*) DESC, channel_id LIMIT 1 OFFSET @page),
		(SELECT tag FROM new, unnest(lowered(tags)) AS tag GROUP BY tag HAVING count(*) >= @many ORDER BY count(*) DESC, tag LIMIT 1 OFFSET @page)`

// OverviewPage gives what a page, counted from 0, is about: the category, channel and tag with most of the newest videos first.
func OverviewPage(ctx context.Context, q db.Q, page int, nsfw *bool) (o Overview, err error) {
	err = q.QueryRow(ctx, overview, pgx.NamedArgs{"of": overviewOf, "many": overviewMany, "page": page, "nsfw": nsfw}).Scan(&o.Category, &o.Channel, &o.Tag)
	return o, err
}
