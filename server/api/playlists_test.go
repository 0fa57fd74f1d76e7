package api

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

const lists = "/api/v1/video-playlists"

// list makes a playlist and gives its id.
func (f *films) list(who string, in map[string]any) int64 {
	f.t.Helper()
	var out api.PlaylistMade
	f.send("POST", lists, f.as(who), in).into(200, &out)
	return out.Playlist.ID
}

func (f *films) channelOf(who string) int64 {
	f.t.Helper()
	f.as(who)
	return int64(f.one(`SELECT c.id FROM channel c JOIN actor a ON a.id = c.actor_id WHERE a.name = $1`, who+"_channel"))
}

// put adds a video to a playlist and gives the element's id.
func (f *films) putIn(who string, list int64, in map[string]any) int64 {
	f.t.Helper()
	var out struct {
		Element struct {
			ID int64 `json:"id"`
		} `json:"videoPlaylistElement"`
	}
	f.send("POST", fmt.Sprintf("%s/%d/videos", lists, list), f.as(who), in).into(200, &out)
	return out.Element.ID
}

// order is the ids of a playlist's elements in their order, which must be without gaps.
func (f *films) order(list int64) string {
	f.t.Helper()
	var page api.Page[api.PlaylistElement]
	f.get(fmt.Sprintf("%s/%d/videos?count=100", lists, list), f.as("mod")).into(200, &page)
	var ids []string
	for i, e := range page.Data {
		ids = append(ids, fmt.Sprint(e.ID))
		if e.Position != i+1 {
			f.t.Errorf("element %d is at %d, not %d", e.ID, e.Position, i+1)
		}
	}
	if int(page.Total) != len(ids) {
		f.t.Errorf("total %d of %d", page.Total, len(ids))
	}
	return strings.Join(ids, " ")
}

func TestPlaylists(t *testing.T) {
	f := newFilms(t)
	v, w := f.add(video.Draft{Name: "Ducks"}, api.Published), f.add(video.Draft{Name: "Geese"}, api.Published)
	channel := f.channelOf("bob")
	id := f.list("bob", map[string]any{"displayName": " Birds ", "description": "All birds", "privacy": 1, "videoChannelId": channel})
	at := fmt.Sprintf("%s/%d", lists, id)
	var p api.Playlist
	f.get(at, "").into(200, &p)
	if p.DisplayName != "Birds" || *p.Description != "All birds" || p.Privacy.Label != "Public" || p.Type.Label != "Regular" || p.OwnerAccount.Name != "bob" ||
		p.VideoChannel.ID != channel || p.VideosLength != 0 || p.ThumbnailPath != nil || *p.ChannelPosition != 1 || p.URL != f.url+"/video-playlists/"+p.UUID {
		t.Errorf("got %+v", p)
	}
	first := f.putIn("bob", id, map[string]any{"videoId": v.UUID.String(), "startTimestamp": 2, "stopTimestamp": 10})
	second := f.putIn("bob", id, map[string]any{"videoId": w.ID})
	third := f.putIn("bob", id, map[string]any{"videoId": fmt.Sprint(v.ID)}) // once more
	var page api.Page[api.PlaylistElement]
	f.get(lists+"/"+p.ShortUUID+"/videos", "").into(200, &page)
	if page.Total != 3 || page.Data[0].ID != first || *page.Data[0].StartAt != 2 || *page.Data[0].StopAt != 10 || page.Data[0].Video.Name != "Ducks" ||
		page.Data[1].StartAt != nil || page.Data[1].Video.Name != "Geese" || page.Data[2].Position != 3 || page.Data[2].Type != api.ElementRegular {
		t.Errorf("got %+v", page)
	}
	f.get(lists+"/"+p.UUID, "").into(200, &p)
	if p.VideosLength != 3 || p.ThumbnailPath == nil || !strings.HasPrefix(*p.ThumbnailPath, "/lazy-static/thumbnails/") {
		t.Errorf("got %+v", p)
	}
	var in map[string][]api.InPlaylist
	f.get(fmt.Sprintf("/api/v1/users/me/video-playlists/videos-exist?videoIds=%d&videoIds=%d&videoIds=999", v.ID, w.ID), f.as("bob")).into(200, &in)
	if ducks := in[fmt.Sprint(v.ID)]; len(ducks) != 2 || ducks[0].ElementID != first || *ducks[0].StartAt != 2 || ducks[1].ElementID != third || ducks[0].DisplayName != "Birds" ||
		ducks[0].ShortUUID != p.ShortUUID || in["999"] == nil || len(in["999"]) != 0 {
		t.Errorf("got %+v", in)
	}
	f.send("PUT", fmt.Sprintf("%s/videos/%d", at, second), f.as("bob"), map[string]any{"startTimestamp": 1}).into(204, nil)
	f.send("PUT", fmt.Sprintf("%s/videos/%d", at, first), f.as("bob"), map[string]any{}).into(204, nil)
	f.send("DELETE", fmt.Sprintf("%s/videos/%d", at, second), f.as("bob"), nil).into(204, nil)
	if got, want := f.order(id), fmt.Sprint(first, " ", third); got != want {
		t.Errorf("%s, not %s", got, want)
	}
	// A deleted video leaves its place.
	f.send("DELETE", path(v, ""), f.as("ada"), nil).into(204, nil)
	f.get(at+"/videos", "").into(200, &page)
	if page.Total != 2 || page.Data[0].Type != api.ElementDeleted || page.Data[0].Video != nil {
		t.Errorf("got %+v", page)
	}
	f.send("PUT", at, f.as("bob"), map[string]any{"displayName": "Fowl", "privacy": 3, "videoChannelId": nil, "description": ""}).into(204, nil)
	f.get(at, f.as("bob")).into(200, &p)
	if p.DisplayName != "Fowl" || p.VideoChannel != nil || p.Description != nil || p.Privacy.ID != 3 || p.ChannelPosition != nil {
		t.Errorf("got %+v", p)
	}
	f.get(at, "").refused(401, "unauthorized_request")
	f.send("DELETE", at, f.as("bob"), nil).into(204, nil)
	f.get(at, f.as("bob")).refused(404, "")
	if n := f.one(`SELECT count(*) FROM playlist_element`); n != 0 {
		t.Errorf("%d elements are left", n)
	}
}

