package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/server/instance"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
)

var ctx = context.Background()

// shelf is Files on a running server, with videos of ada's.
type shelf struct {
	*Files
	t       *testing.T
	url     string
	channel int64
	tokens  map[string]string
}

// bare is a torrent without addresses.
const bare = "d4:infod6:lengthi6000e4:name5:a.mp412:piece lengthi16384e6:pieces20:01234567890123456789ee"

const password = "correct horse"

func newShelf(t *testing.T) *shelf {
	t.Helper()
	pool := dbtest.New(t)
	store, err := storage.Disk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := &instance.Instance{Pool: pool}
	s := &shelf{Files: &Files{Pool: pool, Store: store, Site: "http://example.org", Tokens: video.Tokens{Secret: in.Secret}}, t: t, tokens: map[string]string{}}
	door := &account.Door{Instance: in}
	for _, name := range []string{"ada", "ben"} {
		m, err := channel.Join(ctx, pool, account.New{Site: "http://example.org", Username: name, Email: name + "@example.org", Password: password, Role: api.Member, Quota: -1, QuotaDaily: -1})
		if err != nil {
			t.Fatal(err)
		}
		token, err := door.SignIn(ctx, pool, account.Attempt{Name: name, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		s.tokens[name] = token.AccessToken
		if name == "ada" {
			err = pool.QueryRow(ctx, `SELECT id FROM channel WHERE account_id = @account`, pgx.NamedArgs{"account": m.AccountID}).Scan(&s.channel)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	h := httptest.NewServer(s.Files)
	t.Cleanup(h.Close)
	s.url = h.URL
	return s
}

// shelved is a video and the names of its files.
type shelved struct {
	video.Video
	mp4, playlist, master, sums, image, caption, board, torrent string
}

func (s *shelf) add(privacy, state int, download bool) shelved {
	s.t.Helper()
	n := uuid.NewString()
	v := shelved{
		mp4: n + "-720-fragmented.mp4", playlist: n + "-720.m3u8", master: n + "-master.m3u8", sums: n + "-segments-sha256.json",
		image: n + ".jpg", caption: n + "-en.vtt", board: n + "-board.jpg", torrent: n + "-720-hls.torrent",
	}
	err := pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		d := video.Draft{ChannelID: s.channel, Name: `Ducks: "wild" / tame`, Privacy: privacy, DownloadEnabled: &download, Site: "http://example.org"}
		if privacy == api.PasswordProtected {
			d.Passwords = []string{"sesame"}
		}
		if v.Video, err = video.Create(ctx, tx, d); err != nil {
			return err
		}
		steps := []error{
			video.AddFile(ctx, tx, v.ID, file(v)), video.SetPlaylist(ctx, tx, v.ID, v.master, v.sums),
			video.AddImage(ctx, tx, v.ID, video.Image{Kind: video.Thumbnail, Filename: v.image, Width: 280, Height: 157}),
			video.SetStoryboard(ctx, tx, v.ID, video.Storyboard{Filename: v.board}),
			video.SetCaption(ctx, tx, v.ID, video.Caption{Language: "en", Filename: v.caption}),
		}
		for _, err := range steps {
			if err != nil {
				return err
			}
		}
		if state == api.Published {
			err = video.Publish(ctx, tx, v.ID)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for key, b := range map[string]string{
		"hls/" + v.UUID.String() + "/" + v.mp4: strings.Repeat("0123456789", 600), "images/" + v.image: "jpeg", "storyboards/" + v.board: "board",
		"captions/" + v.caption: "WEBVTT\n", "torrents/" + v.torrent: bare, "originals/" + n + ".mp4": "secret",
	} {
		if _, err := s.Store.Put(ctx, key, strings.NewReader(b)); err != nil {
			s.t.Fatal(err)
		}
	}
	return v
}

func file(v shelved) video.File {
	return video.File{
		Resolution: 720, Filename: v.mp4, Playlist: v.playlist, Torrent: v.torrent, Width: 1280, Height: 720, FPS: 30, Size: 6000,
		Bandwidth: 2_000_000, Codecs: "avc1.64001f,mp4a.40.2", HasAudio: true, HasVideo: true,
		Media: hls.Media{Init: hls.Range{Size: 1000}, Segments: []hls.Segment{
			{Range: hls.Range{Offset: 1000, Size: 2000}, Duration: 4}, {Range: hls.Range{Offset: 3000, Size: 3000}, Duration: 1.5},
		}},
		SHA256: []string{"aa", "bb"},
	}
}

// paths are the addresses of all files of a video.
func (v shelved) paths(private string) map[string]string {
	folder := "/static/streaming-playlists/hls/" + private + v.UUID.String() + "/"
	return map[string]string{
		"mp4": folder + v.mp4, "playlist": folder + v.playlist, "master": folder + v.master, "sums": folder + v.sums,
		"thumbnail": "/lazy-static/thumbnails/" + v.image, "storyboard": "/lazy-static/storyboards/" + v.board,
		"caption": "/lazy-static/video-captions/" + v.caption, "torrent": "/lazy-static/torrents/" + v.torrent,
		"torrent download": "/download/torrents/" + v.torrent, "download": "/download/streaming-playlists/hls/videos/" + v.UUID.String() + "-720-fragmented.mp4",
	}
}

type reply struct {
	status int
	header http.Header
	body   string
}

// get asks for a path exactly as it is written.
func (s *shelf) get(path string, header ...string) reply {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	path, query, _ := strings.Cut(path, "?")
	r.URL.Opaque, r.URL.RawQuery = "//"+r.URL.Host+path, query
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{w.StatusCode, w.Header, string(b)}
}

func TestWhoGetsWhat(t *testing.T) {
	s := newShelf(t)
	draft := s.add(api.Public, api.ToTranscode, true)
	for name, c := range map[string]struct {
		video                   shelved
		private                 string
		nobody, ben, ada, token int
	}{
		"public":   {s.add(api.Public, api.Published, true), "", 200, 200, 200, 200},
		"unlisted": {s.add(api.Unlisted, api.Published, true), "", 200, 200, 200, 200},
		"private":  {s.add(api.Private, api.Published, true), "private/", 401, 403, 200, 200},
		"internal": {s.add(api.Internal, api.Published, true), "private/", 401, 200, 200, 200},
		"locked":   {s.add(api.PasswordProtected, api.Published, true), "private/", 403, 403, 200, 200},
		"draft":    {draft, "", 404, 404, 200, 200},
	} {
		token, _, err := s.Tokens.Make(ctx, c.video.ID)
		if err != nil {
			t.Fatal(err)
		}
		other, _, err := s.Tokens.Make(ctx, c.video.ID+1)
		if err != nil {
			t.Fatal(err)
		}
		for kind, path := range c.video.paths(c.private) {
			for who, got := range map[string]struct{ got, want int }{
				"nobody":        {s.get(path).status, c.nobody},
				"ben":           {s.get(path, "Authorization", "Bearer "+s.tokens["ben"]).status, c.ben},
				"ada":           {s.get(path, "Authorization", "Bearer "+s.tokens["ada"]).status, c.ada},
				"a file token":  {s.get(path + "?videoFileToken=" + token).status, c.token},
				"another token": {s.get(path + "?videoFileToken=" + other).status, c.nobody},
				"a cookie":      {s.get(path, "Cookie", account.Cookie+"="+s.tokens["ada"]).status, c.ada},
			} {
				if got.got != got.want {
					t.Errorf("%s %s for %s: got %d, want %d", name, kind, who, got.got, got.want)
				}
			}
		}
		if c.private == "" {
			continue
		}
		for _, kind := range []string{"mp4", "playlist", "master", "sums"} {
			if got := s.get(c.video.paths("")[kind], "Authorization", "Bearer "+s.tokens["ada"]); got.status != 404 {
				t.Errorf("%s %s at the public address: got %d", name, kind, got.status)
			}
		}
		if got := s.get(c.video.paths(c.private)["mp4"], "Authorization", "Bearer "+s.tokens["ada"]).header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
			t.Errorf("%s: got %s", name, got)
		}
	}
	locked := s.add(api.PasswordProtected, api.Published, true)
	if got := s.get(locked.paths("private/")["mp4"], "X-Peertube-Video-Password", "sesame"); got.status != 200 {
		t.Errorf("the password: got %d", got.status)
	}
	closed := s.add(api.Public, api.Published, false)
	if got := s.get(closed.paths("")["download"]); got.status != 404 {
		t.Errorf("a download that is not allowed: got %d", got.status)
	}
}

func TestAttacksOnPaths(t *testing.T) {
	s := newShelf(t)
	hidden, open := s.add(api.Private, api.Published, true), s.add(api.Public, api.Published, true)
	hls, id := "/static/streaming-playlists/hls/", hidden.UUID.String()
	for _, path := range []string{
		hls + open.UUID.String() + "/../" + id + "/" + hidden.mp4,
		hls + open.UUID.String() + "/..%2f" + id + "%2f" + hidden.mp4,
		hls + open.UUID.String() + "/%2e%2e/" + id + "/" + hidden.mp4,
		hls + open.UUID.String() + "/%252e%252e%252f" + id + "%252f" + hidden.mp4,
		hls + open.UUID.String() + "/" + hidden.mp4,
		hls + open.UUID.String() + "/..\\" + id + "\\" + hidden.mp4,
		hls + open.UUID.String() + "%2f" + open.mp4 + "/x",
		hls + strings.ToUpper(id) + "/" + hidden.mp4,
		hls + strings.ReplaceAll(id, "-", "") + "/" + hidden.mp4,
		hls + "{" + id + "}/" + hidden.mp4,
		hls + "urn:uuid:" + id + "/" + hidden.mp4,
		hls + "PRIVATE/" + id + "/" + hidden.mp4,
		hls + "private/" + "private/" + id + "/" + hidden.mp4,
		hls + "private%2f" + id + "/" + hidden.mp4,
		hls + id + "//" + hidden.mp4,
		hls + id + "/" + hidden.mp4 + "/",
		hls + id + "/" + hidden.mp4 + "%00",
		hls + id + "/" + strings.ToUpper(hidden.mp4),
		hls + id + "/" + hidden.playlist,
		hls + id + "/" + hidden.master,
		"/static/../static/streaming-playlists/hls/" + id + "/" + hidden.mp4,
		"/lazy-static/originals/" + strings.Replace(hidden.image, ".jpg", ".mp4", 1),
		"/lazy-static/../originals/" + strings.Replace(hidden.image, ".jpg", ".mp4", 1),
		"/lazy-static/thumbnails/..%2foriginals%2f" + strings.Replace(hidden.image, ".jpg", ".mp4", 1),
		"/lazy-static/thumbnails/" + open.board,
		"/lazy-static/previews/" + open.image,
		"/lazy-static/torrents/" + open.image,
		"/lazy-static/thumbnails/.partial",
		"/lazy-static/thumbnails/",
		"/lazy-static/",
		"/download/torrents/../../originals/x.mp4",
		"/download/streaming-playlists/hls/videos/" + open.UUID.String() + "-1080-fragmented.mp4",
		"/download/streaming-playlists/hls/videos/" + open.UUID.String(),
		"/download/streaming-playlists/hls/videos/x",
		"/static/web-videos/x.mp4",
		"/static/streaming-playlists/hls/" + open.UUID.String() + "/" + strings.Repeat("a", 5000),
	} {
		if got := s.get(path); got.status != 404 {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	for _, token := range []string{"", "x", strings.Repeat("A", 32), "../../"} {
		if got := s.get(hidden.paths("private/")["mp4"] + "?videoFileToken=" + token); got.status != 401 {
			t.Errorf("token %s: got %d", token, got.status)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "TRACE"} {
		r, err := http.NewRequest(method, s.url+open.paths("")["mp4"], nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if w.Body.Close(); w.StatusCode != 405 {
			t.Errorf("%s: got %d", method, w.StatusCode)
		}
	}
}

func TestPlaylistsAreWrittenFromRows(t *testing.T) {
	s := newShelf(t)
	v := s.add(api.Public, api.Published, true)
	p := v.paths("")
	m, err := hls.ParseMaster(s.get(p["master"]).body)
	if err != nil || len(m.Variants) != 1 || m.Variants[0].URI != v.playlist || m.Variants[0].Height != 720 || m.Variants[0].Bandwidth != 2_000_000 {
		t.Errorf("got %+v, %v", m, err)
	}
	got := s.get(p["playlist"])
	media, err := hls.ParseMedia(got.body)
	if err != nil || media.URI != v.mp4 || media.Init.Size != 1000 || len(media.Segments) != 2 || media.Segments[1].Offset != 3000 {
		t.Errorf("got %+v, %v", media, err)
	}
	if got.header.Get("Content-Type") != "application/vnd.apple.mpegurl" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
		t.Errorf("got %v", got.header)
	}
	if body := s.get(p["sums"]).body; body != fmt.Sprintf(`{"%s":{"1000-2999":"aa","3000-5999":"bb"}}`, v.mp4) {
		t.Errorf("got %s", body)
	}
	packed := s.get(p["playlist"], "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(bytes.NewReader([]byte(packed.body)))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != got.body || packed.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("got %s, %v", plain, err)
	}
	if again := s.get(p["playlist"], "If-None-Match", got.header.Get("Etag")); again.status != 304 {
		t.Errorf("got %d", again.status)
	}
}

func TestATokenGoesOnIntoThePlaylist(t *testing.T) {
	s := newShelf(t)
	v := s.add(api.Private, api.Published, true)
	token, _, err := s.Tokens.Make(ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := v.paths("private/")
	m, err := hls.ParseMaster(s.get(p["master"] + "?videoFileToken=" + token).body)
	if err != nil || m.Variants[0].URI != v.playlist+"?videoFileToken="+token {
		t.Fatalf("got %+v, %v", m, err)
	}
	folder := p["master"][:strings.LastIndexByte(p["master"], '/')+1]
	media, err := hls.ParseMedia(s.get(folder + m.Variants[0].URI).body)
	if err != nil || media.URI != v.mp4+"?videoFileToken="+token {
		t.Fatalf("got %+v, %v", media, err)
	}
	if got := s.get(folder + media.URI); got.status != 200 || len(got.body) != 6000 {
		t.Errorf("got %d", got.status)
	}
}

func TestRanges(t *testing.T) {
	s := newShelf(t)
	path := s.add(api.Public, api.Published, true).paths("")["mp4"]
	for span, want := range map[string]struct {
		status int
		body   string
		at     string
	}{
		"bytes=0-4":       {206, "01234", "bytes 0-4/6000"},
		"bytes=5990-":     {206, "0123456789", "bytes 5990-5999/6000"},
		"bytes=-3":        {206, "789", "bytes 5997-5999/6000"},
		"bytes=5998-9999": {206, "89", "bytes 5998-5999/6000"},
		"bytes=6000-":     {416, "", "bytes */6000"},
		"bytes=9-1":       {416, "", ""},
		"items=0-1":       {416, "", ""},
	} {
		got := s.get(path, "Range", span)
		if got.status != want.status || want.status == 206 && got.body != want.body || got.header.Get("Content-Range") != want.at {
			t.Errorf("%s: got %d %q %s", span, got.status, got.body, got.header.Get("Content-Range"))
		}
	}
	got := s.get(path)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Accept-Ranges": "bytes", "Content-Type": "video/mp4", "Content-Length": "6000",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=86400, immutable",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: got %s", name, got.header.Get(name))
		}
	}
	if again := s.get(path, "If-None-Match", got.header.Get("Etag")); again.status != 304 {
		t.Errorf("got %d", again.status)
	}
}

func FuzzRangeHeader(f *testing.F) {
	f.Add("bytes=0-1")
	f.Add("bytes=-1,0-,5-6")
	f.Add("bytes=99999999999999999999-")
	store, err := storage.Disk(filepath.Join(f.TempDir(), "store"))
	if err != nil {
		f.Fatal(err)
	}
	whole := strings.Repeat("0123456789", 10)
	if _, err := store.Put(ctx, "hls/a.mp4", strings.NewReader(whole)); err != nil {
		f.Fatal(err)
	}
	files := &Files{Store: store}
	f.Fuzz(func(t *testing.T, span string) {
		r := httptest.NewRequest("GET", "/a.mp4", nil)
		r.Header["Range"] = []string{span}
		w := httptest.NewRecorder()
		w.Header()["Content-Type"] = mp4
		if err := files.object(w, r, pass{}, "hls/a.mp4"); err != nil {
			t.Fatal(err)
		}
		if w.Code == 200 && w.Body.String() != whole || w.Code == 206 && !strings.HasPrefix(w.Result().Header.Get("Content-Type"), "multipart") && !strings.Contains(whole, w.Body.String()) || w.Code != 200 && w.Code != 206 && w.Code != 416 {
			t.Fatalf("%q: got %d with %d bytes", span, w.Code, w.Body.Len())
		}
	})
}

func TestDownloadsHaveANameToKeep(t *testing.T) {
	s := newShelf(t)
	got := s.get(s.add(api.Public, api.Published, true).paths("")["download"])
	if name := got.header.Get("Content-Disposition"); name != `attachment; filename="Ducks_ _wild_ _ tame 720p.mp4"` {
		t.Errorf("got %s", name)
	}
}

func TestMasterWithSoundOfItsOwn(t *testing.T) {
	d := folder{Files: []video.File{
		{Playlist: "s.m3u8", Bandwidth: 100, Codecs: "mp4a", HasAudio: true, Language: "en"},
		{Playlist: "v.m3u8", Bandwidth: 1000, Codecs: "avc1", HasVideo: true, Width: 16, Height: 9, FPS: 25},
	}}
	m := master(d)
	if len(m.Audio) != 1 || !m.Audio[0].Default || len(m.Variants) != 1 || m.Variants[0].AudioGroup != soundGroup ||
		m.Variants[0].Bandwidth != 1100 || m.Variants[0].Codecs != "avc1,mp4a" {
		t.Errorf("got %+v", m)
	}
	d.Files[1].HasAudio = true
	if m := master(d); len(m.Audio) != 0 || len(m.Variants) != 2 || m.Variants[0].Height != 0 {
		t.Errorf("got %+v", m)
	}
}

func TestTorrentsTellThePresentAddresses(t *testing.T) {
	s := newShelf(t)
	for privacy, private := range map[int]string{api.Public: "", api.Private: "private/"} {
		v := s.add(privacy, api.Published, true)
		got := s.get(v.paths(private)["torrent"], "Authorization", "Bearer "+s.tokens["ada"])
		if !strings.Contains(got.body, "http://example.org"+v.paths(private)["mp4"]) || !strings.Contains(got.body, bare[len("d4:info"):len(bare)-1]) ||
			!strings.Contains(got.body, "ws://example.org/tracker/socket") || got.header.Get("Content-Type") != torrentType {
			t.Errorf("got %s %v", got.body, got.header)
		}
	}
}

func TestFacesAreForEverybody(t *testing.T) {
	s := newShelf(t)
	for _, key := range []string{"avatars/a.jpg", "banners/b.png", "upload-images/c.png", "avatars/d.svg", "originals/e.jpg"} {
		if _, err := s.Store.Put(ctx, key, strings.NewReader("picture")); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{
		"/lazy-static/avatars/a.jpg": 200, "/lazy-static/banners/b.png": 200, "/lazy-static/upload-images/c.png": 200,
		"/lazy-static/avatars/b.png": 404, "/lazy-static/avatars/none.jpg": 404, "/lazy-static/avatars/d.svg": 404,
		"/lazy-static/originals/e.jpg": 404, "/lazy-static/avatars/..%2foriginals%2fe.jpg": 404, "/lazy-static/avatars/../originals/e.jpg": 404,
		"/lazy-static/avatars/": 404, "/lazy-static/Avatars/a.jpg": 404,
	} {
		r, err := http.NewRequest("GET", s.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = "//" + r.URL.Host + path // as it is, not tidied
		w, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(w.Body)
		_ = w.Body.Close()
		if w.StatusCode != want {
			t.Errorf("%s: %d, not %d", path, w.StatusCode, want)
		}
		if want == 200 && (string(body) != "picture" || !strings.HasPrefix(w.Header.Get("Content-Type"), "image/") || w.Header.Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s: %s %v", path, body, w.Header)
		}
	}
}
