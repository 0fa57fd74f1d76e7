package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/keyring"
	"shoal/server/picture"
	"shoal/server/search"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
)

const there = "https://films.example"

// abroad adds an account and a channel of another platform.
func (f *films) abroad(name string) (actor int64, channelID int64) {
	f.t.Helper()
	ctx := context.Background()
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		r := account.Remote{Kind: "account", Name: name, Host: "films.example", URL: there + "/accounts/" + name, DisplayName: name, Avatars: []picture.Kept{}, Banners: []picture.Kept{}, CreatedAt: time.Now()}
		owner, err := account.AddRemote(ctx, tx, r)
		if err != nil {
			return err
		}
		var accountID int64
		if err := tx.QueryRow(ctx, `SELECT id FROM account WHERE actor_id = $1`, owner).Scan(&accountID); err != nil {
			return err
		}
		r.Kind, r.Name, r.URL = "channel", name+"_films", there+"/video-channels/"+name+"_films"
		if actor, err = channel.AddRemote(ctx, tx, r, accountID, nil); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT id FROM channel WHERE actor_id = $1`, actor).Scan(&channelID)
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return actor, channelID
}

func (f *films) addRemote(r video.Remote) int64 {
	f.t.Helper()
	var id int64
	err := pgx.BeginFunc(context.Background(), f.pool, func(tx pgx.Tx) (err error) {
		id, _, err = video.PutRemote(context.Background(), tx, r, f.url)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func remoteFilm(channelID int64) video.Remote {
	id := uuid.New()
	file := func(height int) video.RemoteFile {
		name := id.String() + map[int]string{720: "-720", 360: "-360"}[height]
		return video.RemoteFile{
			Resolution: height, Width: height * 16 / 9, Height: height, FPS: 25, Size: int64(height) * 10_000, HasAudio: true, HasVideo: true,
			Filename: name + ".mp4", URL: there + "/static/" + name + "-fragmented.mp4", Torrent: name + ".torrent", TorrentURL: there + "/t/" + name + ".torrent",
			Magnet: "magnet:?xt=urn:btih:" + strings.Repeat("a", 40),
		}
	}
	return video.Remote{
		UUID: id, URL: there + "/videos/watch/" + id.String(), Page: there + "/w/abc", ChannelID: channelID, Name: "From elsewhere", Privacy: api.Public, Tags: []string{},
		State: api.Published, Duration: 60, Width: 1280, Height: 720, Views: 7, CommentsPolicy: 1, DownloadEnabled: true, EmbedPolicy: 1,
		PublishedAt: time.Now(), UpdatedAt: time.Now(), Trackers: []string{"wss://films.example/tracker/socket"},
		Playlist: &video.RemotePlaylist{URL: there + "/static/master.m3u8", SegmentsURL: there + "/static/sums.json"},
		Files:    []video.RemoteFile{file(720), file(360)},
		Images:   []video.RemoteImage{{Image: video.Image{Kind: video.Thumbnail, Filename: id.String() + ".jpg", Width: 280, Height: 157}, URL: there + "/lazy-static/t.jpg"}},
	}
}

func TestAVideoOfElsewhere(t *testing.T) {
	f := newFilms(t)
	asked := 0
	f.server.Levels = func(_ context.Context, master string, files []video.File) ([]video.Level, error) {
		asked++
		if strings.Contains(master, "broken") {
			return nil, errors.New("no playlist")
		}
		var out []video.Level
		for _, file := range files {
			if file.Resolution == 360 {
				out = append(out, video.Level{
					FileID: file.ID, Playlist: there + "/static/360.m3u8", Bandwidth: 500_000, Codecs: "avc1.64001e,mp4a.40.2", HasAudio: true, HasVideo: true,
					Media: hls.Media{Init: hls.Range{Size: 900}, Segments: []hls.Segment{{Range: hls.Range{Offset: 900, Size: 1000}, Duration: 4}}},
				})
			}
		}
		return out, nil
	}
	_, channelID := f.abroad("eve")
	r := remoteFilm(channelID)
	f.addRemote(r)
	at := "/api/v1/videos/" + r.UUID.String()
	var v api.VideoDetails
	f.get(at, "").into(200, &v)
	if v.IsLocal || v.URL != r.URL || v.Account.Host != "films.example" || v.Channel.Host != "films.example" || v.Channel.Name != "eve_films" || v.Views != 7 {
		t.Errorf("%+v", v.Video)
	}
	if !slices.Equal(v.TrackerURLs, r.Trackers) {
		t.Errorf("trackers %v", v.TrackerURLs)
	}
	if len(v.StreamingPlaylists) != 1 || v.StreamingPlaylists[0].PlaylistURL != r.Playlist.URL || v.StreamingPlaylists[0].SegmentsSha256URL != r.Playlist.SegmentsURL || len(v.StreamingPlaylists[0].Files) != 2 {
		t.Fatalf("%+v", v.StreamingPlaylists)
	}
	file := v.StreamingPlaylists[0].Files[0]
	if file.FileURL != r.Files[0].URL || file.FileDownloadURL != r.Files[0].URL || file.TorrentURL != f.url+"/lazy-static/torrents/"+r.Files[0].Torrent || file.MagnetURI != r.Files[0].Magnet {
		t.Errorf("%+v", file)
	}
	if v.ThumbnailPath != "/lazy-static/thumbnails/"+r.Images[0].Filename || v.Thumbnails[0].FileURL != f.url+v.ThumbnailPath {
		t.Errorf("pictures %+v", v.Thumbnails)
	}
	for range 2 { // what was learned stays learned
		b := f.get(at+"/page", "").boot()
		if b.P2P || b.Master != r.Playlist.URL || len(b.Levels) != 1 {
			t.Fatalf("%+v", b)
		}
		if l := b.Levels[0]; l.File != r.Files[1].URL || l.Playlist != there+"/static/360.m3u8" || l.Codecs != "avc1.64001e,mp4a.40.2" || l.Init != 900 || !slices.Equal(l.First, []int64{1000}) || !l.Muxed {
			t.Errorf("%+v", l)
		}
	}
	if asked != 1 {
		t.Errorf("the playlists were read %d times", asked)
	}

	broken := remoteFilm(channelID)
	broken.Playlist.URL = there + "/static/broken.m3u8"
	f.addRemote(broken)
	for range 3 { // played whole, and not asked for at every visit
		b := f.get("/api/v1/videos/"+broken.UUID.String()+"/page", "").boot()
		if len(b.Levels) != 2 || b.Levels[0].Codecs != unknownCodecs || b.Levels[0].File != broken.Files[1].URL {
			t.Errorf("%+v", b.Levels)
		}
	}
	if asked != 2 {
		t.Errorf("a broken playlist was asked for %d times", asked-1)
	}

	plain := remoteFilm(channelID)
	plain.Playlist = nil
	f.addRemote(plain)
	f.get("/api/v1/videos/"+plain.UUID.String(), "").into(200, &v)
	if len(v.Files) != 2 || len(v.StreamingPlaylists) != 0 || v.Files[0].FileURL != plain.Files[0].URL {
		t.Errorf("web files %+v", v.Files)
	}
	if n := f.get("/api/v1/videos?isLocal=false", ""); !strings.Contains(string(n.body), "From elsewhere") {
		t.Error("not in lists")
	}
	f.send("PUT", at+"/rate", f.as("bob"), map[string]any{"rating": "like"}).into(204, nil)
	f.send("POST", at+"/comment-threads", f.as("bob"), map[string]any{"text": "From here"}).into(200, nil)
	f.send("PUT", at, f.as("bob"), map[string]any{"name": "Mine now"}).refused(403, "")
	if raw := f.get(at+"/peering", ""); raw.status != 403 {
		t.Errorf("peering: %d", raw.status)
	}
}

func TestFollowsOfPlatforms(t *testing.T) {
	f := newFilms(t)
	f.join("chief", api.Administrator)
	root := f.signIn("chief").AccessToken
	var asked []string
	f.server.Follow = func(_ context.Context, whom string) error {
		asked = append(asked, whom)
		if whom == "gone.example" {
			return fail.New(fail.NotFound, "The other server does not have it.")
		}
		return nil
	}
	const following, followers = "/api/v1/server/following", "/api/v1/server/followers"
	f.send("POST", following, f.as("bob"), map[string]any{"hosts": []string{"a.example"}}).refused(403, "")
	f.send("POST", following, root, map[string]any{"hosts": []string{"a.example", "https://B.example/"}, "handles": []string{"@eve_films@films.example"}}).into(204, nil)
	if got := strings.Join(asked, " "); got != "a.example b.example eve_films@films.example" {
		t.Errorf("asked %s", got)
	}
	f.send("POST", following, root, map[string]any{"hosts": []string{"gone.example"}}).refused(404, "")
	for _, bad := range []map[string]any{{}, {"hosts": []string{host(f.url)}}, {"hosts": []string{"a/b"}}, {"hosts": []string{"x@y"}}, {"handles": []string{"eve"}}, {"handles": []string{"a@b@c"}}} {
		f.send("POST", following, root, bad).refused(400, "")
	}

	actor, _ := f.abroad("eve")
	ctx := context.Background()
	ours, _, err := keyring.Instance(ctx, f.pool, f.url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.pool.Exec(ctx, `INSERT INTO follow (follower_id, followed_id, state) VALUES ($1, $2, 'pending'), ($2, $1, 'pending')`, ours, actor); err != nil {
		t.Fatal(err)
	}
	var page api.Page[api.Follow]
	for at, want := range map[string]int{
		following: 1, followers: 1, following + "?state=pending": 1, following + "?state=accepted": 0, following + "?actorType=Group": 1, followers + "?actorType=Application": 0,
		following + "?search=FILMS.example": 1, followers + "?search=nobody": 0, following + "?sort=-state&start=1": 0,
	} {
		f.get(at, "").into(200, &page)
		if len(page.Data) != want {
			t.Errorf("%s: %+v", at, page)
		}
	}
	f.get(following, "").into(200, &page)
	if one := page.Data[0]; one.State != "pending" || one.Follower.Host != host(f.url) || one.Following.Name != "eve_films" || one.Following.Host != "films.example" {
		t.Errorf("%+v", one)
	}
	for _, bad := range []string{"?state=x", "?actorType=Robot", "?sort=name"} {
		f.get(following+bad, "").refused(400, "")
	}
	const eve = "/eve_films@films.example"
	f.send("POST", followers+eve+"/accept", f.as("bob"), nil).refused(403, "")
	state := func() (s string) {
		f.get(followers, "").into(200, &page)
		if len(page.Data) > 0 {
			s = page.Data[0].State
		}
		return s
	}
	for _, step := range []struct{ method, path, want string }{{"POST", "/accept", "accepted"}, {"POST", "/reject", "rejected"}, {"DELETE", "", ""}} {
		f.send(step.method, followers+eve+step.path, root, nil).into(204, nil)
		if got := state(); got != step.want {
			t.Errorf("%s: %q", step.path, got)
		}
		f.send(step.method, followers+"/nobody@films.example"+step.path, root, nil).refused(404, "")
	}
	f.send("DELETE", following+"/films.example", root, nil).refused(404, "") // it is not the server that is followed
	f.send("DELETE", following+eve, root, nil).into(204, nil)
	f.send("DELETE", following+eve, root, nil).refused(404, "")
}

func TestSubscribingElsewhere(t *testing.T) {
	f := newFilms(t)
	var looked []string
	var channelID int64
	f.server.Lookup = func(_ context.Context, kind, text string) (int64, error) {
		looked = append(looked, kind+" "+text)
		if !strings.Contains(text, "eve_films") {
			return 0, nil
		}
		if channelID == 0 {
			_, channelID = f.abroad("eve")
		}
		return channelID, nil
	}
	bob := f.as("bob")
	f.send("POST", subs, bob, map[string]any{"uri": "nobody@films.example"}).refused(404, "")
	f.send("POST", subs, bob, map[string]any{"uri": "https://films.example/c/nobody"}).refused(404, "")
	f.send("POST", subs, bob, map[string]any{"uri": there + "/c/eve_films"}).into(204, nil)
	f.send("POST", subs, bob, map[string]any{"uri": "eve_films@films.example"}).into(204, nil)
	if got := strings.Join(looked, ", "); got != search.Channel+" nobody@films.example, channel https://films.example/c/nobody, channel "+there+"/c/eve_films" {
		t.Errorf("looked up %s", got)
	}
	var state string
	if err := f.pool.QueryRow(context.Background(), `SELECT state FROM follow`).Scan(&state); err != nil || state != "pending" {
		t.Errorf("%q %v", state, err)
	}
	var known map[string]bool
	f.get(subs+"/exist?uris=eve_films@films.example", bob).into(200, &known)
	var list api.Page[api.Channel]
	f.get(subs, bob).into(200, &list)
	if !known["eve_films@films.example"] || list.Total != 1 || list.Data[0].Host != "films.example" || list.Data[0].IsLocal {
		t.Errorf("%v %+v", known, list)
	}
	if _, err := f.pool.Exec(context.Background(), `UPDATE follow SET state = 'rejected'`); err != nil {
		t.Fatal(err)
	}
	f.get(subs, bob).into(200, &list)
	if list.Total != 0 {
		t.Errorf("refused, and still %+v", list)
	}
	f.send("POST", subs, bob, map[string]any{"uri": "eve_films@films.example"}).into(204, nil) // asks again
	if err := f.pool.QueryRow(context.Background(), `SELECT state FROM follow`).Scan(&state); err != nil || state != "pending" {
		t.Errorf("%q %v", state, err)
	}
	f.send("DELETE", subs+"/eve_films@films.example", bob, nil).into(204, nil)
	f.get("/api/v1/search/video-channels?search=eve_films@films.example", bob).into(200, &list)
	if list.Total != 1 {
		t.Errorf("search %+v", list)
	}
}
