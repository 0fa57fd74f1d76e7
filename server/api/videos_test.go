package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

func (f *films) captions(v video.Video) {
	f.t.Helper()
	body := "--x\r\nContent-Disposition: form-data; name=\"captionfile\"; filename=\"a.srt\"\r\n\r\n1\n00:00:01,000 --> 00:00:02,500\nQuack\n\r\n--x--\r\n"
	r := ask{method: "PUT", path: path(v, "/captions/en"), kind: "multipart/form-data; boundary=x", body: body, header: auth(f.as("ada"))}
	f.ask(r).into(204, nil)
}

// Fields that apps of the wild stop at when they are null.
func TestWhatAppsDependOn(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	var d api.VideoDetails
	f.get("/api/v1/videos/"+shortid.From(v.UUID), "").into(200, &d)
	if len(d.StreamingPlaylists) != 1 || len(d.Files) != 0 || d.ThumbnailPath == "" || !strings.HasSuffix(d.ThumbnailPath, ".jpg") || d.PreviewPath == "" {
		t.Fatalf("got %+v", d)
	}
	p := d.StreamingPlaylists[0]
	if !strings.HasSuffix(p.PlaylistURL, "-master.m3u8") || len(p.Files) != 2 || p.Files[0].Resolution.Label != "720p" {
		t.Errorf("got %+v", p)
	}
	for _, one := range p.Files {
		if one.MagnetURI == "" || one.TorrentURL == "" || one.TorrentDownloadURL == "" || one.FileDownloadURL == "" ||
			strings.Replace(one.FileURL, "-fragmented.mp4", ".m3u8", 1) != one.PlaylistURL {
			t.Errorf("got %+v", one)
		}
	}
}

func TestWhoUploadsSeesWhenAFileIsReady(t *testing.T) {
	f := newFilms(t)
	files := func(v video.Video, who string) []api.VideoFile {
		var d api.VideoDetails
		f.get(path(v, ""), f.as(who)).into(200, &d)
		return d.Files
	}
	v := f.add(video.Draft{}, api.Published)
	if got := files(v, "ben"); len(got) != 0 {
		t.Errorf("others see %+v", got)
	}
	if got := files(v, "ada"); len(got) != 1 || got[0].TorrentURL == "" {
		t.Errorf("one's own: %+v", got)
	}
	for _, c := range []struct {
		state string
		files int
	}{{"running", 1}, {"failed", 0}} {
		v := f.bare()
		f.process(v, c.state)
		if got := files(v, "ada"); len(got) != c.files || c.files == 1 && got[0].TorrentURL != "" {
			t.Errorf("%s: %+v", c.state, got)
		}
	}
}

// process says how far the work on a video is.
func (f *films) process(v video.Video, state string) {
	f.t.Helper()
	const say = `INSERT INTO processing (video_id, state, reason, detail) VALUES (@video, @state, '', '')`
	if _, err := f.pool.Exec(context.Background(), say, pgx.NamedArgs{"video": v.ID, "state": state}); err != nil {
		f.t.Fatal(err)
	}
}

// bare adds a video of ada's of which nothing is made.
func (f *films) bare() (v video.Video) {
	f.t.Helper()
	ctx := context.Background()
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) (err error) {
		d := video.Draft{Site: f.url, Name: "Bare", Filename: "bare.mp4", Key: "originals/bare-" + rand.Text() + ".mp4", Size: 5000}
		if err := tx.QueryRow(ctx, `SELECT id FROM channel WHERE account_id = @account`, pgx.NamedArgs{"account": f.ada.AccountID}).Scan(&d.ChannelID); err != nil {
			return err
		}
		v, err = video.Create(ctx, tx, d)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return v
}

