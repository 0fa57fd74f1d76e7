package api

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"shoal/server/job"
	program "shoal/server/rig"
	"shoal/server/video"
	"shoal/shared/api"
)

func TestOwnership(t *testing.T) {
	f := newFilms(t)
	v, other := f.add(video.Draft{Name: "A gift"}, api.Published), f.add(video.Draft{}, api.Published)
	var ben, carol api.User
	f.get("/api/v1/users/me", f.as("ben")).into(200, &ben)
	f.get("/api/v1/users/me", f.as("carol")).into(200, &carol)
	give := path(v, "/give-ownership")
	f.try(
		tried{"POST", give, "", m{"username": "ben"}, 401, ""},
		tried{"POST", give, "carol", m{"username": "ben"}, 403, ""},
		tried{"POST", "/api/v1/videos/9999999/give-ownership", "ada", m{"username": "ben"}, 404, ""},
		tried{"POST", give, "ada", m{"username": "nobody"}, 400, `"username"`},
		tried{"POST", give, "ada", m{"username": "ada"}, 400, `"username"`},
		tried{"POST", give, "ada", m{}, 400, `"username"`},
		tried{"POST", give, "ada", m{"username": "ben"}, 204, ""},
		tried{"POST", give, "ada", m{"username": "carol"}, 400, ""},
		tried{"GET", "/api/v1/videos/ownership", "", nil, 401, ""},
		tried{"GET", "/api/v1/videos/ownership", "carol", nil, 200, `"total":0`},
		tried{"GET", "/api/v1/videos/ownership?sort=name", "ben", nil, 400, `"sort"`},
		tried{"GET", path(v, "/ownership"), "carol", nil, 403, ""},
		tried{"GET", path(v, "/ownership?state=1"), "ada", nil, 200, `"total":1`},
		tried{"GET", path(v, "/ownership?state=2"), "ada", nil, 200, `"total":0`},
		tried{"GET", path(v, "/ownership?state=7"), "ada", nil, 400, `"state"`},
	)
	var list api.Page[api.VideoOffer]
	f.get("/api/v1/videos/ownership", f.as("ben")).into(200, &list)
	if list.Total != 1 || list.Data[0].Video.Name != "A gift" || list.Data[0].Giver.Name != "ada" || list.Data[0].Taker.Name != "ben" || list.Data[0].Status != "WAITING" {
		t.Fatalf("got %+v", list)
	}
	at := fmt.Sprint("/api/v1/videos/ownership/", list.Data[0].ID)
	f.try(
		tried{"POST", at + "/accept", "", m{}, 401, ""},
		tried{"POST", at + "/accept", "carol", m{"channelId": carol.VideoChannels[0].ID}, 403, ""},
		tried{"POST", at + "/refuse", "ada", m{}, 403, ""},
		tried{"POST", "/api/v1/videos/ownership/99999/accept", "ben", m{"channelId": 1}, 404, ""},
		tried{"POST", "/api/v1/videos/ownership/x/accept", "ben", m{"channelId": 1}, 400, ""},
		tried{"POST", at + "/accept", "ben", m{"channelId": carol.VideoChannels[0].ID}, 400, `"channelId"`},
		tried{"POST", at + "/accept", "ben", m{}, 400, `"channelId"`},
		tried{"POST", at + "/accept", "ben", m{"channelId": "x"}, 400, `"channelId"`},
		tried{"POST", at + "/accept", "ben", m{"channelId": ben.VideoChannels[0].ID}, 204, ""},
		tried{"POST", at + "/refuse", "ben", m{}, 400, ""},
		tried{"DELETE", at, "ben", nil, 400, ""},
		tried{"GET", path(v, ""), "", nil, 200, `"name":"ben_channel"`},
		tried{"PUT", path(v, ""), "ada", m{"name": "Mine again"}, 403, ""},
		tried{"PUT", path(v, ""), "ben", m{"name": "Mine now"}, 204, ""},
	)
	for i, end := range []tried{{"POST", "/refuse", "carol", m{}, 204, ""}, {"DELETE", "", "ada", nil, 204, ""}} {
		f.try(tried{"POST", path(other, "/give-ownership"), "ada", m{"username": "carol"}, 204, ""})
		f.get("/api/v1/videos/ownership", f.as("carol")).into(200, &list)
		one := fmt.Sprint("/api/v1/videos/ownership/", list.Data[0].ID)
		f.try(tried{"DELETE", one, "carol", nil, 403, ""}, tried{end.method, one + end.path, end.who, end.body, end.status, ""})
		if i == 1 {
			f.try(tried{"POST", one + "/accept", "carol", m{"channelId": carol.VideoChannels[0].ID}, 404, ""})
		}
	}
}

