package apub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/apub"
	"shoal/server/apub/objects"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/db/dbtest"
	"shoal/server/follow"
	"shoal/server/instance"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
)

const site = "https://films.example"

// world is a small platform: ada has a channel with a film, bob likes and answers.
type world struct {
	t        *testing.T
	ctx      context.Context
	pool     *pgxpool.Pool
	server   *apub.Server
	handler  http.Handler
	ada, bob account.Member
	channel  int64 // ada's
	film     video.Video
	list     uuid.UUID
	said     []int64 // comments
	log      bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), pool: dbtest.New(t)}
	w.server = &apub.Server{
		Site: objects.Site{URL: site, Instance: &instance.Instance{Pool: w.pool}}, Pool: w.pool, Version: "1", Source: site + "/source",
		Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	w.handler = apub.Beside(w.server, http.HandlerFunc(func(o http.ResponseWriter, _ *http.Request) { _, _ = o.Write([]byte("a page")) }))
	w.ada, w.bob = w.join("ada"), w.join("bob")
	w.must(w.pool.QueryRow(w.ctx, `SELECT id FROM channel WHERE account_id = $1`, w.ada.AccountID).Scan(&w.channel))
	w.film = w.add(filmID, "Ducks on the pond", api.Public)
	t.Cleanup(func() {
		if t.Failed() && w.log.Len() > 0 {
			t.Logf("%.2000s", w.log.String())
		}
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tx(f func(pgx.Tx) error) {
	w.t.Helper()
	w.must(pgx.BeginFunc(w.ctx, w.pool, f))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.pool.Exec(w.ctx, sql, args...)
	w.must(err)
}

func (w *world) join(name string) account.Member {
	w.t.Helper()
	m, err := channel.Join(w.ctx, w.pool, account.New{
		Site: site, Username: name, Email: name + "@example.org", Password: "a good password", Role: api.Member, Quota: -1, QuotaDaily: -1,
	})
	w.must(err)
	return m
}

func (w *world) viewer(m account.Member) *account.Viewer {
	return &account.Viewer{MemberID: m.ID, AccountID: m.AccountID, Name: m.Username, Role: m.Role}
}

var filmID = uuid.MustParse("0b4e1c9a-5a40-4f7e-9d3c-1f2a3b4c5d6e")

// add makes a film of ada's with two renditions.
func (w *world) add(id uuid.UUID, name string, privacy int) (v video.Video) {
	w.t.Helper()
	w.tx(func(tx pgx.Tx) (err error) {
		v, err = video.Create(w.ctx, tx, video.Draft{
			UUID: id, ChannelID: w.channel, Site: site, Name: name, Privacy: privacy, Filename: "ducks.mp4", Key: "originals/" + id.String(), Size: 5000,
			Description: new("Two ducks.\n\n0:00 They come\n0:12 They go"), Support: new("Bread is bad for ducks."), Category: new(16), Licence: new(1), Language: new("en"),
			Tags: []string{"ducks", "pond"}, Passwords: map[int][]string{api.PasswordProtected: {"quack"}}[privacy],
		})
		if err != nil {
			return err
		}
		if err := video.SetProbe(w.ctx, tx, v.ID, 30, 1280, 720, []byte(`{}`)); err != nil {
			return err
		}
		short := id.String()[:8]
		for _, r := range []int{720, 360} {
			if err := w.rendition(tx, v, short, r, true, ""); err != nil {
				return err
			}
		}
		for i, lang := range []string{"", "de"} { // sound alone, in two languages
			if err := w.rendition(tx, v, short+fmt.Sprint(i), 0, false, lang); err != nil {
				return err
			}
		}
		if err := video.SetPlaylist(w.ctx, tx, v.ID, short+"-master.m3u8", short+"-segments-sha256.json"); err != nil {
			return err
		}
		for _, i := range []video.Image{
			{Kind: video.Thumbnail, Filename: short + "-t.jpg", Width: 280, Height: 157},
			{Kind: video.Thumbnail, Filename: short + "-t.webp", Width: 280, Height: 157},
			{Kind: video.Preview, Filename: short + "-p.jpg", Width: 850, Height: 480},
		} {
			if err := video.AddImage(w.ctx, tx, v.ID, i); err != nil {
				return err
			}
		}
		err = video.SetStoryboard(w.ctx, tx, v.ID, video.Storyboard{Filename: short + "-s.jpg", TotalWidth: 1920, TotalHeight: 324, SpriteWidth: 192, SpriteHeight: 108, SpriteDuration: 1})
		if err == nil {
			err = video.SetCaption(w.ctx, tx, v.ID, video.Caption{Language: "en", Filename: short + "-en.vtt"})
		}
		if err == nil {
			err = video.SetChapters(w.ctx, tx, v.ID, []video.Chapter{{Timecode: 0, Title: "They come"}, {Timecode: 12, Title: "They go"}})
		}
		if err == nil {
			err = video.Publish(w.ctx, tx, v.ID)
		}
		return err
	})
	return v
}

func (w *world) rendition(tx pgx.Tx, v video.Video, short string, resolution int, picture bool, lang string) error {
	name := fmt.Sprintf("%s-%d", short, resolution)
	f := video.File{
		Resolution: resolution, Language: lang, Filename: name + "-fragmented.mp4", Playlist: name + ".m3u8", Width: resolution * 16 / 9, Height: resolution, FPS: 30,
		Size: 5000, Bandwidth: 1000, Codecs: "avc1.64001f,mp4a.40.2", HasAudio: true, HasVideo: picture,
		Infohash: fmt.Appendf(nil, "%020.20s", name), Torrent: name + "-hls.torrent", SHA256: []string{"00"},
		Media: hls.Media{Init: hls.Range{Size: 1000}, Segments: []hls.Segment{{Range: hls.Range{Offset: 1000, Size: 4000}, Duration: 4}}},
	}
	if !picture {
		f.FPS = 0
	}
	return video.AddFile(w.ctx, tx, v.ID, f)
}

func (w *world) say(who account.Member, text string, parent int64) (id int64) {
	w.t.Helper()
	w.tx(func(tx pgx.Tx) (err error) {
		id, err = comment.Create(w.ctx, tx, comment.New{Video: w.film.ID, Author: w.viewer(who), Parent: parent, Text: text, Site: site})
		return err
	})
	w.said = append(w.said, id)
	return id
}

// live adds what people do: comments, likes, follows, a playlist.
func (w *world) live() {
	w.t.Helper()
	const faces = `[{"filename":"duck-48.png","width":48,"height":48},{"filename":"duck-120.png","width":120,"height":120}]`
	w.exec(`UPDATE actor SET avatars = $1, banners = $2, description = 'All about birds.' WHERE name = 'ada_channel'`, faces,
		`[{"filename":"pond.jpg","width":1920,"height":317}]`)
	w.exec(`UPDATE channel SET support = 'Bread is bad for ducks.' WHERE id = $1`, w.channel)
	first := w.say(w.bob, "What a pond!", 0)
	w.say(w.ada, "Thank you, @bob", first)
	w.must(video.Rate(w.ctx, w.pool, w.bob.AccountID, w.film.ID, "like"))
	w.must(video.Rate(w.ctx, w.pool, w.ada.AccountID, w.film.ID, "dislike"))
	w.tx(func(tx pgx.Tx) error {
		var actor int64
		if err := tx.QueryRow(w.ctx, `SELECT actor_id FROM channel WHERE id = $1`, w.channel).Scan(&actor); err != nil {
			return err
		}
		return follow.Subscribe(w.ctx, tx, w.bob.AccountID, actor)
	})
	w.tx(func(tx pgx.Tx) error {
		id, u, err := playlist.Create(w.ctx, tx, w.ada.AccountID, site, api.PlaylistEdit{
			DisplayName: new("Birds"), Description: new("Only birds."), Privacy: new(api.PlaylistPublic), ChannelID: &w.channel,
		}, nil)
		if w.list = u; err != nil {
			return err
		}
		_, err = playlist.Add(w.ctx, tx, id, w.film.ID, playlist.Times{StartAt: new(2), StopAt: new(10)})
		return err
	})
}

type reply struct {
	t      *testing.T
	status int
	head   http.Header
	body   []byte
}

// get asks as another server.
func (w *world) get(path string, accept ...string) reply {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(path, site), nil)
	if r.Header.Set("Accept", activity.ContentType); len(accept) > 0 {
		r.Header.Set("Accept", accept[0])
	}
	o := httptest.NewRecorder()
	w.handler.ServeHTTP(o, r)
	return reply{w.t, o.Code, o.Header(), o.Body.Bytes()}
}

func (r reply) ok() reply {
	r.t.Helper()
	if r.status != http.StatusOK {
		r.t.Fatalf("%d %.300s", r.status, r.body)
	}
	return r
}

func (r reply) object() map[string]any {
	r.t.Helper()
	var o map[string]any
	if err := json.Unmarshal(r.ok().body, &o); err != nil {
		r.t.Fatal(err)
	}
	return o
}