func TestWhoMaySee(t *testing.T) {
	f := newFilms(t)
	byName := map[string]video.Video{
		"public":   f.add(video.Draft{Privacy: api.Public}, api.Published),
		"unlisted": f.add(video.Draft{Privacy: api.Unlisted}, api.Published),
		"private":  f.add(video.Draft{Privacy: api.Private}, api.Published),
		"internal": f.add(video.Draft{Privacy: api.Internal}, api.Published),
		"locked":   f.add(video.Draft{Privacy: api.PasswordProtected, Passwords: []string{"sesame"}}, api.Published),
		"draft":    f.add(video.Draft{}, api.ToTranscode),
	}
	for _, c := range []struct {
		video, who string
		status     int
	}{
		{"public", "", 200},
		{"unlisted", "", 200},
		{"private", "", 401},
		{"internal", "", 401},
		{"locked", "", 403},
		{"draft", "", 404},
		{"public", "ben", 200},
		{"unlisted", "ben", 200},
		{"private", "ben", 403},
		{"internal", "ben", 200},
		{"locked", "ben", 403},
		{"draft", "ben", 404},
		{"private", "ada", 200},
		{"internal", "ada", 200},
		{"locked", "ada", 200},
		{"draft", "ada", 200},
		{"private", "mod", 200},
		{"locked", "mod", 200},
		{"draft", "mod", 200},
	} {
		for _, rest := range []string{"", "/description", "/captions", "/chapters", "/storyboards", "/page"} {
			if r := f.get(path(byName[c.video], rest), f.as(c.who)); r.status != c.status {
				t.Errorf("%s %s for %q: got %d %s", c.video, rest, c.who, r.status, r.body)
			}
		}
		for _, write := range []string{"/token", "/views"} {
			want := c.status
			if want == 200 && write == "/views" {
				want = 204
			}
			if r := f.send("POST", path(byName[c.video], write), f.as(c.who), map[string]any{"currentTime": 1}); r.status != want {
				t.Errorf("%s %s for %q: got %d %s", c.video, write, c.who, r.status, r.body)
			}
		}
	}
	for password, want := range map[string]int{"sesame": 200, "wrong": 403} {
		r := f.ask(ask{method: "GET", path: path(byName["locked"], ""), header: map[string]string{"x-peertube-video-password": password}})
		if r.status != want || want == 403 && !strings.Contains(string(r.body), "incorrect_video_password") {
			t.Errorf("password %s: got %d %s", password, r.status, r.body)
		}
	}
	wrong := ask{method: "GET", path: path(byName["locked"], ""), header: map[string]string{"x-peertube-video-password": "guess"}}
	for range 25 {
		wrong.header["x-peertube-video-password"] += "."
		f.ask(wrong)
	}
	wrong.header["x-peertube-video-password"] = "sesame"
	if r := f.ask(wrong); r.status != 429 || r.header.Get("Retry-After") == "" {
		t.Errorf("after many guesses: got %d", r.status)
	}
	var list api.Page[api.Video]
	f.get("/api/v1/videos", "").into(200, &list)
	if list.Total != 1 || list.Data[0].UUID != byName["public"].UUID.String() {
		t.Errorf("got %+v", list)
	}
	f.get("/api/v1/videos", f.as("ben")).into(200, &list)
	if list.Total != 2 {
		t.Errorf("a member sees %d", list.Total)
	}
	f.get("/api/v1/users/me/videos", f.as("ada")).into(200, &list)
	if list.Total != 6 || list.Data[0].State == nil || list.Data[0].State.ID != api.ToTranscode {
		t.Errorf("the owner sees %+v", list)
	}
	f.get("/api/v1/users/me/videos", "").into(401, nil)
}

func TestUnlistedIsNotFoundByCounting(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Privacy: api.Unlisted}, api.Published)
	for who, want := range map[string]int{"": 404, "ben": 404, "ada": 200} {
		if r := f.get("/api/v1/videos/"+jsonNumber(v.ID), f.as(who)); r.status != want {
			t.Errorf("%q: got %d", who, r.status)
		}
	}
}