func TestWatchLater(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	var me api.User
	f.get("/api/v1/users/me", f.as("bob")).into(200, &me)
	if len(me.SpecialPlaylists) != 1 || me.SpecialPlaylists[0].Type != 2 || me.SpecialPlaylists[0].Name != "Watch later" {
		t.Fatalf("got %+v", me.SpecialPlaylists)
	}
	id := me.SpecialPlaylists[0].ID
	at := fmt.Sprintf("%s/%d", lists, id)
	f.putIn("bob", id, map[string]any{"videoId": v.ID})
	f.get(at, "").refused(401, "unauthorized_request")
	f.get(at, f.as("cara")).refused(403, "")
	f.get(at+"/videos", f.as("cara")).refused(403, "")
	f.send("DELETE", at, f.as("bob"), nil).refused(400, "")
	f.send("PUT", at, f.as("bob"), map[string]any{"displayName": "Other"}).refused(400, "")
	var page api.Page[api.Playlist]
	f.get("/api/v1/accounts/bob/video-playlists?playlistType=2", f.as("bob")).into(200, &page)
	if page.Total != 1 || page.Data[0].VideosLength != 1 || page.Data[0].Type.Label != "Watch later" || page.Data[0].URL != f.url+"/video-playlists/"+page.Data[0].UUID {
		t.Errorf("got %+v", page)
	}
	f.get("/api/v1/accounts/bob/video-playlists", f.as("cara")).into(200, &page)
	if page.Total != 0 {
		t.Errorf("cara sees %+v", page)
	}
}