func TestAQuotaBoundsWhatIsTaken(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	var ben api.User
	f.get("/api/v1/users/me", f.as("ben")).into(200, &ben)
	if _, err := f.pool.Exec(context.Background(), `UPDATE member SET quota = 10 WHERE username = 'ben'`); err != nil {
		t.Fatal(err)
	}
	f.send("POST", path(v, "/give-ownership"), f.as("ada"), m{"username": "ben"}).into(204, nil)
	var list api.Page[api.VideoOffer]
	f.get("/api/v1/videos/ownership", f.as("ben")).into(200, &list)
	f.try(tried{"POST", fmt.Sprint("/api/v1/videos/ownership/", list.Data[0].ID, "/accept"), "ben", m{"channelId": ben.VideoChannels[0].ID}, 413, "quota_reached"})
}

func TestScheduledPublication(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Privacy: api.Private}, api.Published)
	later := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	f.try(
		tried{"PUT", path(v, ""), "ada", m{"scheduleUpdate": m{"privacy": 1}}, 400, "updateAt"},
		tried{"PUT", path(v, ""), "ada", m{"scheduleUpdate": m{"updateAt": "soon"}}, 400, ""},
		tried{"PUT", path(v, ""), "ada", m{"scheduleUpdate": m{"updateAt": later, "privacy": 5}}, 400, "scheduleUpdate.privacy"},
		tried{"PUT", path(v, ""), "ada", m{"scheduleUpdate": m{"updateAt": later, "privacy": 2}}, 204, ""},
	)
	var d api.VideoDetails
	f.get(path(v, ""), f.as("ada")).into(200, &d)
	if d.ScheduledUpdate == nil || !d.ScheduledUpdate.UpdateAt.Equal(later) || d.ScheduledUpdate.Privacy != 2 {
		t.Errorf("got %+v", d.ScheduledUpdate)
	}
	f.send("PUT", path(v, ""), f.as("ada"), m{"name": "Still planned"}).into(204, nil)
	f.send("PUT", path(v, ""), f.as("ada"), m{"scheduleUpdate": nil}).into(204, nil)
	d = api.VideoDetails{}
	f.get(path(v, ""), f.as("ada")).into(200, &d)
	if d.ScheduledUpdate != nil || d.Name != "Still planned" {
		t.Errorf("got %+v", d)
	}
	runner := job.New(f.pool, "here", f.server.Log)
	video.RegisterSchedule(runner, f.pool)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- runner.Run(ctx) }()
	defer func() {
		cancel()
		<-ended
	}()
	form := url.Values{"scheduleUpdate[updateAt]": {time.Now().Add(-time.Second).UTC().Format(time.RFC3339)}}.Encode()
	f.ask(ask{method: "PUT", path: path(v, ""), kind: "application/x-www-form-urlencoded", body: form, header: auth(f.as("ada"))}).into(204, nil)
	wait, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	err := program.Until(wait, "the video to become public", func() (bool, error) { return f.get(path(v, ""), f.as("ben")).status == 200, nil })
	if err != nil {
		t.Fatal(err)
	}
	d = api.VideoDetails{}
	f.get(path(v, ""), f.as("ada")).into(200, &d)
	if d.ScheduledUpdate != nil || d.Privacy.ID != api.Public {
		t.Errorf("got %+v", d)
	}
}

func TestChaptersFollowTheDescription(t *testing.T) {
	f := newFilms(t)
	text := "0:00 Start\n0:10 Ducks"
	v := f.add(video.Draft{Description: &text}, api.Published)
	f.try(
		tried{"GET", path(v, "/chapters"), "ben", nil, 200, `{"chapters":[{"timecode":0,"title":"Start"},{"timecode":10,"title":"Ducks"}]}`},
		tried{"PUT", path(v, ""), "ada", m{"description": "0:00 Start\n0:20 Geese"}, 204, ""},
		tried{"GET", path(v, "/chapters"), "ben", nil, 200, `{"timecode":20,"title":"Geese"}`},
		tried{"PUT", path(v, "/chapters"), "ada", m{"chapters": []m{{"timecode": 3, "title": "By hand"}}}, 204, ""},
		tried{"PUT", path(v, ""), "ada", m{"description": "0:00 Start\n0:30 Swans"}, 204, ""},
		tried{"GET", path(v, "/chapters"), "ben", nil, 200, `{"chapters":[{"timecode":3,"title":"By hand"}]}`},
	)
}