func jsonNumber(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestWhoMayChange(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	hidden := f.add(video.Draft{Privacy: api.Private}, api.Published)
	for _, c := range []struct{ method, rest string }{
		{"PUT", ""},
		{"DELETE", ""},
		{"PUT", "/chapters"},
		{"PUT", "/captions/en"},
		{"DELETE", "/captions/en"},
		{"POST", "/transcoding"},
		{"GET", "/processing"},
		{"GET", "/source"},
	} {
		for who, want := range map[string]int{"": 401, "ben": 403} {
			if r := f.send(c.method, path(v, c.rest), f.as(who), map[string]any{}); r.status != want {
				t.Errorf("%s %s by %q: got %d %s", c.method, c.rest, who, r.status, r.body)
			}
		}
		if r := f.send(c.method, path(hidden, c.rest), f.as("ben"), map[string]any{}); r.status != 404 {
			t.Errorf("%s %s of a hidden video: got %d", c.method, c.rest, r.status)
		}
	}
	var me api.User
	f.get("/api/v1/users/me", f.as("ben")).into(200, &me)
	if r := f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"channelId": me.VideoChannels[0].ID}); r.status != 400 {
		t.Errorf("into another's channel: got %d %s", r.status, r.body)
	}
}

func TestUpdateInEveryKindOfBody(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"name": "Geese", "category": 16, "tags": []string{"a1", "b2"}, "commentsEnabled": false}).into(204, nil)
	form := url.Values{"description": {"Long text"}, "tags[]": {"c3"}, "privacy": {"2"}}.Encode()
	f.ask(ask{method: "PUT", path: path(v, ""), kind: "application/x-www-form-urlencoded", body: form, header: auth(f.as("ada"))}).into(204, nil)
	var d api.VideoDetails
	f.get(path(v, ""), "").into(200, &d)
	if d.Name != "Geese" || *d.Category.ID != 16 || *d.Description != "Long text" || len(d.Tags) != 1 || d.Privacy.ID != api.Unlisted || d.CommentsEnabled {
		t.Errorf("got %+v", d)
	}
	f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"category": 0, "description": ""}).into(204, nil)
	f.get(path(v, ""), "").into(200, &d)
	if d.Category.ID != nil || d.Description != nil || d.Name != "Geese" {
		t.Errorf("got %+v", d)
	}
	for field, value := range map[string]any{
		"name": "x", "privacy": 9, "category": 99, "licence": -1, "tags": []string{"1"}, "language": "no such", "videoPasswords": []string{"1"}, "commentsPolicy": 8,
	} {
		r := f.send("PUT", path(v, ""), f.as("ada"), map[string]any{field: value})
		if r.status != 400 || !strings.Contains(string(r.body), `"`+field+`"`) {
			t.Errorf("%s: got %d %s", field, r.status, r.body)
		}
	}
	if r := f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"privacy": api.PasswordProtected}); r.status != 400 {
		t.Errorf("no password: got %d %s", r.status, r.body)
	}
	f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"privacy": api.PasswordProtected, "videoPasswords": []string{"sesame"}}).into(204, nil)
	f.get(path(v, ""), "").into(403, nil)
}

func TestDelete(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.send("DELETE", path(v, ""), f.as("ada"), nil).into(204, nil)
	f.get(path(v, ""), f.as("ada")).into(404, nil)
	f.send("DELETE", path(v, ""), f.as("ada"), nil).into(404, nil)
}

func TestViewsAndPositions(t *testing.T) {
	f := newFilms(t)
	now := time.Now()
	f.server.views.Now = func() time.Time { return now }
	v := f.add(video.Draft{}, api.Published)
	report := func(who string, at any) {
		f.send("POST", path(v, "/views"), f.as(who), map[string]any{"currentTime": at}).into(204, nil)
	}
	views := func() int64 {
		var d api.VideoDetails
		f.get(path(v, ""), f.as("ben")).into(200, &d)
		return d.Views
	}
	report("", 0)
	if n := views(); n != 0 {
		t.Errorf("counted at once: %d", n)
	}
	for range 3 {
		now = now.Add(10 * time.Second)
		report("", 10)
	}
	if n := views(); n != 1 {
		t.Errorf("got %d", n)
	}
	now = now.Add(2 * time.Hour)
	report("ada", 12.7)
	now = now.Add(10 * time.Second)
	f.send("PUT", path(v, "/watching"), f.as("ada"), map[string]any{"currentTime": 21}).into(204, nil)
	f.send("PUT", path(v, "/watching"), "", map[string]any{"currentTime": 21}).into(401, nil)
	var d api.VideoDetails
	f.get(path(v, ""), f.as("ada")).into(200, &d)
	if d.UserHistory == nil || d.UserHistory.CurrentTime != 21 {
		t.Errorf("got %+v", d.UserHistory)
	}
	for _, bad := range []any{-1, 1e300, "x"} {
		f.send("POST", path(v, "/views"), "", map[string]any{"currentTime": bad}).into(400, nil)
	}
}

