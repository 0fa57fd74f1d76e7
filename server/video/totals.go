package video

import (
	"context"

	"shoal/server/db"
)

// Totals are figures of all videos, for the platform's statistics.
type Totals struct {
	Local, All, Views, Downloads, Comments, LocalComments int64
	FileBytes                                             int64
}

const totals = `
	SELECT count(*) FILTER (WHERE local), count(*), COALESCE(sum(views) FILTER (WHERE local), 0)::bigint,
	       COALESCE(sum(downloads) FILTER (WHERE local), 0)::bigint, COALESCE(sum(comments), 0)::bigint,
	       COALESCE(sum(comments) FILTER (WHERE local), 0)::bigint,
	       (SELECT COALESCE(sum(f.size), 0)::bigint FROM video_file f JOIN video lv ON lv.id = f.video_id WHERE lv.local)
	FROM video WHERE privacy = 1 AND state = 1 AND NOT blocked`

// Total counts public videos, and the bytes of all files of ours.
func Total(ctx context.Context, q db.Q) (t Totals, err error) {
	err = q.QueryRow(ctx, totals).Scan(&t.Local, &t.All, &t.Views, &t.Downloads, &t.Comments, &t.LocalComments, &t.FileBytes)
	return t, err
}
