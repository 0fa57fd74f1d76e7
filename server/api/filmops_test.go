package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

// tried is a request with the answer it must get.
type tried struct {
	method, path, who string
	body              any
	status            int
	says              string // part of the answer
}

func (f *films) try(list ...tried) {
	f.t.Helper()
	for _, c := range list {
		r := f.send(c.method, c.path, f.as(c.who), c.body)
		if r.status != c.status || !strings.Contains(string(r.body), c.says) {
			f.t.Errorf("%s %s %v by %q: got %d %s, want %d %s", c.method, c.path, c.body, c.who, r.status, r.body, c.status, c.says)
		}
	}
}

type m = map[string]any

func TestRatings(t *testing.T) {
	f := newFilms(t)
	v, hidden := f.add(video.Draft{}, api.Published), f.add(video.Draft{Privacy: api.Private}, api.Published)
	mine := "/api/v1/users/me/videos/" + v.UUID.String() + "/rating"
	f.try(
		tried{"PUT", path(v, "/rate"), "", m{"rating": "like"}, 401, ""},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "love"}, 400, `"rating"`},
		tried{"PUT", path(v, "/rate"), "ben", m{}, 400, `"rating"`},
		tried{"PUT", path(hidden, "/rate"), "ben", m{"rating": "like"}, 403, ""},
		tried{"PUT", "/api/v1/videos/none!/rate", "ben", m{"rating": "like"}, 400, ""},
		tried{"PUT", "/api/v1/videos/99999999/rate", "ben", m{"rating": "like"}, 404, ""},
		tried{"GET", mine, "", nil, 401, ""},
		tried{"GET", mine, "ben", nil, 200, `"rating":"none"`},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "like"}, 204, ""},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "like"}, 204, ""},
		tried{"PUT", path(v, "/rate"), "carol", m{"rating": "dislike"}, 204, ""},
		tried{"GET", mine, "ben", nil, 200, `"rating":"like"`},
		tried{"GET", path(v, ""), "", nil, 200, `"likes":1,"dislikes":1`},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "dislike"}, 204, ""},
		tried{"GET", path(v, ""), "", nil, 200, `"likes":0,"dislikes":2`},
		tried{"GET", "/api/v1/accounts/ben/ratings", "", nil, 401, ""},
		tried{"GET", "/api/v1/accounts/ben/ratings", "carol", nil, 403, ""},
		tried{"GET", "/api/v1/accounts/nobody/ratings", "carol", nil, 404, ""},
		tried{"GET", "/api/v1/accounts/ben/ratings?rating=both", "ben", nil, 400, `"rating"`},
		tried{"GET", "/api/v1/accounts/ben/ratings?rating=like", "ben", nil, 200, `"total":0`},
		tried{"GET", "/api/v1/accounts/ben/ratings?rating=dislike", "ben", nil, 200, `"rating":"dislike"`},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "none"}, 204, ""},
		tried{"PUT", path(v, "/rate"), "ben", m{"rating": "none"}, 204, ""},
		tried{"GET", path(v, ""), "", nil, 200, `"likes":0,"dislikes":1`},
		tried{"GET", "/api/v1/accounts/ben/ratings", "ben", nil, 200, `"total":0`},
	)
	form := url.Values{"rating": {"like"}}.Encode()
	f.ask(ask{method: "PUT", path: path(v, "/rate"), kind: "application/x-www-form-urlencoded", body: form, header: auth(f.as("ben"))}).into(204, nil)
}