func TestNewVideosMayWaitForAModerator(t *testing.T) {
	f := newFilms(t)
	if _, err := f.pool.Exec(context.Background(), `UPDATE instance SET settings = settings || '{"reviewVideos": true}'`); err != nil {
		t.Fatal(err)
	}
	f.get("/api/v1/config", "").into(200, nil)
	if _, err := f.pool.Exec(context.Background(), `INSERT INTO instance (secret, settings) VALUES ('x', '{"reviewVideos": true}') ON CONFLICT (id) DO UPDATE SET settings = excluded.settings`); err != nil {
		t.Fatal(err)
	}
	v := f.add(video.Draft{}, api.Published)
	f.try(
		tried{"GET", path(v, ""), "", nil, 403, "video_blocked"},
		tried{"GET", "/api/v1/videos/blacklist?type=2", "mod", nil, 200, `"total":1`},
		tried{"DELETE", path(v, "/blacklist"), "mod", nil, 204, ""},
		tried{"GET", path(v, ""), "", nil, 200, ""},
	)
}

func TestFilesOfAVideo(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	var d api.VideoDetails
	f.get(path(v, ""), "").into(200, &d)
	files := d.StreamingPlaylists[0].Files
	one, two := path(v, fmt.Sprint("/hls/", files[0].ID)), path(v, fmt.Sprint("/hls/", files[1].ID))
	f.try(
		tried{"GET", path(v, "/source"), "ada", nil, 200, `"inputFilename":"ducks.mp4"`},
		tried{"GET", path(v, "/source"), "ben", nil, 403, ""},
		tried{"DELETE", path(v, "/source/file"), "", nil, 401, ""},
		tried{"DELETE", path(v, "/source/file"), "ada", nil, 403, ""},
		tried{"DELETE", path(v, "/source/file"), "mod", nil, 204, ""},
		tried{"DELETE", path(v, "/source/file"), "mod", nil, 404, ""},
		tried{"DELETE", path(v, "/hls"), "ada", nil, 403, ""},
		tried{"DELETE", path(v, "/hls"), "mod", nil, 400, ""},
		tried{"DELETE", path(v, "/web-videos"), "mod", nil, 400, ""},
		tried{"DELETE", one, "ada", nil, 403, ""},
		tried{"DELETE", path(v, "/hls/x"), "mod", nil, 400, ""},
		tried{"DELETE", path(v, "/hls/99999"), "mod", nil, 404, ""},
		tried{"DELETE", one, "mod", nil, 204, ""},
		tried{"DELETE", one, "mod", nil, 404, ""},
		tried{"DELETE", two, "mod", nil, 400, ""},
	)
	f.get(path(v, ""), "").into(200, &d)
	if got := d.StreamingPlaylists[0].Files; len(got) != 1 || !strings.Contains(got[0].FileURL, "-360") {
		t.Errorf("got %+v", got)
	}
}

func TestNullTakesAway(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	all := m{"category": 5, "licence": 2, "language": "en", "description": "Words", "support": "Money", "originallyPublishedAt": "2001-02-03T04:05:06.000Z", "tags": []string{"birds"}}
	none := m{}
	for name := range all {
		none[name] = nil
	}
	check := func(there bool) {
		t.Helper()
		var d api.VideoDetails
		f.get(path(v, ""), f.as("ada")).into(200, &d)
		for name, got := range map[string]bool{
			"category": d.Category.ID != nil, "licence": d.Licence.ID != nil, "language": d.Language.ID != nil, "description": d.Description != nil,
			"support": d.Support != nil, "originallyPublishedAt": d.OriginallyPublishedAt != nil, "tags": len(d.Tags) > 0,
		} {
			if got != there {
				t.Errorf("%s: there is one: %v", name, got)
			}
		}
	}
	f.send("PUT", path(v, ""), f.as("ada"), all).into(204, nil)
	f.send("PUT", path(v, ""), f.as("ada"), m{"name": "Another"}).into(204, nil)
	check(true)
	f.send("PUT", path(v, ""), f.as("ada"), none).into(204, nil)
	check(false)
	f.send("PUT", path(v, ""), f.as("ada"), all).into(204, nil)
	form := url.Values{}
	for name := range all {
		form.Set(name, "null")
	}
	f.ask(ask{method: "PUT", path: path(v, ""), kind: "application/x-www-form-urlencoded", body: form.Encode(), header: auth(f.as("ada"))}).into(204, nil)
	check(false)
}

