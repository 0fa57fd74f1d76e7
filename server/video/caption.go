package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// Caption is a subtitle file in WebVTT.
type Caption struct {
	Language  string
	Filename  string
	Automatic bool
	UpdatedAt time.Time
}

const captions = `SELECT language, filename, automatic, updated_at FROM video_caption WHERE video_id = @video ORDER BY language`

// Captions gives the captions of a video.
func Captions(ctx context.Context, q db.Q, videoID int64) ([]Caption, error) {
	rows, _ := q.Query(ctx, captions, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[Caption])
}

const oldCaption = `SELECT filename FROM video_caption WHERE video_id = @video AND language = @language FOR UPDATE`

const setCaption = `
	INSERT INTO video_caption (video_id, language, filename, automatic) VALUES (@video, @language, @filename, @automatic)
	ON CONFLICT (video_id, language) DO UPDATE SET filename = excluded.filename, automatic = excluded.automatic, updated_at = now()`

// SetCaption adds or replaces the caption of a language; the file that it replaces is deleted after the commit.
func SetCaption(ctx context.Context, tx pgx.Tx, videoID int64, c Caption) error {
	args := pgx.NamedArgs{"video": videoID, "language": c.Language, "filename": c.Filename, "automatic": c.Automatic}
	var old string
	err := tx.QueryRow(ctx, oldCaption, args).Scan(&old)
	if err != nil && err != pgx.ErrNoRows {
		return err
	}
	if _, err := tx.Exec(ctx, setCaption, args); err != nil {
		return err
	}
	return drop(ctx, tx, Gone{Keys: captionKeys(old)})
}

const deleteCaption = `DELETE FROM video_caption WHERE video_id = @video AND language = @language RETURNING filename`

// DeleteCaption takes a caption away; its file is deleted after the commit.
func DeleteCaption(ctx context.Context, tx pgx.Tx, videoID int64, language string) error {
	var old string
	err := tx.QueryRow(ctx, deleteCaption, pgx.NamedArgs{"video": videoID, "language": language}).Scan(&old)
	if err == pgx.ErrNoRows {
		return fail.New(fail.NotFound, "Video caption not found")
	}
	if err != nil {
		return err
	}
	return drop(ctx, tx, Gone{Keys: captionKeys(old)})
}

func captionKeys(filename string) []string {
	if filename == "" {
		return nil
	}
	return []string{"captions/" + filename}
}

// Chapter is a titled point in a video.
type Chapter struct {
	Timecode int // seconds
	Title    string
}

const chapters = `SELECT timecode, title FROM video_chapter WHERE video_id = @video ORDER BY timecode`

// Chapters gives the chapters of a video in order.
func Chapters(ctx context.Context, q db.Q, videoID int64) ([]Chapter, error) {
	rows, _ := q.Query(ctx, chapters, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[Chapter])
}

// Limits of chapters.
const (
	mostChapters = 500
	longestTitle = 100
)

const clearChapters = `DELETE FROM video_chapter WHERE video_id = @video`

const addChapters = `INSERT INTO video_chapter (video_id, timecode, title) SELECT @video, * FROM unnest(@timecodes::int[], @titles::text[])`

// SetChapters replaces all chapters.
func SetChapters(ctx context.Context, tx pgx.Tx, videoID int64, list []Chapter) error {
	times, titles := make([]int, len(list)), make([]string, len(list))
	seen := map[int]bool{}
	for i, c := range list {
		n := len([]rune(c.Title))
		switch {
		case c.Timecode < 0 || seen[c.Timecode]:
			return fail.Field("chapters", "Each chapter needs a time of its own, in whole seconds.")
		case n == 0 || n > longestTitle:
			return fail.Field("chapters", "The title of a chapter has 1 to %d characters.", longestTitle)
		}
		seen[c.Timecode] = true
		times[i], titles[i] = c.Timecode, c.Title
	}
	if len(list) > mostChapters {
		return fail.Field("chapters", "A video has at most %d chapters.", mostChapters)
	}
	args := pgx.NamedArgs{"video": videoID, "timecodes": times, "titles": titles}
	if _, err := tx.Exec(ctx, clearChapters, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, addChapters, args)
	return err
}
