package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/hls"
)

// File is one rendition: a single fragmented MP4.
type File struct {
	ID         int64     `json:"id"`
	VideoID    int64     `json:"video_id"`
	Resolution int       `json:"resolution"` // the shorter side as its class, 0 for sound alone
	Language   string    `json:"language"`   // of the sound, when there are several tracks
	Filename   string    `json:"filename"`
	Playlist   string    `json:"playlist"`
	Width      int       `json:"width"`
	Height     int       `json:"height"`
	FPS        int       `json:"fps"`
	Size       int64     `json:"size"`      // bytes
	Bandwidth  int64     `json:"bandwidth"` // peak bits per second
	Codecs     string    `json:"codecs"`
	HasAudio   bool      `json:"has_audio"`
	HasVideo   bool      `json:"has_video"`
	Infohash   []byte    `json:"infohash"`
	Torrent    string    `json:"torrent"`       // name of the torrent file
	Media      hls.Media `json:"-"`             // nil inside Details
	SHA256     []string  `json:"-" db:"sha256"` // hex digest of each segment, in order; nil inside Details
	Head       Head      `json:"head"`          // made of Media by AddFile
	URL        string    `json:"url"`           // where it is, of elsewhere; then Playlist is an address too, once it is known
	TorrentURL string    `json:"torrent_url"`   // likewise
	Magnet     string    `json:"magnet"`        // likewise
	Opening    []byte    `json:"-" db:"-"`      // the initialisation section, for AddFile; see Extras
	CreatedAt  time.Time `json:"created_at"`
}

// Head is the start of a rendition, enough for a player's first seconds.
type Head struct {
	Init  int64   `json:"init"`  // bytes
	First []int64 `json:"first"` // bytes of the first segments
	Times []int64 `json:"times"` // their milliseconds
}

// headLength is how many segments a page is told of beforehand.
const headLength = 3

func headOf(m hls.Media) Head {
	h := Head{Init: m.Init.Size, First: []int64{}, Times: []int64{}}
	for _, s := range m.Segments[:min(headLength, len(m.Segments))] {
		h.First = append(h.First, s.Size)
		h.Times = append(h.Times, int64(s.Duration*1000+0.5))
	}
	return h
}

// longestOpening is how long an initialisation section may be to travel with pages.
const longestOpening = 4 << 10 // bytes

func (f File) opening() []byte {
	if n := len(f.Opening); n == 0 || n > longestOpening || int64(n) != f.Media.Init.Size {
		return []byte{}
	}
	return f.Opening
}

const addFile = `
	INSERT INTO video_file (video_id, resolution, language, filename, playlist, width, height, fps, size, bandwidth, codecs,
		has_audio, has_video, infohash, torrent, media, sha256, head, opening)
	VALUES (@video, @resolution, @language, @filename, @playlist, @width, @height, @fps, @size, @bandwidth, @codecs,
		@has_audio, @has_video, @infohash, @torrent, @media, @sha256, @head, @opening)
	ON CONFLICT (video_id, resolution, language) DO UPDATE SET filename = excluded.filename, playlist = excluded.playlist,
		width = excluded.width, height = excluded.height, fps = excluded.fps, size = excluded.size, bandwidth = excluded.bandwidth,
		codecs = excluded.codecs, has_audio = excluded.has_audio, has_video = excluded.has_video, infohash = excluded.infohash,
		torrent = excluded.torrent, media = excluded.media, sha256 = excluded.sha256, head = excluded.head, opening = excluded.opening, created_at = now()`

// AddFile adds a rendition; the same resolution and language again replaces the row.
func AddFile(ctx context.Context, q db.Q, videoID int64, f File) error {
	if f.Infohash == nil {
		f.Infohash = []byte{}
	}
	if f.SHA256 == nil {
		f.SHA256 = []string{}
	}
	_, err := q.Exec(ctx, addFile, pgx.NamedArgs{
		"video": videoID, "resolution": f.Resolution, "language": f.Language, "filename": f.Filename, "playlist": f.Playlist,
		"width": f.Width, "height": f.Height, "fps": f.FPS, "size": f.Size, "bandwidth": f.Bandwidth, "codecs": f.Codecs,
		"has_audio": f.HasAudio, "has_video": f.HasVideo, "infohash": f.Infohash, "torrent": f.Torrent,
		"media": f.Media, "sha256": f.SHA256, "head": headOf(f.Media), "opening": f.opening(),
	})
	return err
}

const files = `
	SELECT id, video_id, resolution, language, filename, playlist, width, height, fps, size, bandwidth, codecs,
		has_audio, has_video, infohash, torrent, media, sha256, head, url, torrent_url, magnet, created_at
	FROM video_file WHERE video_id = @video ORDER BY resolution DESC, language`

// Files gives the renditions of a video, the biggest first.
func Files(ctx context.Context, q db.Q, videoID int64) ([]File, error) {
	rows, _ := q.Query(ctx, files, pgx.NamedArgs{"video": videoID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[File])
}

const dropFile = `
	DELETE FROM video_file f USING video v WHERE f.id = @file AND f.video_id = @video AND v.id = @video
	RETURNING 'hls/' || v.uuid || '/' || f.filename, f.torrent, (SELECT count(*) FROM video_file WHERE video_id = @video)`

// DropFile takes a rendition away, but not the last one; its bytes go after the commit.
func DropFile(ctx context.Context, tx pgx.Tx, videoID, fileID int64) error {
	if _, err := tx.Exec(ctx, lockFilm, pgx.NamedArgs{"id": videoID}); err != nil {
		return err
	}
	var key, torrent string
	var had int
	err := tx.QueryRow(ctx, dropFile, pgx.NamedArgs{"video": videoID, "file": fileID}).Scan(&key, &torrent, &had)
	switch {
	case err == pgx.ErrNoRows:
		return fail.New(fail.NotFound, "Video file not found")
	case err == nil && had == 1:
		return fail.New(fail.Invalid, "The last rendition of a video cannot be deleted.")
	case err != nil:
		return err
	}
	if torrent == "" {
		return Drop(ctx, tx, key)
	}
	return Drop(ctx, tx, key, "torrents/"+torrent)
}

const lockFilm = `SELECT FROM video WHERE id = @id FOR UPDATE`

const setPlaylist = `
	INSERT INTO video_playlist_hls (video_id, master, segments_sha256) VALUES (@video, @master, @sha256)
	ON CONFLICT (video_id) DO UPDATE SET master = excluded.master, segments_sha256 = excluded.segments_sha256`

// SetPlaylist names the master playlist and the list of segment digests; both are written from rows when asked for.
func SetPlaylist(ctx context.Context, q db.Q, videoID int64, master, sha256 string) error {
	_, err := q.Exec(ctx, setPlaylist, pgx.NamedArgs{"video": videoID, "master": master, "sha256": sha256})
	return err
}
