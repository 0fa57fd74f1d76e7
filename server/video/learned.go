package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/shared/hls"
)

// Level is what the playlists of a video of elsewhere tell of one of its files.
type Level struct {
	FileID             int64
	Playlist           string // address
	Bandwidth          int64  // peak bits per second
	Codecs             string
	HasAudio, HasVideo bool
	Width, Height, FPS int // 0 where nothing is said
	Media              hls.Media
}

const learn = `
	UPDATE video_file f SET playlist = @playlist, bandwidth = @bandwidth, codecs = @codecs, has_audio = @audio, has_video = @video, head = @head,
		width = CASE WHEN @width::int > 0 THEN @width ELSE width END, height = CASE WHEN @height::int > 0 THEN @height ELSE height END,
		fps = CASE WHEN @fps::int > 0 THEN @fps ELSE fps END
	WHERE f.id = @file AND f.url <> ''`

// Learned keeps what a player needs of files of elsewhere before their first byte.
func Learned(ctx context.Context, q db.Q, levels []Level) error {
	b := &pgx.Batch{}
	for _, l := range levels {
		b.Queue(learn, pgx.NamedArgs{
			"file": l.FileID, "playlist": l.Playlist, "bandwidth": l.Bandwidth, "codecs": l.Codecs, "audio": l.HasAudio, "video": l.HasVideo,
			"head": headOf(l.Media), "width": l.Width, "height": l.Height, "fps": l.FPS,
		})
	}
	return q.SendBatch(ctx, b).Close()
}

// Into puts what was learned into the file it is about.
func (l Level) Into(files []File) {
	for i := range files {
		if f := &files[i]; f.ID == l.FileID {
			f.Playlist, f.Bandwidth, f.Codecs, f.HasAudio, f.HasVideo, f.Head = l.Playlist, l.Bandwidth, l.Codecs, l.HasAudio, l.HasVideo, headOf(l.Media)
			if l.Width > 0 {
				f.Width, f.Height = l.Width, l.Height
			}
			if l.FPS > 0 {
				f.FPS = l.FPS
			}
		}
	}
}