func TestPasswordsOfAVideo(t *testing.T) {
	f := newFilms(t)
	open := f.add(video.Draft{}, api.Published)
	v := f.add(video.Draft{Privacy: api.PasswordProtected, Passwords: []string{"sesame"}}, api.Published)
	at := path(v, "/passwords")
	f.try(
		tried{"GET", at, "", nil, 401, ""},
		tried{"GET", at, "ben", nil, 404, ""},
		tried{"GET", path(open, "/passwords"), "ben", nil, 403, ""},
		tried{"GET", path(open, "/passwords"), "ada", nil, 400, ""},
		tried{"POST", path(open, "/passwords"), "ada", m{"password": "another"}, 400, ""},
		tried{"POST", at, "ben", m{"password": "another"}, 404, ""},
		tried{"POST", at, "ada", m{"password": "x"}, 400, `"password"`},
		tried{"POST", at, "ada", m{"password": "sesame"}, 400, `"password"`},
		tried{"POST", at, "ada", m{"password": "another"}, 204, ""},
		tried{"PUT", at, "ada", m{"passwords": []string{}}, 400, `"passwords"`},
		tried{"PUT", at, "ada", m{"passwords": []string{"same", "same"}}, 400, `"passwords"`},
		tried{"PUT", at, "ada", m{"passwords": strings.Split("aa bb cc dd ee ff gg hh ii jj kk", " ")}, 400, `"passwords"`},
		tried{"GET", at + "?count=1&sort=-createdAt", "ada", nil, 200, `"password":"another"`},
		tried{"GET", at + "?sort=password", "ada", nil, 400, `"sort"`},
		tried{"PUT", at, "ada", m{"passwords": []string{"first", "second"}}, 204, ""},
		tried{"DELETE", at + "/x", "ada", nil, 400, ""},
		tried{"DELETE", at + "/99999", "ada", nil, 404, ""},
	)
	var list api.Page[api.VideoPassword]
	f.get(at, f.as("ada")).into(200, &list)
	if list.Total != 2 || list.Data[0].Password != "first" || list.Data[0].VideoID != v.ID {
		t.Fatalf("got %+v", list)
	}
	one, last := fmt.Sprint(at, "/", list.Data[0].ID), fmt.Sprint(at, "/", list.Data[1].ID)
	f.try(
		tried{"DELETE", one, "ben", nil, 404, ""},
		tried{"DELETE", one, "ada", nil, 204, ""},
		tried{"DELETE", last, "ada", nil, 403, ""},
	)
	r := f.ask(ask{method: "GET", path: path(v, ""), header: map[string]string{"x-peertube-video-password": "second"}})
	r.into(200, nil)
}

func TestBlocksOfVideos(t *testing.T) {
	f := newFilms(t)
	v, other := f.add(video.Draft{Name: "Bad ducks"}, api.Published), f.add(video.Draft{Name: "Good ducks"}, api.Published)
	at, list := path(v, "/blacklist"), "/api/v1/videos/blacklist"
	f.try(
		tried{"POST", at, "", m{}, 401, ""},
		tried{"POST", at, "ada", m{}, 403, ""},
		tried{"GET", list, "", nil, 401, ""},
		tried{"GET", list, "ada", nil, 403, ""},
		tried{"POST", at, "mod", m{"reason": "x"}, 400, `"reason"`},
		tried{"POST", at, "mod", m{"internalNote": strings.Repeat("x", 301)}, 400, `"internalNote"`},
		tried{"POST", "/api/v1/videos/99999999/blacklist", "mod", m{}, 404, ""},
		tried{"PUT", at, "mod", m{"reason": "Too loud"}, 404, ""},
		tried{"DELETE", at, "mod", nil, 404, ""},
		tried{"POST", at, "mod", m{"reason": "Too loud", "internalNote": "See the letter"}, 204, ""},
		tried{"POST", at, "mod", m{}, 409, ""},
		tried{"GET", path(v, ""), "", nil, 403, "video_blocked"},
		tried{"GET", path(v, ""), "ben", nil, 403, ""},
		tried{"GET", path(v, ""), "ada", nil, 200, `"blacklisted":true,"blacklistedReason":"Too loud"`},
		tried{"GET", path(v, ""), "mod", nil, 200, ""},
		tried{"GET", path(other, ""), "", nil, 200, `"blacklisted":false`},
		tried{"GET", "/api/v1/videos", "", nil, 200, `"total":1,`},
		tried{"GET", "/api/v1/users/me/videos", "ada", nil, 200, `"blacklisted":true,"blacklistedReason":"Too loud"`},
		tried{"GET", "/api/v1/videos?include=2", "mod", nil, 200, `"total":2,`},
		tried{"GET", "/api/v1/videos?include=2", "ada", nil, 401, ""},
		tried{"GET", "/api/v1/videos?include=2", "", nil, 401, ""},
		tried{"PUT", at, "mod", m{"reason": "Much too loud"}, 204, ""},
		tried{"GET", list + "?search=bad&sort=-name&type=1", "mod", nil, 200, `"reason":"Much too loud","internalNote":"See the letter"`},
		tried{"GET", list + "?search=good", "mod", nil, 200, `"total":0`},
		tried{"GET", list + "?type=2", "mod", nil, 200, `"total":0`},
		tried{"GET", list + "?type=3", "mod", nil, 400, `"type"`},
		tried{"GET", list + "?sort=nonsense", "mod", nil, 400, `"sort"`},
		tried{"DELETE", at, "ada", nil, 403, ""},
		tried{"DELETE", at, "mod", nil, 204, ""},
		tried{"GET", path(v, ""), "", nil, 200, `"blacklisted":false`},
	)
	for _, sort := range video.BlockSorts {
		f.try(tried{"GET", list + "?sort=" + sort, "mod", nil, 200, ""}, tried{"GET", list + "?sort=-" + sort, "mod", nil, 200, ""})
	}
}