func TestWhichSitesMayEmbed(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	at, may := path(v, "/embed-privacy"), path(v, "/embed-privacy/allowed?domain=")
	f.try(
		tried{"GET", at, "", nil, 401, ""},
		tried{"GET", at, "ben", nil, 403, ""},
		tried{"GET", at, "ada", nil, 200, `"policy":{"id":1,`},
		tried{"GET", may + "any.example", "", nil, 200, `{"domainAllowed":true,"userBypassAllowed":null}`},
		tried{"GET", may, "", nil, 400, `"domain"`},
		tried{"PUT", at, "ben", m{"policy": 2}, 403, ""},
		tried{"PUT", at, "ada", m{"policy": 7}, 400, `"policy"`},
		tried{"PUT", at, "ada", m{"policy": 2, "domains": []string{"https://x.example/"}}, 400, `"domains"`},
		tried{"PUT", at, "ada", m{"policy": 2, "domains": []string{"Good.example", "good.example", "localhost:8080"}}, 204, ""},
		tried{"GET", at, "ada", nil, 200, `"domains":["good.example","localhost:8080"]`},
		tried{"GET", may + "GOOD.example", "", nil, 200, `"domainAllowed":true`},
		tried{"GET", may + "bad.example", "ben", nil, 200, `{"domainAllowed":false,"userBypassAllowed":false}`},
		tried{"GET", may + "bad.example", "ada", nil, 200, `"userBypassAllowed":true`},
		tried{"POST", path(v, "/studio/edit"), "ada", m{}, 501, ""},
		tried{"POST", "/api/v1/videos/imports", "ada", m{}, 501, ""},
		tried{"POST", "/api/v1/videos/live", "", m{}, 401, ""},
	)
}

func TestVideosOfLaterPartsSaySo(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	for _, op := range []string{
		"POST /captions/generate", "GET /live-session", "POST live", "GET live/1", "PUT live/1", "GET live/1/sessions",
		"POST imports/1/cancel", "POST imports/1/retry", "DELETE imports/1",
	} {
		method, rest, _ := strings.Cut(op, " ")
		at := "/api/v1/videos/" + rest
		if rest[0] == '/' {
			at = path(v, rest)
		}
		f.try(tried{method, at, "", m{}, 401, ""}, tried{method, at, "ada", m{}, 501, ""})
	}
	f.try(tried{"GET", "/api/v1/users/me/videos/imports", "ada", nil, 501, ""})
}

func TestFiltersOfOnesOwnVideos(t *testing.T) {
	f := newFilms(t)
	f.add(video.Draft{Name: "Hidden", Privacy: api.Private}, api.Published)
	f.add(video.Draft{Name: "Shown"}, api.Published)
	f.add(video.Draft{Name: "Unready"}, api.ToTranscode)
	for query, want := range map[string]string{
		"sort=name":                               "Hidden Shown Unready",
		"sort=name&stateOneOf=1":                  "Hidden Shown",
		"sort=name&stateOneOf[0]=2":               "Unready",
		"sort=name&privacyOneOf=3":                "Hidden",
		"sort=name&privacyOneOf=1&privacyOneOf=3": "Hidden Shown Unready",
		"sort=name&include=1":                     "Hidden Shown Unready",
		"sort=name&search=show":                   "Shown",
		"sort=name&excludeAlreadyWatched=true":    "Hidden Shown Unready",
		"sort=name&count=1&start=1":               "Shown",
	} {
		var list api.Page[api.Video]
		f.get("/api/v1/users/me/videos?"+query, f.as("ada")).into(200, &list)
		var names []string
		for _, v := range list.Data {
			names = append(names, v.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: got %s", query, got)
		}
	}
	f.try(tried{"GET", "/api/v1/users/me/videos?stateOneOf=x", "ada", nil, 400, `"stateOneOf"`})
}
