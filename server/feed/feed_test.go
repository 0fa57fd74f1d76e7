package feed_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/db/dbtest"
	"shoal/server/feed"
	"shoal/server/follow"
	"shoal/server/instance"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
	"shoal/shared/shortid"
)

const site = "https://videos.example"

// stand is feeds of a platform where ada publishes and bob follows her.
type stand struct {
	*testing.T
	pool     *pgxpool.Pool
	url      string
	ada, bob account.Member
	films    int64 // ada's channel
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{T: t, pool: dbtest.New(t)}
	f := &feed.Feeds{Pool: s.pool, Instance: &instance.Instance{Pool: s.pool}, Site: site, Icon: "/icon.png", Log: slog.New(slog.DiscardHandler)}
	h := httptest.NewServer(f)
	t.Cleanup(h.Close)
	s.url = h.URL
	s.ada, s.bob = s.join("ada"), s.join("bob")
	s.scan(&s.films, `SELECT id FROM channel WHERE account_id = $1`, s.ada.AccountID)
	return s
}

func (s *stand) join(name string) account.Member {
	s.Helper()
	m, err := channel.Join(s.Context(), s.pool, account.New{Site: site, Username: name, Email: name + "@example.org", Password: "a good password", Role: api.Member, Quota: -1, QuotaDaily: -1})
	if err != nil {
		s.Fatal(err)
	}
	return m
}

func (s *stand) scan(to any, sql string, args ...any) {
	s.Helper()
	if err := s.pool.QueryRow(s.Context(), sql, args...).Scan(to); err != nil {
		s.Fatal(err)
	}
}

func (s *stand) do(f func(tx pgx.Tx) error) {
	s.Helper()
	if err := pgx.BeginFunc(s.Context(), s.pool, f); err != nil {
		s.Fatal(err)
	}
}

