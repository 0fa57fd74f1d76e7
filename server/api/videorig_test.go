package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/storage"
	"shoal/server/transcode"
	"shoal/server/upload"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
)

// films is a rig that takes uploads, where ada has videos.
type films struct {
	*rig
	ada    account.Member
	tokens map[string]string
}

func newFilms(t *testing.T) *films {
	t.Helper()
	store, err := storage.Disk(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	g := newRig(t, func(s *Server) {
		s.Store = store
		s.Uploads = &upload.Uploads{DB: s.Pool, Store: store, Folder: filepath.Join(t.TempDir(), "uploads"), Site: s.URL, Start: transcode.Start, Restart: transcode.Restart}
		if err := s.Uploads.Prepare(); err != nil {
			t.Fatal(err)
		}
	})
	return &films{rig: g, ada: g.join("ada", api.Member), tokens: map[string]string{"": ""}}
}

// as is the token of a person, who joins when asked for the first time; "mod" is a moderator, "" nobody.
func (f *films) as(name string) string {
	f.t.Helper()
	token, ok := f.tokens[name]
	if ok {
		return token
	}
	role := api.Member
	if name == "mod" {
		role = api.Moderator
	}
	if name != "ada" {
		f.join(name, role)
	}
	f.tokens[name] = f.signIn(name).AccessToken
	return f.tokens[name]
}

// add makes a video of ada's with two renditions, in the store too.
func (f *films) add(d video.Draft, state int) video.Video {
	f.t.Helper()
	ctx := context.Background()
	var v video.Video
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) (err error) {
		if err := tx.QueryRow(ctx, `SELECT id FROM channel WHERE account_id = @account`, pgx.NamedArgs{"account": f.ada.AccountID}).Scan(&d.ChannelID); err != nil {
			return err
		}
		d.Site, d.Filename, d.Key, d.Size = f.url, "ducks.mp4", "originals/"+uuid.NewString()+".mp4", 5000
		if d.Name == "" {
			d.Name = "Ducks"
		}
		if v, err = video.Create(ctx, tx, d); err != nil {
			return err
		}
		if err := video.SetProbe(ctx, tx, v.ID, 30, 1280, 720, []byte(`{}`)); err != nil {
			return err
		}
		for _, resolution := range []int{720, 360} {
			if err := f.addFile(ctx, tx, v, resolution); err != nil {
				return err
			}
		}
		for _, i := range []video.Image{
			{Kind: video.Thumbnail, Filename: uuid.NewString() + ".jpg", Width: 280, Height: 157},
			{Kind: video.Thumbnail, Filename: uuid.NewString() + ".webp", Width: 560, Height: 315},
			{Kind: video.Preview, Filename: uuid.NewString() + ".jpg", Width: 850, Height: 480},
		} {
			if err := video.AddImage(ctx, tx, v.ID, i); err != nil {
				return err
			}
		}
		if err := video.SetStoryboard(ctx, tx, v.ID, video.Storyboard{Filename: uuid.NewString() + ".jpg", TotalWidth: 1920, TotalHeight: 324, SpriteWidth: 192, SpriteHeight: 108, SpriteDuration: 1}); err != nil {
			return err
		}
		if state == api.Published {
			return video.Publish(ctx, tx, v.ID)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return v
}

func (f *films) addFile(ctx context.Context, tx pgx.Tx, v video.Video, resolution int) error {
	name := fmt.Sprintf("%s-%d", uuid.NewString(), resolution)
	if err := video.SetPlaylist(ctx, tx, v.ID, uuid.NewString()+"-master.m3u8", uuid.NewString()+"-segments-sha256.json"); err != nil {
		return err
	}
	return video.AddFile(ctx, tx, v.ID, video.File{
		Resolution: resolution, Filename: name + "-fragmented.mp4", Playlist: name + ".m3u8", Width: resolution * 16 / 9, Height: resolution, FPS: 30,
		Size: 5000, Bandwidth: int64(resolution) * 3000, Codecs: "avc1.64001f,mp4a.40.2", HasAudio: true, HasVideo: true,
		Infohash: []byte(rand.Text()[:20]), Torrent: name + "-hls.torrent",
		Media:  hls.Media{Init: hls.Range{Size: 1000}, Segments: []hls.Segment{{Range: hls.Range{Offset: 1000, Size: 4000}, Duration: 4}}},
		SHA256: []string{"00"},
	})
}

func path(v video.Video, rest string) string { return "/api/v1/videos/" + v.UUID.String() + rest }

// put sends a piece of an upload.
func (f *films) put(location, token, contentRange string, body []byte) reply {
	f.t.Helper()
	r, err := http.NewRequest("PUT", f.url+location, bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Range", contentRange)
	return f.do(r)
}

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = io.ReadFull(rand.Reader, b)
	return b
}

// boot is what the page of a video tells the player.
func (r reply) boot() (b api.Boot) {
	r.t.Helper()
	var p api.VideoPage
	r.into(http.StatusOK, &p)
	if err := json.Unmarshal(p.Boot, &b); err != nil {
		r.t.Fatal(err)
	}
	return b
}