func TestPlaylistsRefused(t *testing.T) {
	f := newFilms(t)
	v, private := f.add(video.Draft{}, api.Published), f.add(video.Draft{Privacy: api.Private}, api.Published)
	mine, others := f.channelOf("bob"), f.channelOf("ada")
	secret := f.list("bob", map[string]any{"displayName": "Secret", "privacy": 3})
	unlisted := f.list("bob", map[string]any{"displayName": "Unlisted", "privacy": 2})
	open := f.list("bob", map[string]any{"displayName": "Open", "privacy": 1, "videoChannelId": mine})
	foreign := f.list("cara", map[string]any{"displayName": "Cara's"})
	element := f.putIn("bob", open, map[string]any{"videoId": v.ID})
	elsewhere := f.putIn("cara", foreign, map[string]any{"videoId": v.ID})
	of := func(id int64, rest string) string { return fmt.Sprintf("%s/%d%s", lists, id, rest) }
	at := func(list, element int64) string { return of(list, fmt.Sprintf("/videos/%d", element)) }
	named := map[string]any{"displayName": "x"}
	count := `SELECT count(*) FROM playlist`
	before := f.one(count)
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"unsigned":                        {"POST", lists, "", named, 401},
		"without a name":                  {"POST", lists, "bob", map[string]any{}, 400},
		"of spaces":                       {"POST", lists, "bob", map[string]any{"displayName": "  "}, 400},
		"of a long name":                  {"POST", lists, "bob", map[string]any{"displayName": strings.Repeat("x", 121)}, 400},
		"of a long description":           {"POST", lists, "bob", map[string]any{"displayName": "x", "description": strings.Repeat("x", 1001)}, 400},
		"of a short description":          {"POST", lists, "bob", map[string]any{"displayName": "x", "description": "x"}, 400},
		"of another privacy":              {"POST", lists, "bob", map[string]any{"displayName": "x", "privacy": 4}, 400},
		"public without a channel":        {"POST", lists, "bob", map[string]any{"displayName": "x", "privacy": 1}, 400},
		"in another's channel":            {"POST", lists, "bob", map[string]any{"displayName": "x", "privacy": 1, "videoChannelId": others}, 400},
		"in no channel":                   {"POST", lists, "bob", map[string]any{"displayName": "x", "videoChannelId": 999999}, 400},
		"in a channel that is no number":  {"POST", lists, "bob", map[string]any{"displayName": "x", "videoChannelId": "x"}, 400},
		"nobody's":                        {"GET", of(999999, ""), "", nil, 404},
		"of no id":                        {"GET", lists + "/hello", "", nil, 400},
		"private, unsigned":               {"GET", of(secret, ""), "", nil, 401},
		"private, another's":              {"GET", of(secret, ""), "ada", nil, 403},
		"private elements":                {"GET", of(secret, "/videos"), "ada", nil, 403},
		"unlisted by number":              {"GET", of(unlisted, ""), "ada", nil, 404},
		"unlisted elements by number":     {"GET", of(unlisted, "/videos"), "", nil, 404},
		"change unsigned":                 {"PUT", of(open, ""), "", named, 401},
		"change another's":                {"PUT", of(open, ""), "ada", named, 403},
		"change another's private":        {"PUT", of(secret, ""), "ada", named, 404},
		"change to public":                {"PUT", of(secret, ""), "bob", map[string]any{"privacy": 1}, 400},
		"move into another's channel":     {"PUT", of(open, ""), "bob", map[string]any{"videoChannelId": others}, 400},
		"take public out of its channel":  {"PUT", of(open, ""), "bob", map[string]any{"videoChannelId": nil}, 400},
		"delete unsigned":                 {"DELETE", of(open, ""), "", nil, 401},
		"delete another's":                {"DELETE", of(open, ""), "ada", nil, 403},
		"add unsigned":                    {"POST", of(open, "/videos"), "", map[string]any{"videoId": v.ID}, 401},
		"add to another's":                {"POST", of(open, "/videos"), "ada", map[string]any{"videoId": v.ID}, 403},
		"add nothing":                     {"POST", of(open, "/videos"), "bob", map[string]any{}, 400},
		"add no id":                       {"POST", of(open, "/videos"), "bob", map[string]any{"videoId": "x y"}, 400},
		"add no video":                    {"POST", of(open, "/videos"), "bob", map[string]any{"videoId": 999999}, 404},
		"add another's private video":     {"POST", of(open, "/videos"), "bob", map[string]any{"videoId": private.UUID.String()}, 404},
		"add with stop before start":      {"POST", of(open, "/videos"), "bob", map[string]any{"videoId": v.ID, "startTimestamp": 5, "stopTimestamp": 4}, 400},
		"add with start before the start": {"POST", of(open, "/videos"), "bob", map[string]any{"videoId": v.ID, "startTimestamp": -1}, 400},
		"element unsigned":                {"PUT", at(open, element), "", map[string]any{}, 401},
		"element of another's":            {"PUT", at(open, element), "ada", map[string]any{}, 403},
		"element of another playlist":     {"PUT", at(open, elsewhere), "bob", map[string]any{}, 404},
		"element of no number":            {"PUT", of(open, "/videos/x"), "bob", map[string]any{}, 400},
		"remove unsigned":                 {"DELETE", at(open, element), "", nil, 401},
		"remove another's":                {"DELETE", at(open, element), "ada", nil, 403},
		"remove from another playlist":    {"DELETE", at(open, elsewhere), "bob", nil, 404},
		"reorder unsigned":                {"POST", of(open, "/videos/reorder"), "", map[string]any{"startPosition": 1, "insertAfterPosition": 0}, 401},
		"reorder another's":               {"POST", of(open, "/videos/reorder"), "ada", map[string]any{"startPosition": 1, "insertAfterPosition": 0}, 403},
		"reorder without a start":         {"POST", of(open, "/videos/reorder"), "bob", map[string]any{"insertAfterPosition": 0}, 400},
		"reorder from beyond":             {"POST", of(open, "/videos/reorder"), "bob", map[string]any{"startPosition": 2, "insertAfterPosition": 0}, 400},
		"reorder to beyond":               {"POST", of(open, "/videos/reorder"), "bob", map[string]any{"startPosition": 1, "insertAfterPosition": 2}, 400},
		"reorder too many":                {"POST", of(open, "/videos/reorder"), "bob", map[string]any{"startPosition": 1, "insertAfterPosition": 0, "reorderLength": 2}, 400},
		"reorder a channel unsigned":      {"POST", "/api/v1/video-channels/bob_channel/video-playlists/reorder", "", map[string]any{"startPosition": 1, "insertAfterPosition": 0}, 401},
		"reorder another's channel":       {"POST", "/api/v1/video-channels/bob_channel/video-playlists/reorder", "ada", map[string]any{"startPosition": 1, "insertAfterPosition": 0}, 403},
		"reorder no channel":              {"POST", "/api/v1/video-channels/none/video-playlists/reorder", "ada", map[string]any{"startPosition": 1, "insertAfterPosition": 0}, 404},
		"exist unsigned":                  {"GET", "/api/v1/users/me/video-playlists/videos-exist?videoIds=1", "", nil, 401},
		"exist of nothing":                {"GET", "/api/v1/users/me/video-playlists/videos-exist", "bob", nil, 400},
		"exist of words":                  {"GET", "/api/v1/users/me/video-playlists/videos-exist?videoIds=x", "bob", nil, 400},
		"lists in another sort":           {"GET", lists + "?sort=length", "", nil, 400},
		"lists of another type":           {"GET", lists + "?playlistType=3", "", nil, 400},
		"lists of no account":             {"GET", "/api/v1/accounts/nobody/video-playlists", "", nil, 404},
		"lists of no channel":             {"GET", "/api/v1/video-channels/nothing/video-playlists", "", nil, 404},
		"too many lists":                  {"GET", lists + "?count=101", "", nil, 400},
	} {
		t.Run(name, func(t *testing.T) {
			if r := f.send(c.method, c.path, f.as(c.who), c.body); r.status != c.status {
				t.Errorf("%d, not %d: %s", r.status, c.status, r.body)
			}
		})
	}
	if n := f.one(count); n != before {
		t.Errorf("%d playlists, not %d", n, before)
	}
	if got := f.order(open); got != fmt.Sprint(element) {
		t.Errorf("got %s", got)
	}
	if n := f.one(`SELECT count(*) FROM playlist WHERE name = 'Open' AND privacy = 1 AND channel_id = $1`, mine); n != 1 {
		t.Error("a refusal left something changed")
	}
	// What one may see by its secret name one may, and a member of the staff may look.
	var p api.Playlist
	f.get(of(unlisted, ""), f.as("bob")).into(200, &p)
	f.get(lists+"/"+p.ShortUUID, "").into(200, nil)
	f.get(of(secret, ""), f.as("mod")).into(200, nil)
}