const setFilm = `UPDATE video SET nsfw = @nsfw, nsfw_flags = @flags, duration = @duration, published_at = @at, originally_published_at = @at, state = @state WHERE id = @id`

func TestFiltersOfLists(t *testing.T) {
	f := newFilms(t)
	long, short, draft := f.add(video.Draft{Name: "Long"}, api.Published), f.add(video.Draft{Name: "Short"}, api.Published), f.add(video.Draft{Name: "Draft"}, api.ToTranscode)
	for _, c := range []struct {
		video.Video
		nsfw     bool
		flags    int
		duration float64
		at       string
		state    int
	}{{long, true, 1, 3600, "2020-01-01", 1}, {short, true, 2, 10, "2024-01-01", 1}, {draft, false, 0, 10, "2025-01-01", 2}} {
		at, err := time.Parse(time.DateOnly, c.at)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.pool.Exec(context.Background(), setFilm, pgx.NamedArgs{"id": c.ID, "nsfw": c.nsfw, "flags": c.flags, "duration": c.duration, "at": at, "state": c.state})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, own, _ := strings.Cut(f.url, "://")
	f.send("PUT", path(long, "/watching"), f.as("ben"), m{"currentTime": 3}).into(204, nil)
	for _, c := range []struct{ query, who, want string }{
		{"", "", "Short Long"},
		{"nsfw=false", "", ""},
		{"nsfw=both", "", "Short Long"},
		{"nsfw=false&nsfwFlagsIncluded=1", "", "Long"},
		{"nsfwFlagsExcluded=2", "", "Long"},
		{"nsfwFlagsExcluded=8", "", "400"},
		{"durationMin=60", "", "Long"},
		{"durationMax=60", "", "Short"},
		{"durationMax=-1", "", "400"},
		{"startDate=2022-01-01T00:00:00.000Z", "", "Short"},
		{"endDate=2022-01-01", "", "Long"},
		{"endDate=soon", "", "400"},
		{"originallyPublishedStartDate=2022-01-01", "", "Short"},
		{"originallyPublishedEndDate=2022-01-01", "", "Long"},
		{"host=" + own, "", "Short Long"},
		{"host=elsewhere.example", "", ""},
		{"hasHLSFiles=true", "", "Short Long"},
		{"hasHLSFiles=false", "", ""},
		{"hasHLSFiles=some", "", "400"},
		{"hasWebVideoFiles=true", "", ""},
		{"hasWebVideoFiles=false", "", "Short Long"},
		{"uuids=" + long.UUID.String(), "", "Long"},
		{"uuids[]=" + long.UUID.String() + "&uuids[]=" + short.UUID.String(), "", "Short Long"},
		{"uuids=nonsense", "", "400"},
		{"excludeAlreadyWatched=true", "ben", "Short"},
		{"excludeAlreadyWatched=true", "", "400"},
		{"isLive=true", "", ""},
		{"stateOneOf=2", "", "401"},
		{"stateOneOf=2", "ben", "401"},
		{"stateOneOf=2", "mod", "Draft"},
		{"stateOneOf=99", "mod", "400"},
		{"include=1&privacyOneOf=1", "mod", "Draft Short Long"},
		{"include=1", "ben", "401"},
		{"include=x", "mod", "400"},
		{"autoTagOneOf=x", "mod", ""},
		{"autoTagOneOf=x", "ben", "401"},
		{"search=lon", "", "Long"},
		{"sort=duration", "", "Short Long"},
		{"sort=-trending", "", "Short Long"},
		{"sort=-hot", "", "Short Long"},
		{"sort=-best", "", "Short Long"},
		{"sort=-comments", "", "Short Long"},
		{"sort=random", "", "400"},
		{"unknown=1&searchTarget=local&boostLanguages=en", "", "Short Long"},
	} {
		r := f.get("/api/v1/videos?"+c.query, f.as(c.who))
		got := fmt.Sprint(r.status)
		if r.status == 200 {
			var page api.Page[api.Video]
			if err := json.Unmarshal(r.body, &page); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, v := range page.Data {
				names = append(names, v.Name)
			}
			if got = strings.Join(names, " "); int(page.Total) != len(names) {
				t.Errorf("%s: total %d", c.query, page.Total)
			}
		}
		if c.query == "sort=-trending" || c.query == "sort=-hot" || c.query == "sort=-best" || c.query == "sort=-comments" {
			if len(got) != len(c.want) {
				t.Errorf("%s: got %s", c.query, got)
			}
		} else if got != c.want {
			t.Errorf("%s by %q: got %s, want %s: %.200s", c.query, c.who, got, c.want, r.body)
		}
	}
	f.try(tried{"GET", "/api/v1/videos?stateOneOf=2", "mod", nil, 200, `"state":{"id":2,`})
}

func TestOverview(t *testing.T) {
	f := newFilms(t)
	f.try(tried{"GET", "/api/v1/overviews/videos?page=1", "", nil, 200, `{"categories":[],"channels":[],"tags":[]}`})
	category := 16
	for range 6 {
		f.add(video.Draft{Category: &category, Tags: []string{"Birds"}}, api.Published)
	}
	f.add(video.Draft{Category: &category, Privacy: api.Unlisted}, api.Published)
	f.server.recent.empty()
	var o api.Overview
	f.get("/api/v1/overviews/videos", "").into(200, &o)
	if len(o.Categories) != 1 || o.Categories[0].Category.ID != 16 || len(o.Categories[0].Videos) != 6 || len(o.Channels) != 1 || len(o.Channels[0].Videos) != 6 ||
		o.Channels[0].Channel.Name != "ada_channel" || len(o.Tags) != 1 || o.Tags[0].Tag != "birds" || len(o.Tags[0].Videos) != 6 {
		t.Errorf("got %+v", o)
	}
	f.try(
		tried{"GET", "/api/v1/overviews/videos?page=2", "", nil, 200, `"tags":[]`},
		tried{"GET", "/api/v1/overviews/videos?page=0", "", nil, 400, `"page"`},
		tried{"GET", "/api/v1/overviews/videos?page=99", "", nil, 400, `"page"`},
	)
}

func TestMetadataOfAFile(t *testing.T) {
	f := newFilms(t)
	v, hidden := f.add(video.Draft{}, api.Published), f.add(video.Draft{Privacy: api.Private}, api.Published)
	var d, h api.VideoDetails
	f.get(path(v, ""), "").into(200, &d)
	f.get(path(hidden, ""), f.as("ada")).into(200, &h)
	one, far := d.StreamingPlaylists[0].Files[0], h.StreamingPlaylists[0].Files[0]
	f.try(
		tried{"GET", strings.TrimPrefix(one.MetadataURL, f.url), "", nil, 200, `"codec_type":"video","codec_name":"h264"`},
		tried{"GET", strings.TrimPrefix(far.MetadataURL, f.url), "", nil, 401, ""},
		tried{"GET", path(v, fmt.Sprint("/metadata/", far.ID)), "", nil, 404, ""},
		tried{"GET", path(v, "/metadata/x"), "", nil, 400, ""},
	)
}
