package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"shoal/server/video"
	"shoal/shared/api"
)

const subs = "/api/v1/users/me/subscriptions"

func videoNames(page api.Page[api.Video]) string {
	var out []string
	for _, v := range page.Data {
		out = append(out, v.Name)
	}
	return strings.Join(out, " ")
}

func TestSubscriptions(t *testing.T) {
	f := newFilms(t)
	f.add(video.Draft{Name: "First"}, api.Published)
	f.add(video.Draft{Name: "Second"}, api.Published)
	f.add(video.Draft{Name: "Secret", Privacy: api.Private}, api.Published)
	f.add(video.Draft{Name: "Inside", Privacy: api.Internal}, api.Published)
	f.add(video.Draft{Name: "Draft"}, api.ToTranscode)
	f.as("bob")
	f.as("cara")
	here := host(f.url)
	f.ask(ask{method: "POST", path: subs, kind: formType, body: "uri=ada_channel@" + here, header: auth(f.as("bob"))}).into(204, nil)
	f.send("POST", subs, f.as("bob"), map[string]any{"uri": "cara_channel"}).into(204, nil)
	var channels api.Page[api.Channel]
	f.get(subs, f.as("bob")).into(200, &channels)
	if channels.Total != 2 || channels.Data[0].Name != "cara_channel" || channels.Data[1].FollowersCount != 1 || channels.Data[1].OwnerAccount.Name != "ada" {
		t.Errorf("got %+v", channels)
	}
	for query, want := range map[string]string{"?sort=createdAt": "ada_channel", "?sort=-id": "cara_channel", "?search=ADA": "ada_channel", "?start=1": "ada_channel", "?sort=-channelUpdatedAt&count=1": ""} {
		f.get(subs+query, f.as("bob")).into(200, &channels)
		if len(channels.Data) == 0 || want != "" && channels.Data[0].Name != want {
			t.Errorf("%s: %+v", query, channels.Data)
		}
	}
	var known map[string]bool
	f.get(subs+"/exist?uris=ada_channel&uris=cara_channel@"+here+"&uris=bob_channel&uris=x@elsewhere.example", f.as("bob")).into(200, &known)
	if len(known) != 4 || !known["ada_channel"] || !known["cara_channel@"+here] || known["bob_channel"] || known["x@elsewhere.example"] {
		t.Errorf("got %v", known)
	}
	var videos api.Page[api.Video]
	f.get(subs+"/videos", f.as("bob")).into(200, &videos)
	if got := videoNames(videos); got != "Inside Second First" || videos.Total != 3 {
		t.Errorf("got %s", got)
	}
	f.get(subs+"/videos?sort=name&count=1&skipCount=true", f.as("bob")).into(200, &videos)
	if got := videoNames(videos); got != "First" {
		t.Errorf("got %s", got)
	}
	f.get(subs+"/videos", f.as("cara")).into(200, &videos)
	if videos.Total != 0 {
		t.Errorf("cara sees %+v", videos)
	}
	var c api.Channel
	f.get(subs+"/ada_channel", f.as("bob")).into(200, &c)
	if c.Name != "ada_channel" {
		t.Errorf("got %+v", c)
	}
	f.send("POST", "/api/v1/users/me/blocklist/accounts", f.as("bob"), map[string]any{"accountName": "ada"}).into(204, nil)
	f.get(subs+"/videos", f.as("bob")).into(200, &videos)
	if videos.Total != 0 {
		t.Errorf("bob, who does not hear ada, sees %s", videoNames(videos))
	}
	f.send("DELETE", subs+"/ada_channel@"+here, f.as("bob"), nil).into(204, nil)
	f.send("DELETE", subs+"/ada_channel", f.as("bob"), nil).refused(404, "")
	f.get(subs+"/ada_channel", f.as("bob")).refused(404, "")
	f.get("/api/v1/video-channels/ada_channel", "").into(200, &c)
	if c.FollowersCount != 0 {
		t.Errorf("%d followers", c.FollowersCount)
	}
	f.set(`DELETE FROM actor WHERE name = 'bob'`)
	f.get("/api/v1/video-channels/cara_channel", "").into(200, &c)
	if c.FollowersCount != 0 {
		t.Errorf("%d followers", c.FollowersCount)
	}
}

