package video

import (
	"cmp"
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Kinds of pictures.
const (
	Thumbnail = "thumbnail" // small, for cards
	Preview   = "preview"   // what the player shows before it plays
)

// Image is a still picture of a video in one size and format.
type Image struct {
	Kind     string `json:"kind"`
	Filename string `json:"filename"` // its ending tells the format
	Width    int    `json:"width"`
	Height   int    `json:"height"`
}

// bySize orders pictures from small to big and then by name.
func bySize(a, b Image) int {
	return cmp.Or(cmp.Compare(a.Width, b.Width), strings.Compare(a.Filename, b.Filename))
}

const addImage = `
	INSERT INTO video_image (video_id, kind, filename, width, height) VALUES (@video, @kind, @filename, @width, @height)
	ON CONFLICT (filename) DO UPDATE SET kind = excluded.kind, width = excluded.width, height = excluded.height`

// AddImage adds a picture; the same file name again replaces the row.
func AddImage(ctx context.Context, q db.Q, videoID int64, i Image) error {
	_, err := q.Exec(ctx, addImage, pgx.NamedArgs{"video": videoID, "kind": i.Kind, "filename": i.Filename, "width": i.Width, "height": i.Height})
	return err
}

const chooseImage = `
	INSERT INTO video_image (video_id, kind, filename, width, height, chosen) VALUES (@video, @kind, @filename, @width, @height, true)`

// ChooseImage adds a picture that a person gave; it stays when the file of the video is replaced.
func ChooseImage(ctx context.Context, q db.Q, videoID int64, i Image) error {
	_, err := q.Exec(ctx, chooseImage, pgx.NamedArgs{"video": videoID, "kind": i.Kind, "filename": i.Filename, "width": i.Width, "height": i.Height})
	return err
}

const images = `SELECT kind, filename, width, height FROM video_image WHERE video_id = @video ORDER BY kind, width, filename`

// Images gives the pictures of a video.
func Images(ctx context.Context, q db.Q, videoID int64) ([]Image, error) {
	rows, _ := q.Query(ctx, images, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[Image])
}

const clearImages = `DELETE FROM video_image WHERE video_id = @video RETURNING filename`

// ClearImages forgets the pictures of a video and gives their storage keys.
func ClearImages(ctx context.Context, q db.Q, videoID int64) ([]string, error) {
	rows, _ := q.Query(ctx, clearImages, pgx.NamedArgs{"video": videoID})
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for i := range names {
		names[i] = "images/" + names[i]
	}
	return names, err
}

// Storyboard is a sprite of small frames, row by row.
type Storyboard struct {
	Filename       string
	TotalWidth     int
	TotalHeight    int
	SpriteWidth    int
	SpriteHeight   int
	SpriteDuration float64 // seconds
}

const setStoryboard = `
	INSERT INTO video_storyboard (video_id, filename, total_width, total_height, sprite_width, sprite_height, sprite_duration)
	VALUES (@video, @filename, @total_width, @total_height, @sprite_width, @sprite_height, @sprite_duration)
	ON CONFLICT (video_id) DO UPDATE SET filename = excluded.filename, total_width = excluded.total_width, total_height = excluded.total_height,
		sprite_width = excluded.sprite_width, sprite_height = excluded.sprite_height, sprite_duration = excluded.sprite_duration`

// SetStoryboard adds or replaces the storyboard.
func SetStoryboard(ctx context.Context, q db.Q, videoID int64, s Storyboard) error {
	_, err := q.Exec(ctx, setStoryboard, pgx.NamedArgs{
		"video": videoID, "filename": s.Filename, "total_width": s.TotalWidth, "total_height": s.TotalHeight,
		"sprite_width": s.SpriteWidth, "sprite_height": s.SpriteHeight, "sprite_duration": s.SpriteDuration,
	})
	return err
}

const storyboards = `
	SELECT filename, total_width, total_height, sprite_width, sprite_height, sprite_duration FROM video_storyboard WHERE video_id = @video`

// Storyboards gives the storyboard of a video, if there is one.
func Storyboards(ctx context.Context, q db.Q, videoID int64) ([]Storyboard, error) {
	rows, _ := q.Query(ctx, storyboards, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[Storyboard])
}
