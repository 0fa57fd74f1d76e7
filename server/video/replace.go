package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/shared/api"
)

// Replaceable refuses videos whose file cannot be replaced now: those that are still being made of their first one.
func (a Access) Replaceable() error {
	if a.State != api.Published && a.State != api.TranscodingFailed {
		return fail.New(fail.Conflict, "The file of a video can be replaced once it is published.")
	}
	return nil
}

const madeOf = `
	SELECT key FROM video_source WHERE video_id = @id AND key <> ''
	UNION ALL SELECT 'images/' || filename FROM video_image WHERE video_id = @id AND NOT chosen
	UNION ALL SELECT 'storyboards/' || filename FROM video_storyboard WHERE video_id = @id
	UNION ALL SELECT 'torrents/' || torrent FROM video_file WHERE video_id = @id AND torrent <> ''
	UNION ALL SELECT 'hls/' || v.uuid || '/' || f.filename FROM video_file f JOIN video v ON v.id = f.video_id WHERE v.id = @id`

const (
	clearFiles     = `DELETE FROM video_file WHERE video_id = @id`
	clearPlaylist  = `DELETE FROM video_playlist_hls WHERE video_id = @id`
	clearBoard     = `DELETE FROM video_storyboard WHERE video_id = @id`
	clearGenerated = `DELETE FROM video_image WHERE video_id = @id AND NOT chosen`

	newSource = `
	UPDATE video_source SET filename = @filename, key = @key, size = @size, probe = '{}', created_at = now() WHERE video_id = @id`

	anew = `UPDATE video SET state = @state, duration = 0, width = 0, height = 0, updated_at = now() WHERE id = @id`
)

// Replace puts another file in the place of a video's. All that was made of the old one goes after the commit; what people wrote about
// the video stays, and so do its address, its views and comments.
func Replace(ctx context.Context, tx pgx.Tx, id int64, filename, key string, size int64) error {
	a, err := AccessOf(ctx, tx, ByNumber(id))
	if err != nil {
		return err
	}
	if err := a.Replaceable(); err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, madeOf, pgx.NamedArgs{"id": id})
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, sql := range []string{clearFiles, clearPlaylist, clearBoard, clearGenerated} {
		if _, err := tx.Exec(ctx, sql, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
	}
	if err := touched(ctx, tx, newSource, pgx.NamedArgs{"id": id, "filename": filename, "key": key, "size": size}); err != nil {
		return err
	}
	if err := touched(ctx, tx, anew, pgx.NamedArgs{"id": id, "state": api.ToTranscode}); err != nil {
		return err
	}
	return Drop(ctx, tx, old...)
}