func TestSubscriptionsRefused(t *testing.T) {
	f := newFilms(t)
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"unsigned":            {"POST", subs, "", map[string]any{"uri": "ada_channel"}, 401},
		"nothing":             {"POST", subs, "bob", map[string]any{}, 400},
		"no handle":           {"POST", subs, "bob", map[string]any{"uri": "a b@c"}, 400},
		"three parts":         {"POST", subs, "bob", map[string]any{"uri": "a@b@c"}, 400},
		"long":                {"POST", subs, "bob", map[string]any{"uri": strings.Repeat("x", 321)}, 400},
		"nobody's":            {"POST", subs, "bob", map[string]any{"uri": "none"}, 404},
		"elsewhere":           {"POST", subs, "bob", map[string]any{"uri": "ada_channel@elsewhere.example"}, 404},
		"an account":          {"POST", subs, "bob", map[string]any{"uri": "ada"}, 404},
		"list unsigned":       {"GET", subs, "", nil, 401},
		"another sort":        {"GET", subs + "?sort=name", "bob", nil, 400},
		"too many":            {"GET", subs + "?count=101", "bob", nil, 400},
		"exist unsigned":      {"GET", subs + "/exist?uris=a", "", nil, 401},
		"exist of nothing":    {"GET", subs + "/exist", "bob", nil, 400},
		"exist of no handle":  {"GET", subs + "/exist?uris=a%20b", "bob", nil, 400},
		"exist of too many":   {"GET", subs + "/exist?" + strings.Repeat("uris=a&", 101), "bob", nil, 400},
		"videos unsigned":     {"GET", subs + "/videos", "", nil, 401},
		"videos badly sorted": {"GET", subs + "/videos?sort=x", "bob", nil, 400},
		"show unsigned":       {"GET", subs + "/ada_channel", "", nil, 401},
		"show what is not":    {"GET", subs + "/ada_channel", "bob", nil, 404},
		"end unsigned":        {"DELETE", subs + "/ada_channel", "", nil, 401},
		"end what is not":     {"DELETE", subs + "/ada_channel", "bob", nil, 404},
		"end what nobody has": {"DELETE", subs + "/none", "bob", nil, 404},
		"end of three parts":  {"DELETE", subs + "/a@b@c", "bob", nil, 400},
	} {
		if r := f.send(c.method, c.path, f.as(c.who), c.body); r.status != c.status {
			t.Errorf("%s: %d, not %d: %s", name, r.status, c.status, r.body)
		}
	}
	if n := f.one(`SELECT count(*) FROM follow`); n != 0 {
		t.Errorf("%d follow", n)
	}
}

const history = "/api/v1/users/me/history/videos"

func TestHistory(t *testing.T) {
	f := newFilms(t)
	a, b, c := f.add(video.Draft{Name: "Älpha"}, api.Published), f.add(video.Draft{Name: "Beta"}, api.Published), f.add(video.Draft{Name: "Gamma"}, api.Published)
	for i, v := range []video.Video{a, b, c} {
		f.send("PUT", path(v, "/watching"), f.as("bob"), map[string]any{"currentTime": 10 + i}).into(204, nil)
		f.set(`UPDATE video_watch SET updated_at = now() - make_interval(days => $1) WHERE video_id = $2`, 3-i, v.ID)
	}
	list := func(query string) (string, api.Page[api.Video]) {
		var page api.Page[api.Video]
		f.get(history+query, f.as("bob")).into(200, &page)
		return videoNames(page), page
	}
	for query, want := range map[string]string{"": "Gamma Beta Älpha", "?count=1&start=1": "Beta", "?search=alp": "Älpha", "?search=%25": "", "?count=0": ""} {
		if got, page := list(query); got != want || page.Data == nil || !strings.Contains(query, "search") && page.Total != 3 {
			t.Errorf("%s: %s of %d", query, got, page.Total)
		}
	}
	if _, page := list("?count=1"); page.Data[0].UserHistory == nil || page.Data[0].UserHistory.CurrentTime != 12 {
		t.Errorf("got %+v", page.Data[0].UserHistory)
	}
	f.set(`UPDATE video SET privacy = 3 WHERE id = $1`, c.ID)
	if got, page := list(""); got != "Beta Älpha" || page.Total != 2 {
		t.Errorf("got %s", got)
	}
	f.send("DELETE", history+"/"+b.UUID.String(), f.as("bob"), nil).into(204, nil)
	if got, _ := list(""); got != "Älpha" {
		t.Errorf("got %s", got)
	}
	f.send("PUT", path(b, "/watching"), f.as("bob"), map[string]any{"currentTime": 1}).into(204, nil)
	before := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	f.ask(ask{method: "POST", path: history + "/remove", kind: formType, body: "beforeDate=" + before, header: auth(f.as("bob"))}).into(204, nil)
	if got, _ := list(""); got != "Beta" {
		t.Errorf("got %s", got)
	}
	f.send("PUT", "/api/v1/users/me", f.as("bob"), map[string]any{"videosHistoryEnabled": false}).into(204, nil)
	f.send("PUT", path(a, "/watching"), f.as("bob"), map[string]any{"currentTime": 1}).into(204, nil)
	if got, _ := list(""); got != "Beta" {
		t.Errorf("without a history: %s", got)
	}
	f.send("PUT", path(b, "/watching"), f.as("ada"), map[string]any{"currentTime": 1}).into(204, nil)
	f.send("POST", history+"/remove", f.as("bob"), nil).into(204, nil)
	if n := f.one(`SELECT count(*) FROM video_watch`); n != 1 {
		t.Errorf("%d are left; that of ada should be", n)
	}
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"list unsigned":   {"GET", history, "", nil, 401},
		"a long search":   {"GET", history + "?search=" + strings.Repeat("x", 201), "bob", nil, 400},
		"before zero":     {"GET", history + "?start=-1", "bob", nil, 400},
		"forget unsigned": {"DELETE", fmt.Sprintf("%s/%d", history, b.ID), "", nil, 401},
		"forget nothing":  {"DELETE", history + "/999999", "bob", nil, 404},
		"forget no id":    {"DELETE", history + "/x y", "bob", nil, 400},
		"clear unsigned":  {"POST", history + "/remove", "", nil, 401},
		"clear no date":   {"POST", history + "/remove", "bob", map[string]any{"beforeDate": "yesterday"}, 400},
	} {
		if r := f.send(c.method, strings.ReplaceAll(c.path, " ", "%20"), f.as(c.who), c.body); r.status != c.status {
			t.Errorf("%s: %d, not %d: %s", name, r.status, c.status, r.body)
		}
	}
}
