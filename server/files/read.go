package files

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/video"
	"shoal/shared/hls"
)

// folder is the HLS folder of a video.
type folder struct {
	video.Access
	Name   string
	Master string // empty before the first rendition
	Sums   string // name of the list of segment digests
	Files  []video.File
}

const readFolder = `
	SELECT v.id, v.uuid, v.privacy, v.state, c.account_id, v.download_enabled, v.blocked, v.name, coalesce(p.master, ''), coalesce(p.segments_sha256, ''),
		(SELECT json_agg(json_build_object('id', f.id, 'resolution', f.resolution, 'language', f.language, 'filename', f.filename, 'playlist', f.playlist,
			'width', f.width, 'height', f.height, 'fps', f.fps, 'bandwidth', f.bandwidth, 'codecs', f.codecs,
			'has_audio', f.has_audio, 'has_video', f.has_video) ORDER BY f.bandwidth)
			FROM video_file f WHERE f.video_id = v.id)
	FROM video v JOIN channel c ON c.id = v.channel_id LEFT JOIN video_playlist_hls p ON p.video_id = v.id
	WHERE v.uuid = @uuid AND v.local`

func (f *Files) folder(ctx context.Context, name string) (folder, error) {
	id, err := uuid.Parse(name)
	if err != nil || id.String() != name {
		return folder{}, absent()
	}
	return f.folders.get(id, func() (d folder, err error) {
		err = db.Fixed(ctx, f.Pool, func(b *pgx.Batch) {
			b.Queue(readFolder, pgx.NamedArgs{"uuid": id}).QueryRow(func(row pgx.Row) error {
				return row.Scan(&d.ID, &d.UUID, &d.Privacy, &d.State, &d.AccountID, &d.Download, &d.Blocked, &d.Name, &d.Master, &d.Sums, &d.Files)
			})
		})
		return d, found(err)
	})
}

func found(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return absent()
	}
	return err
}

// piece is a file outside the HLS folder.
type piece struct {
	video.Access
	Title string // for the name of a download
	URL   string // where it is, when it is none of ours
}

const readPiece = `
	SELECT v.id, v.uuid, v.privacy, v.state, c.account_id, v.download_enabled, v.blocked, v.name, p.url
	FROM (
		SELECT video_id, url FROM video_image WHERE filename = @name AND kind || 's' = @kind::text
		UNION ALL SELECT video_id, url FROM video_storyboard WHERE filename = @name AND @kind = 'storyboards'
		UNION ALL SELECT video_id, url FROM video_caption WHERE filename = @name AND @kind = 'video-captions'
		UNION ALL (SELECT video_id, torrent_url FROM video_file WHERE torrent = @name AND @kind = 'torrents' LIMIT 1)
	) p JOIN video v ON v.id = p.video_id JOIN channel c ON c.id = v.channel_id`

// stores are the folders of the store, by the part of the address.
var stores = map[string]string{
	"thumbnails": "images/", "previews": "images/", "storyboards": "storyboards/", "video-captions": "captions/", "torrents": "torrents/",
}

func (f *Files) piece(ctx context.Context, kind, name string) (piece, error) {
	return f.pieces.get(kind+"/"+name, func() (p piece, err error) {
		err = f.Pool.QueryRow(ctx, readPiece, pgx.NamedArgs{"kind": kind, "name": name}).Scan(
			&p.ID, &p.UUID, &p.Privacy, &p.State, &p.AccountID, &p.Download, &p.Blocked, &p.Title, &p.URL)
		return p, found(err)
	})
}

const readMedia = `SELECT media FROM video_file WHERE video_id = @video AND filename = @name`

func (f *Files) media(ctx context.Context, videoID int64, name string) (m hls.Media, err error) {
	err = f.Pool.QueryRow(ctx, readMedia, pgx.NamedArgs{"video": videoID, "name": name}).Scan(&m)
	m.URI = name
	return m, found(err)
}

// digests are the segments of one file with their hex digests.
type digests struct {
	Filename string
	Media    hls.Media
	SHA256   []string `db:"sha256"`
}

const readDigests = `SELECT filename, media, sha256 FROM video_file WHERE video_id = @video ORDER BY resolution, language`

func (f *Files) digests(ctx context.Context, videoID int64) ([]digests, error) {
	rows, _ := f.Pool.Query(ctx, readDigests, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[digests])
}