func TestFilters(t *testing.T) {
	f := newFilms(t)
	en, music := "en", 1
	a := f.add(video.Draft{Name: "Été aux canards", Language: &en, Category: &music, Tags: []string{"Birds", "Lake"}}, api.Published)
	b := f.add(video.Draft{Name: "Geese 100% wild", NSFW: true, Tags: []string{"birds"}}, api.Published)
	both := []string{b.UUID.String(), a.UUID.String()}
	for query, want := range map[string][]string{
		"":                                    both,
		"sort=-publishedAt":                   both,
		"sort=publishedAt":                    {both[1], both[0]},
		"sort=name":                           {both[1], both[0]},
		"sort=-trending":                      both,
		"sort=-hot":                           both,
		"sort=-best":                          both,
		"sort=-views":                         both,
		"nsfw=false":                          both[1:],
		"nsfw=true":                           both[:1],
		"nsfw=both":                           both,
		"categoryOneOf=1":                     both[1:],
		"categoryOneOf[]=1&categoryOneOf[]=2": both[1:],
		"languageOneOf=en":                    both[1:],
		"languageOneOf=_unknown":              both[:1],
		"tagsOneOf=BIRDS":                     both,
		"tagsAllOf=birds&tagsAllOf=lake":      both[1:],
		"search=ete+aux":                      both[1:],
		"search=100%25":                       both[:1],
		"search=_":                            {},
		"isLocal=true":                        both,
		"isLocal=false":                       {},
		"isLive=true":                         {},
		"count=1":                             both[:1],
		"count=1&start=1":                     both[1:],
		"start=50":                            {},
		"filter=local&unknown=1":              both,
		"privacyOneOf=1":                      both,
	} {
		var page api.Page[api.Video]
		f.get("/api/v1/videos?"+query, "").into(200, &page)
		var got []string
		for _, v := range page.Data {
			got = append(got, v.UUID)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: got %v", query, got)
		}
		if strings.Contains(query, "count=1") && page.Total != 2 {
			t.Errorf("%s: total %d", query, page.Total)
		}
	}
	for query, want := range map[string]string{"search=geese": both[0], "search=canards&sort=-publishedAt": both[1], "tagsOneOf=lake&start=0&count=8&sort=-createdAt": both[1]} {
		var page api.Page[api.Video]
		f.get("/api/v1/search/videos?"+query, "").into(200, &page)
		if page.Total != 1 || page.Data[0].UUID != want {
			t.Errorf("search %s: got %+v", query, page)
		}
	}
	for query, status := range map[string]int{
		"sort=password": 400, "sort=-": 400, "sort=name%3Bdrop": 400, "count=101": 400, "start=-1": 400, "nsfw=maybe": 400, "categoryOneOf=x": 400, "privacyOneOf=3": 401,
	} {
		f.get("/api/v1/videos?"+query, "").into(status, nil)
	}
}

func TestBoot(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	b := f.get(path(v, "/page"), "").boot()
	if len(b.Levels) != 2 || b.Levels[0].Height != 360 || !b.Levels[0].Muxed || b.Levels[0].Init != 1000 || b.Levels[0].First[0] != 4000 ||
		b.Levels[0].Times[0] != 4000 || b.Height != 720 || b.Master == "" || b.Poster == "" || b.Storyboard == nil || b.FileToken != "" {
		t.Errorf("got %+v", b)
	}
	hidden := f.add(video.Draft{Privacy: api.Private}, api.Published)
	r := f.get(path(hidden, "/page"), f.as("ada"))
	b = r.boot()
	if b.FileToken == "" || !b.IsOwner || !strings.Contains(b.Levels[0].File, "/hls/private/") || !strings.Contains(b.Poster, "videoFileToken=") {
		t.Errorf("got %+v", b)
	}
	if got := r.header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("got %s", got)
	}
}