func TestPlaylistsHideWhatAViewerMayNotSee(t *testing.T) {
	f := newFilms(t)
	id := f.list("ada", map[string]any{"displayName": "All", "privacy": 1, "videoChannelId": f.channelOf("ada")})
	for _, d := range []video.Draft{
		{}, {Privacy: api.Private}, {Privacy: api.Internal}, {Privacy: api.Unlisted}, {Privacy: api.PasswordProtected, Passwords: []string{"sesame"}},
	} {
		f.putIn("ada", id, map[string]any{"videoId": f.add(d, api.Published).ID})
	}
	blocked := f.add(video.Draft{}, api.Published)
	f.putIn("ada", id, map[string]any{"videoId": blocked.ID})
	f.set(`UPDATE video SET blocked = true WHERE id = $1`, blocked.ID)
	for who, want := range map[string]string{"": "022023", "bob": "020023", "ada": "000000", "mod": "000000"} {
		var page api.Page[api.PlaylistElement]
		f.get(fmt.Sprintf("%s/%d/videos", lists, id), f.as(who)).into(200, &page)
		got := ""
		for _, e := range page.Data {
			got += fmt.Sprint(e.Type)
			if (e.Type == api.ElementRegular) != (e.Video != nil) {
				t.Errorf("%q: %+v", who, e)
			}
		}
		if got != want {
			t.Errorf("%q sees %s, not %s", who, got, want)
		}
	}
	f.send("POST", "/api/v1/users/me/blocklist/accounts", f.as("bob"), map[string]any{"accountName": "ada"}).into(204, nil)
	var page api.Page[api.PlaylistElement]
	f.get(fmt.Sprintf("%s/%d/videos", lists, id), f.as("bob")).into(200, &page)
	if page.Data[0].Type != api.ElementUnavailable || page.Data[0].Video != nil {
		t.Errorf("got %+v", page.Data[0])
	}
}

