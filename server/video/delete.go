package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/job"
	"shoal/server/storage"
)

const keysOf = `
	SELECT key FROM video_source WHERE video_id = @id AND key <> ''
	UNION ALL SELECT 'images/' || filename FROM video_image WHERE video_id = @id
	UNION ALL SELECT 'storyboards/' || filename FROM video_storyboard WHERE video_id = @id
	UNION ALL SELECT 'captions/' || filename FROM video_caption WHERE video_id = @id
	UNION ALL SELECT 'torrents/' || torrent FROM video_file WHERE video_id = @id AND torrent <> ''
	UNION ALL SELECT 'hls/' || v.uuid || '/' || f.filename FROM video_file f JOIN video v ON v.id = f.video_id WHERE v.id = @id`

const remove = `DELETE FROM video WHERE id = @id RETURNING uuid::text`

// Delete takes a video away with all that hangs on it. Its files, which it names, are deleted by a job after the commit.
func Delete(ctx context.Context, tx pgx.Tx, id int64) ([]string, error) {
	rows, _ := tx.Query(ctx, keysOf, pgx.NamedArgs{"id": id})
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	var uuid string
	if err := tx.QueryRow(ctx, remove, pgx.NamedArgs{"id": id}).Scan(&uuid); err != nil {
		return nil, found(err)
	}
	return keys, drop(ctx, tx, Gone{Keys: keys, Folder: "hls/" + uuid + "/"})
}

// Gone names files that nobody needs any more.
type Gone struct {
	Keys   []string `json:"keys"`
	Folder string   `json:"folder,omitempty"` // with its closing slash; all below it goes too
}

// Kind implements river.JobArgs.
func (Gone) Kind() string { return "video-files-gone" }

func drop(ctx context.Context, tx pgx.Tx, g Gone) error {
	if len(g.Keys) == 0 && g.Folder == "" {
		return nil
	}
	return job.Add(ctx, tx, g)
}

// Drop deletes files by a job after the commit of tx.
func Drop(ctx context.Context, tx pgx.Tx, keys ...string) error {
	return drop(ctx, tx, Gone{Keys: keys})
}

// Register lets r delete the files of videos that are gone.
func Register(r *job.Runner, store storage.Store) {
	job.Register(r, job.Limit{Timeout: time.Minute}, func(ctx context.Context, j *river.Job[Gone]) error {
		return j.Args.delete(ctx, store)
	})
}

func (g Gone) delete(ctx context.Context, store storage.Store) error {
	keys := g.Keys
	if g.Folder != "" {
		more, err := store.List(ctx, g.Folder)
		if err != nil {
			return err
		}
		keys = append(keys, more...)
	}
	return store.Delete(ctx, keys...)
}