func (s *stand) add(d video.Draft) (v video.Video) {
	s.Helper()
	ctx := s.Context()
	d.ChannelID, d.Site = s.films, site
	s.do(func(tx pgx.Tx) (err error) {
		if v, err = video.Create(ctx, tx, d); err != nil {
			return err
		}
		for _, err := range []error{
			video.SetProbe(ctx, tx, v.ID, 65.4, 1280, 720, []byte(`{}`)), video.SetPlaylist(ctx, tx, v.ID, "m-master.m3u8", "s.json"),
			video.AddImage(ctx, tx, v.ID, video.Image{Kind: video.Thumbnail, Filename: v.UUID.String() + ".jpg", Width: 280, Height: 157}),
			video.SetCaption(ctx, tx, v.ID, video.Caption{Language: "en", Filename: v.UUID.String() + "-en.vtt"}),
			s.rendition(tx, v, 720, true), s.rendition(tx, v, 0, false), video.Publish(ctx, tx, v.ID),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	return v
}

func (s *stand) rendition(tx pgx.Tx, v video.Video, height int, picture bool) error {
	name := v.UUID.String() + "-" + strconv.Itoa(height)
	return video.AddFile(s.Context(), tx, v.ID, video.File{
		Resolution: height, Filename: name + "-fragmented.mp4", Playlist: name + ".m3u8", Width: 1280, Height: height, FPS: 30, Size: 5000 + int64(height), Bandwidth: 90000,
		Codecs: "avc1.64001f,mp4a.40.2", HasAudio: true, HasVideo: picture, Infohash: []byte("01234567890123456789"), Torrent: name + ".torrent",
		Media: hls.Media{Init: hls.Range{Size: 10}, Segments: []hls.Segment{{Range: hls.Range{Offset: 10, Size: 90}, Duration: 4}}}, SHA256: []string{"00"},
	})
}

// get asks and gives the answer's type and body, which must have the status.
func (s *stand) get(path string, status int) (kind, body string) {
	s.Helper()
	r, err := http.Get(s.url + path)
	if err != nil {
		s.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		s.Fatal(err)
	}
	if r.StatusCode != status {
		s.Errorf("%s: %d, not %d: %.200s", path, r.StatusCode, status, b)
	}
	return r.Header.Get("Content-Type"), string(b)
}

// node is any element of XML.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) all(name string) (out []node) {
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (s *stand) xml(path string) (kind string, n node) {
	s.Helper()
	kind, body := s.get(path, 200)
	if err := xml.Unmarshal([]byte(body), &n); err != nil {
		s.Fatalf("%s: %v: %.300s", path, err, body)
	}
	return kind, n
}

func TestVideos(t *testing.T) {
	s := newStand(t)
	about, category := "A **bold** <script>alert(1)</script> [link](javascript:alert(1)) by @bob\x0b]]>", 15
	v := s.add(video.Draft{Name: `Ducks & "geese" <b>`, Description: &about, Category: &category, Tags: []string{"birds"}})
	for _, privacy := range []int{api.Unlisted, api.Private, api.Internal} {
		s.add(video.Draft{Name: "Hidden", Privacy: privacy})
	}
	blocked := s.add(video.Draft{Name: "Hidden"})
	if _, err := s.pool.Exec(t.Context(), `UPDATE video SET blocked = true WHERE id = $1`, blocked.ID); err != nil {
		t.Fatal(err)
	}
	page := site + "/w/" + shortid.From(v.UUID)
	for _, format := range []string{"xml", "rss", "rss2"} {
		kind, n := s.xml("/feeds/videos." + format)
		items := n.all("item")
		if len(items) != 1 || !strings.Contains(kind, "xml") || n.all("title")[0].Text != "Shoal" {
			t.Fatalf("%s: %d items of %s", format, len(items), kind)
		}
		i := items[0]
		if i.all("title")[0].Text != `Ducks & "geese" <b>` || i.all("link")[0].Text != page || i.all("guid")[0].Text != page || i.all("creator")[0].Text != "Main ada channel" ||
			i.all("category")[0].Text != "Science & Technology" || i.all("rating")[0].Text != "nonadult" || len(i.all("content")) != 2 || len(i.all("peerLink")) != 2 {
			t.Errorf("%s: %+v", format, i)
		}
		if e := i.all("enclosure")[0]; e.attr("type") != "video/mp4" || e.attr("length") != "5720" || !strings.HasPrefix(e.attr("url"), site+"/static/streaming-playlists/hls/"+v.UUID.String()) {
			t.Errorf("%s: %+v", format, e)
		}
		if text := i.all("encoded")[0].Text; strings.Contains(text, "script") || !strings.Contains(text, "<strong>bold</strong>") || !strings.Contains(text, `href="`+site+`/a/bob"`) {
			t.Errorf("%s: %s", format, text)
		}
	}
	kind, atom := s.xml("/feeds/videos.atom")
	if e := atom.all("entry"); len(e) != 1 || kind != "application/atom+xml; charset=utf-8" || atom.XMLName.Space != "http://www.w3.org/2005/Atom" || e[0].all("id")[0].Text != page {
		t.Errorf("%s: %+v", kind, atom)
	}
	kind, body := s.get("/feeds/videos.json", 200)
	var j struct {
		Version, Title string
		Items          []struct {
			ID, Title   string
			Attachments []struct {
				URL  string `json:"url"`
				Kind string `json:"mime_type"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &j); err != nil || kind != "application/json; charset=utf-8" || len(j.Items) != 1 || j.Items[0].ID != page || len(j.Items[0].Attachments) != 4 {
		t.Errorf("%s: %s, %v", kind, body, err)
	}
	channel := "videoChannelId=" + strconv.FormatInt(s.films, 10)
	for query, want := range map[string]int{
		channel: 1, "videoChannelName=ada_channel": 1, "accountName=ada": 1, "accountId=" + strconv.FormatInt(s.ada.AccountID, 10): 1, "accountName=bob": 0, "videoChannelName=bob_channel": 0,
		"nsfw=true": 0, "nsfw=false": 1, "isLocal=true": 1, "sort=-views": 1, "categoryOneOf=15": 1, "categoryOneOf=1": 0, "tagsOneOf=Birds": 1, "tagsOneOf=x": 0, "unknown=x": 1, "languageOneOf=de": 0,
	} {
		if _, n := s.xml("/feeds/videos.xml?" + query); len(n.all("item")) != want {
			t.Errorf("%s: %d items", query, len(n.all("item")))
		}
	}
	for path, status := range map[string]int{
		"/feeds/videos.yaml": 406, "/feeds/videos": 406, "/feeds/videos.xml?accountName=nobody": 404, "/feeds/videos.xml?videoChannelId=999999": 404, "/feeds/videos.xml?accountId=x": 400,
		"/feeds/videos.xml?sort=x": 400, "/feeds/videos.xml?nsfw=perhaps": 400, "/feeds/nothing.xml": 404, "/feeds/videos.xml?categoryOneOf=x": 400, "/feeds/podcast/videos.xml": 400,
		"/feeds/podcast/videos.xml?videoChannelId=999999": 404, "/feeds/podcast/videos.xml?playlistId=x%20y": 400, "/feeds/podcast/videos.xml?" + channel + "&enclosurePreference=x": 400,
	} {
		s.get(path, status)
	}
}

func TestPodcastsHaveChapters(t *testing.T) {
	s := newStand(t)
	v, private := s.add(video.Draft{Name: "Ducks"}), s.add(video.Draft{Name: "Hidden", Privacy: api.Private})
	feed := "/feeds/podcast/videos.xml?videoChannelId=" + strconv.FormatInt(s.films, 10)
	if _, n := s.xml(feed); len(n.all("chapters")) != 0 {
		t.Errorf("without chapters: %+v", n.all("chapters"))
	}
	s.do(func(tx pgx.Tx) error {
		list := []video.Chapter{{Timecode: 0, Title: "Start"}, {Timecode: 30, Title: "More <ducks>"}}
		if err := video.SetChapters(t.Context(), tx, private.ID, list); err != nil {
			return err
		}
		return video.SetChapters(t.Context(), tx, v.ID, list)
	})
	_, n := s.xml(feed + "&later") // answers are kept for a while
	c := n.all("item")[0].all("chapters")
	address := "/feeds/podcast/chapters.json?videoId=" + v.UUID.String()
	if len(c) != 1 || c[0].attr("type") != "application/json+chapters" || c[0].attr("url") != site+address {
		t.Fatalf("got %+v", c)
	}
	want := `{"version":"1.2.0","chapters":[{"startTime":0,"title":"Start"},{"startTime":30,"title":"More \u003cducks\u003e"}]}`
	if kind, body := s.get(address, 200); body != want || kind != "application/json+chapters" {
		t.Errorf("got %s %s", kind, body)
	}
	for _, path := range []string{"/feeds/podcast/chapters.json?videoId=" + private.UUID.String(), "/feeds/podcast/chapters.json?videoId=999999"} {
		s.get(path, 404)
	}
	s.get("/feeds/podcast/chapters.json?videoId=", 400)
}

func TestPodcast(t *testing.T) {
	s := newStand(t)
	v := s.add(video.Draft{Name: "Ducks"})
	private := s.add(video.Draft{Name: "Hidden", Privacy: api.Private})
	var id int64
	s.do(func(tx pgx.Tx) (err error) {
		name, privacy := "A list", api.PlaylistPublic
		if id, _, err = playlist.Create(t.Context(), tx, s.ada.AccountID, site, api.PlaylistEdit{DisplayName: &name, Privacy: &privacy, ChannelID: &s.films}, nil); err != nil {
			return err
		}
		for _, of := range []int64{v.ID, private.ID} {
			if _, err := playlist.Add(t.Context(), tx, id, of, playlist.Times{}); err != nil {
				return err
			}
		}
		return nil
	})
	for query, title := range map[string]string{"videoChannelId=" + strconv.FormatInt(s.films, 10): "Main ada channel", "playlistId=" + strconv.FormatInt(id, 10): "A list"} {
		_, n := s.xml("/feeds/podcast/videos.xml?" + query)
		items := n.all("item")
		if len(items) != 1 || n.all("title")[0].Text != title || n.all("medium")[0].Text != "video" || n.all("explicit")[0].Text != "false" || n.all("owner")[0].all("name")[0].Text != "ada" {
			t.Fatalf("%s: %+v", query, n)
		}
		i := items[0]
		if i.all("enclosure")[0].attr("type") != "video/mp4" || i.all("transcript")[0].attr("language") != "en" || i.all("duration")[0].Text != "65" || len(i.all("alternateEnclosure")) != 3 ||
			!strings.HasPrefix(i.all("alternateEnclosure")[0].all("source")[2].attr("uri"), "magnet:?") {
			t.Errorf("%s: %+v", query, i)
		}
		if _, n = s.xml("/feeds/podcast/videos.xml?enclosurePreference=audio-only&" + query); n.all("enclosure")[0].attr("type") != "audio/mp4" {
			t.Errorf("%s: %+v", query, n.all("enclosure"))
		}
	}
	if _, err := s.pool.Exec(t.Context(), `UPDATE playlist SET privacy = 3`); err != nil {
		t.Fatal(err)
	}
	s.get("/feeds/podcast/videos.xml?playlistId="+strconv.FormatInt(id, 10)+"&x", 401)
}

func TestComments(t *testing.T) {
	s := newStand(t)
	v, private := s.add(video.Draft{Name: "Ducks"}), s.add(video.Draft{Name: "Hidden", Privacy: api.Private})
	waits := s.add(video.Draft{Name: "Waits", CommentsPolicy: api.CommentsApproved})
	for id, text := range map[int64]string{v.ID: "Hello <i>you</i>", private.ID: "secret", waits.ID: "waits"} {
		s.do(func(tx pgx.Tx) error {
			_, err := comment.Create(t.Context(), tx, comment.New{Video: id, Author: &account.Viewer{MemberID: s.bob.ID, AccountID: s.bob.AccountID, Role: api.Member}, Text: text, Site: site})
			return err
		})
	}
	for query, want := range map[string]int{
		"": 1, "?videoId=" + v.UUID.String(): 1, "?videoId=" + waits.UUID.String(): 0, "?accountName=bob": 1, "?accountName=ada": 0, "?videoChannelName=ada_channel": 1, "?videoChannelName=bob_channel": 0,
	} {
		_, n := s.xml("/feeds/video-comments.xml" + query)
		items := n.all("item")
		if len(items) != want {
			t.Errorf("%s: %d items", query, len(items))
			continue
		}
		if want == 1 && (items[0].all("title")[0].Text != "Ducks - bob" || strings.TrimSpace(items[0].all("encoded")[0].Text) != "<p>Hello you</p>" || len(items[0].all("enclosure")) != 0) {
			t.Errorf("%s: %+v", query, items[0])
		}
	}
	for path, status := range map[string]int{
		"?videoId=" + private.UUID.String(): 401, "?videoId=999999": 404, "?videoId=a%20b": 400, "?videoId=" + v.UUID.String() + "&accountName=bob": 400, "?accountName=nobody": 404,
	} {
		s.get("/feeds/video-comments.xml"+path, status)
	}
	s.get("/feeds/video-comments.txt", 406)
}

func TestSubscriptions(t *testing.T) {
	s := newStand(t)
	s.add(video.Draft{Name: "Ducks"})
	s.add(video.Draft{Name: "Inside", Privacy: api.Internal})
	s.add(video.Draft{Name: "Secret", Privacy: api.Private})
	s.do(func(tx pgx.Tx) error {
		actor, _, err := follow.Find(t.Context(), tx, account.ParseHandle("ada_channel"))
		if err != nil {
			return err
		}
		return follow.Subscribe(t.Context(), tx, s.bob.AccountID, actor)
	})
	var token string
	s.scan(&token, `UPDATE member SET feed_token = gen_random_uuid() WHERE id = $1 RETURNING feed_token::text`, s.bob.ID)
	mine := "?accountId=" + strconv.FormatInt(s.bob.AccountID, 10)
	_, n := s.xml("/feeds/subscriptions.xml" + mine + "&token=" + token)
	if items := n.all("item"); len(items) != 2 || items[0].all("title")[0].Text != "Inside" || len(items[0].all("enclosure")) != 0 || len(items[1].all("enclosure")) != 1 || n.all("title")[0].Text != "Subscriptions of bob" {
		t.Errorf("got %+v", n)
	}
	for path, status := range map[string]int{
		mine: 400, "?token=" + token: 400, mine + "&token=x": 400, mine + "&token=00000000-0000-4000-8000-000000000000": 403,
		"?accountId=" + strconv.FormatInt(s.ada.AccountID, 10) + "&token=" + token: 403,
	} {
		s.get("/feeds/subscriptions.xml"+path, status)
	}
	r, err := http.Get(s.url + "/feeds/subscriptions.json" + mine + "&token=" + token)
	if err != nil || r.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v %v", r.Header, err)
	}
	s.scan(&token, `UPDATE member SET leaving = true WHERE id = $1 RETURNING feed_token::text`, s.bob.ID)
	s.get("/feeds/subscriptions.xml"+mine+"&token="+token, 403)
}

func TestSiteMapAndSecurity(t *testing.T) {
	s := newStand(t)
	v := s.add(video.Draft{Name: "Ducks & geese"})
	s.add(video.Draft{Name: "Hidden", Privacy: api.Unlisted})
	_, n := s.xml("/sitemap.xml")
	var pages []string
	for _, l := range n.all("loc") {
		pages = append(pages, strings.TrimPrefix(l.Text, site))
	}
	if got, want := strings.Join(pages, " "), "/ /about /videos/browse /c/ada_channel/videos /c/bob_channel/videos /w/"+shortid.From(v.UUID); got != want {
		t.Errorf("got %s", got)
	}
	if n.all("title")[0].Text != "Ducks & geese" || n.all("player_loc")[0].Text != site+"/videos/embed/"+v.UUID.String() {
		t.Errorf("got %+v", n)
	}
	if _, text := s.get("/.well-known/security.txt", 200); !strings.Contains(text, "Contact: "+site) || !strings.Contains(text, "\nExpires: 20") {
		t.Errorf("got %s", text)
	}
	r, _ := http.NewRequestWithContext(context.Background(), "POST", s.url+"/sitemap.xml", nil)
	if w, err := http.DefaultClient.Do(r); err != nil || w.StatusCode != 405 {
		t.Errorf("got %v, %v", w, err)
	}
}