func TestReorder(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	id := f.list("bob", map[string]any{"displayName": "x"})
	first := f.putIn("bob", id, map[string]any{"videoId": v.ID})
	for range 5 {
		f.putIn("bob", id, map[string]any{"videoId": v.ID})
	}
	names := func() string {
		out := ""
		for _, text := range strings.Fields(f.order(id)) {
			var n int64
			_, _ = fmt.Sscan(text, &n)
			out += string(rune('a' + n - first))
		}
		return out
	}
	if names() != "abcdef" {
		t.Fatal(names())
	}
	for _, c := range []struct {
		start, after, length int
		want                 string
	}{
		{1, 6, 1, "bcdefa"},
		{6, 0, 1, "abcdef"},
		{2, 4, 2, "adbcef"},
		{3, 1, 2, "abcdef"},
		{1, 0, 3, "abcdef"},
		{1, 3, 3, "abcdef"},
		{2, 2, 3, "abcdef"},
		{1, 5, 3, "deabcf"},
		{4, 0, 3, "bcfdea"},
		{5, 4, 2, "bcfdea"},
	} {
		f.send("POST", fmt.Sprintf("%s/%d/videos/reorder", lists, id), f.as("bob"), map[string]any{"startPosition": c.start, "insertAfterPosition": c.after, "reorderLength": c.length}).into(204, nil)
		if got := names(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	// Many at once leave no gap and lose nothing.
	var wg sync.WaitGroup
	token := f.as("bob")
	for i := range 12 {
		wg.Go(func() {
			if i%3 == 0 {
				f.send("POST", fmt.Sprintf("%s/%d/videos", lists, id), token, map[string]any{"videoId": v.ID})
			} else {
				f.send("POST", fmt.Sprintf("%s/%d/videos/reorder", lists, id), token, map[string]any{"startPosition": i%5 + 1, "insertAfterPosition": 6 - i%6})
			}
		})
	}
	wg.Wait()
	if n := len(strings.Fields(f.order(id))); n != 10 {
		t.Errorf("%d elements", n)
	}
}

func TestPlaylistsOfAChannel(t *testing.T) {
	f := newFilms(t)
	channel := f.channelOf("bob")
	for _, name := range []string{"a", "b", "c"} {
		f.list("bob", map[string]any{"displayName": name, "privacy": 1, "videoChannelId": channel})
	}
	f.list("bob", map[string]any{"displayName": "hidden", "privacy": 2, "videoChannelId": channel})
	names := func(path, who string) string {
		var page api.Page[api.Playlist]
		f.get(path, f.as(who)).into(200, &page)
		out := ""
		for _, p := range page.Data {
			out += p.DisplayName + " "
		}
		return out + fmt.Sprint(page.Total)
	}
	const of = "/api/v1/video-channels/bob_channel/video-playlists"
	for c, want := range map[[2]string]string{
		{of, ""}: "a b c 3", {of, "bob"}: "a b c hidden 4", {of + "?sort=-displayName&count=1", ""}: "c 3", {lists, ""}: "c b a 3", {lists + "?sort=createdAt&start=1", ""}: "b c 3",
		{"/api/v1/accounts/bob/video-playlists?search=B", ""}: "b 1", {"/api/v1/accounts/bob/video-playlists?channelNameOneOf=none", ""}: "0",
		{"/api/v1/search/video-playlists?search=a", ""}: "0",
	} {
		if got := names(c[0], c[1]); got != want {
			t.Errorf("%v: %s, not %s", c, got, want)
		}
	}
	f.send("POST", of+"/reorder", f.as("bob"), map[string]any{"startPosition": 3, "insertAfterPosition": 0}).into(204, nil)
	if got := names(of, "bob"); got != "c a b hidden 4" {
		t.Errorf("got %s", got)
	}
	f.send("DELETE", fmt.Sprintf("%s/%d", lists, f.one(`SELECT id FROM playlist WHERE name = 'a'`)), f.as("bob"), nil).into(204, nil)
	if n := f.one(`SELECT max(channel_position) FROM playlist WHERE channel_id = $1`, channel); n != 3 {
		t.Errorf("the last is at %d", n)
	}
}

func TestPictureOfAPlaylist(t *testing.T) {
	f := newFilms(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range map[string]string{"displayName": "With a picture", "privacy": "2", "videoChannelId": "null"} {
		_ = form.WriteField(k, v)
	}
	part, _ := form.CreateFormFile("thumbnailfile", "x.png")
	if err := png.Encode(part, image.NewRGBA(image.Rect(0, 0, 640, 640))); err != nil {
		t.Fatal(err)
	}
	_ = form.Close()
	r, _ := http.NewRequest("POST", f.url+lists, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+f.as("bob"))
	var made api.PlaylistMade
	f.do(r).into(200, &made)
	var p api.Playlist
	f.get(lists+"/"+made.Playlist.UUID, "").into(200, &p)
	if len(p.Thumbnails) != 1 || p.Thumbnails[0].Width != 560 || p.Thumbnails[0].Height != 315 || p.Thumbnails[0].FileURL != f.url+*p.ThumbnailPath {
		t.Fatalf("got %+v", p)
	}
	key := strings.TrimPrefix(*p.ThumbnailPath, "/lazy-static/")
	if o, err := f.server.Store.Open(context.Background(), key); err != nil {
		t.Errorf("the picture is not kept: %v", err)
	} else {
		_ = o.Close()
	}
	r, _ = http.NewRequest("POST", f.url+lists, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"displayName\"\r\n\r\nx\r\n--x\r\nContent-Disposition: form-data; name=\"thumbnailfile\"; filename=\"x.png\"\r\n\r\nnot a picture\r\n--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Authorization", "Bearer "+f.as("bob"))
	f.do(r).refused(415, "")
	keys, err := f.server.Store.List(context.Background(), "playlists/")
	if err != nil || len(keys) != 1 {
		t.Errorf("%v are kept, %v", keys, err)
	}
}
