package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/video"
	"shoal/shared/hls"
	"shoal/shared/shortid"
)

const thousand = 1000

// fill puts videos into the database that have all rows of real ones but no bytes, and names them.
func (b *bench) fill(ctx context.Context) ([]uuid.UUID, error) {
	channel, err := b.client.ChannelID(ctx)
	if err != nil {
		return nil, err
	}
	d, err := db.Attach(ctx, db.Options{Folder: filepath.Join(b.folder, "data"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var out []uuid.UUID
	err = pgx.BeginFunc(ctx, d.Pool, func(tx pgx.Tx) error {
		for n := range thousand {
			id, err := b.one(ctx, tx, channel, n)
			if err != nil {
				return err
			}
			out = append(out, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = d.Pool.Exec(ctx, `ANALYZE`) // as autovacuum does within minutes
	return out, err
}

func (b *bench) one(ctx context.Context, tx pgx.Tx, channel int64, n int) (uuid.UUID, error) {
	words := fmt.Sprintf("Film %d of the thousand, with a **description** of some length.\n\nIt has two paragraphs and a link: https://example.org/%d", n, n)
	v, err := video.Create(ctx, tx, video.Draft{
		ChannelID: channel, Name: fmt.Sprintf("A walk along the shore, part %d", n), Description: &words, Tags: []string{"sea", "walk"},
		Site: b.server.URL, Filename: "walk.mp4", Key: fmt.Sprintf("originals/%s.mp4", uuid.New()), Size: 123_456_789,
	})
	if err != nil {
		return v.UUID, err
	}
	if err := video.SetProbe(ctx, tx, v.ID, 600+float64(n), 1920, 1080, []byte("{}")); err != nil {
		return v.UUID, err
	}
	for i, height := range []int{1080, 720, 480, 360, 240} {
		if err := video.AddFile(ctx, tx, v.ID, rendition(height, int64(1e6*(5-i)))); err != nil {
			return v.UUID, err
		}
	}
	for _, i := range []video.Image{{Kind: video.Thumbnail, Width: 280, Height: 157}, {Kind: video.Thumbnail, Width: 560, Height: 315}, {Kind: video.Preview, Width: 850, Height: 480}} {
		i.Filename = uuid.NewString() + ".webp"
		if err := video.AddImage(ctx, tx, v.ID, i); err != nil {
			return v.UUID, err
		}
	}
	if err := video.SetPlaylist(ctx, tx, v.ID, uuid.NewString()+"-master.m3u8", uuid.NewString()+"-segments-sha256.json"); err != nil {
		return v.UUID, err
	}
	return v.UUID, video.Publish(ctx, tx, v.ID)
}

// rendition is the row of ten minutes in 4 s segments.
func rendition(height int, bandwidth int64) video.File {
	const segments, seconds = 150, 4
	name := uuid.NewString()
	f := video.File{
		Resolution: height, Filename: fmt.Sprintf("%s-%d-fragmented.mp4", name, height), Playlist: fmt.Sprintf("%s-%d.m3u8", name, height),
		Width: height * 16 / 9, Height: height, FPS: 30, Bandwidth: bandwidth, Codecs: "avc1.640028,mp4a.40.2", HasAudio: true, HasVideo: true,
		Infohash: make([]byte, 20), Torrent: name + ".torrent",
	}
	f.Media = hls.Media{URI: f.Filename, Init: hls.Range{Size: 1300}}
	at := int64(1300)
	for range segments {
		s := hls.Segment{Range: hls.Range{Offset: at, Size: bandwidth / 8 * seconds}, Duration: seconds}
		f.Media.Segments = append(f.Media.Segments, s)
		f.SHA256 = append(f.SHA256, fmt.Sprintf("%064x", at))
		at += s.Size
	}
	f.Size = at
	return f
}

func short(id uuid.UUID) string { return shortid.From(id) }
