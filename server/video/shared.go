package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/api"
)

// Shared tells whether viewers of the video may share it with each other, if the platform lets them: it is for everybody, and
// neither its owner nor its channel forbids it.
func (d *Details) Shared() bool {
	return d.P2P && d.ChannelP2P && d.Local && !d.Blocked && d.State == api.Published && (d.Privacy == api.Public || d.Privacy == api.Unlisted)
}

const sharedFiles = `
	SELECT f.infohash, f.video_id FROM video_file f JOIN video v ON v.id = f.video_id JOIN channel c ON c.id = v.channel_id
	WHERE f.infohash = ANY(@hashes::bytea[]) AND v.privacy IN (@public, @unlisted) AND v.state = @published AND NOT v.blocked AND v.local AND v.p2p AND c.p2p`

// SharedFiles gives, of these infohashes, those of files whose viewers may share, and the video of each.
func SharedFiles(ctx context.Context, q db.Q, hashes [][20]byte) (map[[20]byte]int64, error) {
	raw := make([][]byte, len(hashes))
	for i := range hashes {
		raw[i] = hashes[i][:]
	}
	rows, _ := q.Query(ctx, sharedFiles, pgx.NamedArgs{"hashes": raw, "public": api.Public, "unlisted": api.Unlisted, "published": api.Published})
	found := map[[20]byte]int64{}
	var hash []byte
	var id int64
	_, err := pgx.ForEachRow(rows, []any{&hash, &id}, func() error {
		if len(hash) == 20 {
			found[[20]byte(hash)] = id
		}
		return nil
	})
	return found, err
}

const filesSize = `SELECT coalesce(sum(size), 0)::bigint FROM video_file WHERE video_id = @video`

// FilesSize is how many bytes the renditions of a video have together.
func FilesSize(ctx context.Context, q db.Q, id int64) (size int64, err error) {
	err = q.QueryRow(ctx, filesSize, pgx.NamedArgs{"video": id}).Scan(&size)
	return size, err
}
