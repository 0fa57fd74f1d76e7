package api

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"shoal/server/search"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

func TestSearchVideosByAddress(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "Ducks"}, api.Published)
	hidden := f.add(video.Draft{Name: "Unlisted", Privacy: api.Unlisted}, api.Published)
	private := f.add(video.Draft{Name: "Private", Privacy: api.Private}, api.Published)
	short := shortid.From(v.UUID)
	for address, want := range map[string]string{
		"http://[::1":                                           "",
		f.url + "/w/" + short:                                   "Ducks",
		f.url + "/w/" + short + "?start=3s":                     "Ducks",
		f.url + "/w/" + short + ";threadId=3":                   "Ducks",
		f.url + "/videos/watch/" + v.UUID.String():              "Ducks",
		f.url + "/videos/embed/" + short:                        "Ducks",
		f.url + "/w/" + shortid.From(hidden.UUID):               "Unlisted",
		f.url + "/videos/watch/" + private.UUID.String():        "",
		f.url + "/w/nothing":                                    "",
		f.url + "/c/" + short:                                   "",
		"https://elsewhere.example/w/" + short:                  "",
		f.url + ".evil.example/videos/watch/" + v.UUID.String(): "",
	} {
		var page api.Page[api.Video]
		f.get("/api/v1/search/videos?search="+url.QueryEscape(address), "").into(200, &page)
		if got := videoNames(page); got != want || page.Data == nil {
			t.Errorf("%s: %s", address, got)
		}
	}
	var page api.Page[api.Video]
	f.get("/api/v1/search/videos?search="+url.QueryEscape(f.url+"/videos/watch/"+private.UUID.String()), f.as("ada")).into(200, &page)
	if got := videoNames(page); got != "Private" {
		t.Errorf("ada finds %s", got)
	}
	f.get("/api/v1/search/videos?search=ducksy", "").into(200, &page)
	if got := videoNames(page); got != "Ducks" {
		t.Errorf("a slip of the pen finds %q", got)
	}
}

func TestSearchChannels(t *testing.T) {
	f := newFilms(t)
	f.as("bob")
	f.set(`UPDATE actor SET display_name = 'Élan des Ducs' WHERE name = 'ada_channel'`)
	for query, want := range map[string]string{
		"search=elan":                        "ada_channel",
		"search=ELÁN+d":                      "ada_channel",
		"search=ada_ch":                      "ada_channel",
		"search=ada%25ch":                    "",
		"search=bob_channel@" + host(f.url):  "bob_channel",
		"search=@bob_channel@" + host(f.url): "bob_channel",
		"search=" + url.QueryEscape(f.url+"/c/bob_channel/videos"):                   "bob_channel",
		"search=" + url.QueryEscape(f.url+"/video-channels/BOB_channel"):             "bob_channel",
		"search=bob_channel@elsewhere.example":                                       "",
		"handles=bob_channel":                                                        "bob_channel",
		"handles=bob_channel&handles=ada_channel@" + host(f.url) + "&sort=createdAt": "ada_channel bob_channel",
		"handles=none":                        "",
		"sort=-createdAt":                     "bob_channel ada_channel",
		"sort=createdAt&start=1":              "bob_channel",
		"host=" + host(f.url) + "&search=bob": "bob_channel",
		"host=elsewhere.example":              "",
	} {
		var page api.Page[api.Channel]
		f.get("/api/v1/search/video-channels?"+query, "").into(200, &page)
		var names []string
		for _, c := range page.Data {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want || page.Data == nil {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
	}
}

func TestSearchPlaylists(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	channel := f.channelOf("ada")
	id := f.list("ada", map[string]any{"displayName": "Vögel", "privacy": 1, "videoChannelId": channel})
	f.putIn("ada", id, map[string]any{"videoId": v.ID})
	f.list("ada", map[string]any{"displayName": "Vogel leer", "privacy": 1, "videoChannelId": channel})
	secret := f.list("ada", map[string]any{"displayName": "Vogel geheim"})
	f.putIn("ada", secret, map[string]any{"videoId": v.ID})
	var p api.Playlist
	f.get(lists+"/"+strings.TrimSpace(f.text(`SELECT uuid::text FROM playlist WHERE id = $1`, id)), "").into(200, &p)
	for query, want := range map[string]string{
		"search=vogel": "Vögel", "search=VÖGEL": "Vögel", "search=nothing": "", "uuids=" + p.UUID: "Vögel", "uuids=" + p.ShortUUID + "&search=x": "", "": "Vögel",
		"search=" + url.QueryEscape(f.url+"/w/p/"+p.ShortUUID): "Vögel", "search=" + url.QueryEscape(f.url+"/videos/watch/playlist/"+p.UUID): "Vögel",
		"search=" + url.QueryEscape(p.URL): "Vögel", "search=" + url.QueryEscape("https://elsewhere.example/w/p/"+p.ShortUUID): "", "host=elsewhere.example": "",
	} {
		var page api.Page[api.Playlist]
		f.get("/api/v1/search/video-playlists?"+query, "").into(200, &page)
		got := ""
		for _, p := range page.Data {
			got += p.DisplayName
		}
		if got != want || page.Data == nil {
			t.Errorf("%s: %s", query, got)
		}
	}
}

// text reads a text of the database.
func (f *films) text(sql string, args ...any) (s string) {
	f.t.Helper()
	if err := f.pool.QueryRow(context.Background(), sql, args...).Scan(&s); err != nil {
		f.t.Fatal(err)
	}
	return s
}

func TestSearchRefused(t *testing.T) {
	f := newFilms(t)
	for _, of := range []string{"videos", "video-channels", "video-playlists"} {
		for _, query := range []string{"search=" + strings.Repeat("x", 201), "sort=nothing", "count=101", "start=-1", "searchTarget=mars"} {
			if r := f.get("/api/v1/search/"+of+"?"+query, ""); r.status != 400 {
				t.Errorf("%s by %s: %d", of, query, r.status)
			}
		}
	}
	f.get("/api/v1/search/video-channels?handles=a%20b", "").refused(400, "")
	f.get("/api/v1/search/video-playlists?uuids=x", "").refused(400, "")
}

func TestLookupAsksElsewhereForMembersOnly(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "From elsewhere"}, api.Published)
	var asked []string
	f.server.Lookup = func(_ context.Context, kind, address string) (int64, error) {
		asked = append(asked, kind+" "+address)
		if kind == search.Video {
			return v.ID, nil
		}
		return 0, nil
	}
	var page api.Page[api.Video]
	for _, who := range []string{"", "bob"} {
		f.get("/api/v1/search/videos?search=https://elsewhere.example/w/x", f.as(who)).into(200, &page)
		f.get("/api/v1/search/videos?search="+f.url+"/w/x", f.as(who)).into(200, nil)
		f.get("/api/v1/search/video-channels?search=films@elsewhere.example", f.as(who)).into(200, nil)
		f.get("/api/v1/search/video-channels?search=films", f.as(who)).into(200, nil)
	}
	if videoNames(page) != "From elsewhere" || strings.Join(asked, ", ") != "video https://elsewhere.example/w/x, channel films@elsewhere.example" {
		t.Errorf("found %s, asked %v", videoNames(page), asked)
	}
}