// taker takes pages of videos as they are.
type taker struct {
	httptest.ResponseRecorder
	page api.VideoPage
}

func (t *taker) Take(v any) (ok bool) {
	t.page, ok = v.(api.VideoPage)
	return ok
}

func TestWhoIsInTheProgramTakesAnAnswerAsItIs(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "Ducks"}, api.Published)
	h, w := f.server.Handler(), &taker{ResponseRecorder: *httptest.NewRecorder()}
	h.ServeHTTP(w, httptest.NewRequest("GET", path(v, "/page"), nil))
	if w.page.Video.Name != "Ducks" || w.Body.Len() > 0 {
		t.Errorf("got %q and %d bytes", w.page.Video.Name, w.Body.Len())
	}
	if b := f.get(path(v, "/page"), "").boot(); b.Title != "Ducks" {
		t.Errorf("the next one got %+v", b)
	}
	w = &taker{ResponseRecorder: *httptest.NewRecorder()}
	h.ServeHTTP(w, httptest.NewRequest("GET", path(v, ""), nil))
	if w.page.Video.Name != "" || !strings.Contains(w.Body.String(), `"name":"Ducks"`) {
		t.Errorf("what is not taken is not written: %s", w.Body)
	}
}

func TestProcessingIsForTheOwner(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	var p api.Processing
	f.get(path(v, "/processing"), f.as("ada")).into(200, &p)
	if p.State != "done" {
		t.Errorf("got %+v", p)
	}
	f.send("POST", path(v, "/transcoding"), f.as("ada"), nil).into(http.StatusConflict, nil)
	f.process(v, "failed")
	f.send("POST", path(v, "/transcoding"), f.as("ben"), nil).refused(403, "")
	f.send("POST", path(v, "/transcoding"), f.as("ada"), nil).into(204, nil)
	if f.get(path(v, "/processing"), f.as("ada")).into(200, &p); p.State != "waiting" {
		t.Errorf("tried again: %+v", p)
	}
}

func TestCaptionsGo(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.captions(v)
	f.send("DELETE", path(v, "/captions/en"), f.as("ben"), nil).refused(403, "")
	f.send("DELETE", path(v, "/captions/en"), f.as("ada"), nil).into(204, nil)
	var left api.Page[api.Caption]
	if f.get(path(v, "/captions"), "").into(200, &left); left.Total != 0 || len(left.Data) != 0 {
		t.Errorf("left: %+v", left)
	}
	f.send("DELETE", path(v, "/captions/en"), f.as("ada"), nil).refused(404, "")
}

func TestACrowdSharesAnAnswer(t *testing.T) {
	f := newFilms(t)
	f.server.recent.life = time.Hour
	v := f.add(video.Draft{}, api.Published)
	name := func(who string) string {
		var d api.VideoDetails
		f.get(path(v, ""), f.as(who)).into(200, &d)
		return d.Name
	}
	name("")
	if _, err := f.pool.Exec(t.Context(), `UPDATE video SET name = 'Swans'`); err != nil { // as another node would
		t.Fatal(err)
	}
	if got := name(""); got != "Ducks" {
		t.Errorf("asked the database twice: %s", got)
	}
	f.send("POST", "/api/v1/metrics/playback", "", metric(v, nil)).into(204, nil) // as each player does all the time
	if got := name(""); got != "Ducks" {
		t.Errorf("a player's report ended what the crowd shares: %s", got)
	}
	if got := name("ada"); got != "Swans" {
		t.Errorf("got %s", got)
	}
	f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"name": "Geese"}).into(204, nil)
	if got := name(""); got != "Geese" {
		t.Errorf("got %s", got)
	}
	f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"privacy": api.Private}).into(204, nil)
	f.get(path(v, ""), "").into(401, nil)
}
