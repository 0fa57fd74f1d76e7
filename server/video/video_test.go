package video

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/server/storage"
	"shoal/shared/api"
	"shoal/shared/hls"
	"shoal/shared/shortid"
)

var ctx = context.Background()

// person is a member with a channel.
type person struct {
	account.Viewer
	channel int64
}

func newPerson(t testing.TB, q db.Q, name string) *person {
	t.Helper()
	const add = `
		WITH m AS (INSERT INTO member (username, email, password, role) VALUES (@name, @name || '@example.org', '', 2) RETURNING id),
		x AS (INSERT INTO actor (kind, name, url, display_name) VALUES ('account', @name, 'http://example.org/accounts/' || @name, @name) RETURNING id),
		y AS (INSERT INTO actor (kind, name, url, display_name) VALUES ('channel', @name || '_channel', 'http://example.org/video-channels/' || @name, @name || ' films') RETURNING id),
		a AS (INSERT INTO account (actor_id, member_id) SELECT x.id, m.id FROM x, m RETURNING id),
		c AS (INSERT INTO channel (actor_id, account_id, is_default) SELECT y.id, a.id, true FROM y, a RETURNING id)
		SELECT m.id, a.id, c.id FROM m, a, c`
	p := &person{Viewer: account.Viewer{Name: name, Role: api.Member}}
	if err := q.QueryRow(ctx, add, pgx.NamedArgs{"name": name}).Scan(&p.MemberID, &p.AccountID, &p.channel); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *person) draft(t testing.TB, tx pgx.Tx, d Draft) Video {
	t.Helper()
	d.ChannelID, d.Site = p.channel, "http://example.org"
	if d.Name == "" {
		d.Name = "Ducks"
	}
	v, err := Create(ctx, tx, d)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func file(v Video, resolution int) File {
	name := uuid.NewString()
	return File{
		Resolution: resolution, Filename: fmt.Sprintf("%s-%d-fragmented.mp4", name, resolution), Playlist: fmt.Sprintf("%s-%d.m3u8", name, resolution),
		Width: resolution * 16 / 9, Height: resolution, FPS: 30, Size: 6000, Bandwidth: int64(resolution) * 4000, Codecs: "avc1.64001f,mp4a.40.2",
		HasAudio: true, HasVideo: true, Infohash: []byte("01234567890123456789"), Torrent: name + ".torrent",
		Media: hls.Media{URI: "x", Init: hls.Range{Size: 1000}, Segments: []hls.Segment{
			{Range: hls.Range{Offset: 1000, Size: 2000}, Duration: 4}, {Range: hls.Range{Offset: 3000, Size: 3000}, Duration: 1.5},
		}},
		SHA256: []string{"aa", "bb"},
	}
}

func TestFromDraftToDetails(t *testing.T) {
	tx := dbtest.Tx(t)
	ada := newPerson(t, tx, "ada")
	text := "About ducks"
	v := ada.draft(t, tx, Draft{Name: "Ducks", Description: &text, Tags: []string{"Birds"}, Filename: "ducks.mov", Key: "originals/x.mov", Size: 77})
	s, err := SourceOf(ctx, tx, v.ID)
	if err != nil || s.Filename != "ducks.mov" || s.Size != 77 || !s.WaitTranscoding || *s.MemberID != ada.MemberID || s.State != api.ToTranscode {
		t.Fatalf("got %+v, %v", s, err)
	}
	for _, err := range []error{
		SetProbe(ctx, tx, v.ID, 5.5, 1280, 720, []byte(`{"format":{}}`)),
		AddFile(ctx, tx, v.ID, file(v, 720)), AddFile(ctx, tx, v.ID, file(v, 360)), AddFile(ctx, tx, v.ID, file(v, 360)),
		AddImage(ctx, tx, v.ID, Image{Thumbnail, uuid.NewString() + ".jpg", 280, 157}),
		SetPlaylist(ctx, tx, v.ID, "m-master.m3u8", "s-segments-sha256.json"),
		SetStoryboard(ctx, tx, v.ID, Storyboard{Filename: uuid.NewString() + ".jpg", TotalWidth: 10, SpriteDuration: 1}),
		SetCaption(ctx, tx, v.ID, Caption{Language: "en", Filename: uuid.NewString() + "-en.vtt"}),
		SetChapters(ctx, tx, v.ID, []Chapter{{0, "Start"}, {3, "End"}}),
		Watched(ctx, tx, ada.MemberID, v.ID, 3), Viewed(ctx, tx, v.ID), Viewed(ctx, tx, v.ID), Publish(ctx, tx, v.ID),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := One(ctx, tx, Ref{UUID: &v.UUID}, &ada.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	if d.State != api.Published || d.Views != 2 || *d.Position != 3 || d.Duration != 5.5 || d.Width != 1280 || len(d.Images) != 1 ||
		*d.Master != "m-master.m3u8" || d.Tags[0] != "Birds" || d.Channel.DisplayName != "ada films" || d.URL != "http://example.org/videos/watch/"+v.UUID.String() {
		t.Errorf("got %+v", d)
	}
	if len(d.Files) != 2 || d.Files[0].Resolution != 720 || string(d.Files[1].Infohash) != "01234567890123456789" ||
		d.Files[0].Head.Init != 1000 || d.Files[0].Head.First[1] != 3000 || d.Files[0].Head.Times[1] != 1500 {
		t.Errorf("got %+v", d.Files)
	}
	files, err := Files(ctx, tx, v.ID)
	if err != nil || len(files) != 2 || files[0].Media.Segments[1].Size != 3000 || files[0].SHA256[1] != "bb" {
		t.Errorf("got %+v, %v", files, err)
	}
	if total, day, err := QuotaUsed(ctx, tx, ada.MemberID); err != nil || total != 77 || day != 77 {
		t.Errorf("got %d, %d, %v", total, day, err)
	}
	keys, err := Delete(ctx, tx, v.ID)
	if err != nil || len(keys) != 8 {
		t.Errorf("got %v, %v", keys, err)
	}
	if _, err := One(ctx, tx, ByNumber(v.ID), nil); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestRefs(t *testing.T) {
	id := uuid.New()
	for s, ok := range map[string]bool{"12": true, id.String(): true, shortid.From(id): true, "": false, "0": false, "-1": false, "x y": false, "99999999999999999999999": false, strings.Repeat("z", 40): false} {
		if _, err := ParseRef(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestFilesOfADeletedVideoGo(t *testing.T) {
	store, err := storage.Disk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"hls/a/1.mp4", "hls/a/left-over.mp4", "hls/ab/1.mp4", "images/1.jpg", "images/2.jpg"} {
		if _, err := store.Put(ctx, key, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	gone := Gone{Keys: []string{"images/1.jpg", "torrents/never-made.torrent"}, Folder: "hls/a/"}
	for range 2 { // work may be done twice
		if err := gone.delete(ctx, store); err != nil {
			t.Fatal(err)
		}
	}
	if keys, err := store.List(ctx, ""); err != nil || strings.Join(keys, " ") != "hls/ab/1.mp4 images/2.jpg" {
		t.Errorf("got %v, %v", keys, err)
	}
}

func TestTokens(t *testing.T) {
	secret := func(context.Context) ([]byte, error) { return []byte("0123456789abcdef"), nil }
	tokens := Tokens{Secret: secret}
	token, _, err := tokens.Make(ctx, 7)
	if err != nil {
		t.Fatal(err)
	}
	others := Tokens{Secret: func(context.Context) ([]byte, error) { return []byte("another"), nil }}
	for name, c := range map[string]struct {
		tokens Tokens
		token  string
		id     int64
		want   bool
	}{
		"right": {tokens, token, 7, true}, "another video": {tokens, token, 8, false}, "another place": {others, token, 7, false},
		"changed": {tokens, "B" + token[1:], 7, false}, "short": {tokens, token[:20], 7, false}, "empty": {tokens, "", 7, false}, "nonsense": {tokens, "!!", 7, false},
	} {
		if got, err := c.tokens.Opens(ctx, c.token, c.id); got != c.want || err != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestViewsOfACrowd(t *testing.T) {
	now := time.Now()
	v := Views{Now: func() time.Time { return now }}
	step := func(d time.Duration, place string, video int64, want bool) {
		t.Helper()
		now = now.Add(d)
		if got := v.Report(place, video, 100, true); got != want {
			t.Errorf("after %s from %s: got %v", d, place, got)
		}
	}
	step(0, "a", 1, false)
	step(0, "b", 1, false)
	step(10*time.Second, "a", 1, true)
	step(10*time.Second, "a", 1, false)
	step(0, "a", 2, false)
	step(0, "b", 1, true)
	step(30*time.Minute, "a", 1, false)
	step(31*time.Minute, "a", 1, false) // a new hour begins
	step(10*time.Second, "a", 1, true)
	step(3*time.Hour, "a", 1, false)
	if !v.Report("c", 1, 3, false) || v.Report("c", 1, 3, false) {
		t.Error("a player that reports once counts once")
	}
	if len(v.now)+len(v.old) > 4 {
		t.Errorf("%d viewers are remembered", len(v.now)+len(v.old))
	}
}
