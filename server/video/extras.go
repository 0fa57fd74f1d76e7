package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Extras are what a player shows beside the video itself.
type Extras struct {
	Storyboards []Storyboard
	Captions    []Caption
	Chapters    []Chapter
	Openings    []Opening
}

// Opening is the initialisation section of a rendition.
type Opening struct {
	FileID  int64
	Opening []byte
}

const openings = `SELECT id AS file_id, opening FROM video_file WHERE video_id = @video AND opening <> ''`

// ExtrasOf reads all of them in one go.
func ExtrasOf(ctx context.Context, q db.Q, videoID int64) (e Extras, err error) {
	args := db.Args{"video": videoID}
	err = db.Fixed(ctx, q, func(b *pgx.Batch) {
		collect(b.Queue(storyboards, args), &e.Storyboards)
		collect(b.Queue(captions, args), &e.Captions)
		collect(b.Queue(chapters, args), &e.Chapters)
		collect(b.Queue(openings, args), &e.Openings)
	})
	return e, err
}

func collect[T any](q *pgx.QueuedQuery, into *[]T) {
	q.Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
}
