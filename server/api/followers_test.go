package api

import (
	"strings"
	"testing"

	"shoal/shared/api"
)

func TestFollowers(t *testing.T) {
	f := newFilms(t)
	for _, who := range []string{"bob", "cara", "dora"} {
		f.as(who)
	}
	follow := func(who, channel string) {
		f.send("POST", subs, f.as(who), map[string]any{"uri": channel}).into(204, nil)
	}
	follow("bob", "ada_channel")
	follow("cara", "ada_channel")
	f.send("POST", "/api/v1/video-channels", f.as("ada"), map[string]any{"name": "ada_second", "displayName": "Second"}).into(200, nil)
	follow("dora", "ada_second")
	follow("dora", "bob_channel")
	names := func(page api.Page[api.Follow]) string {
		var out []string
		for _, one := range page.Data {
			out = append(out, one.Follower.Name+">"+one.Following.Name)
		}
		return strings.Join(out, " ")
	}
	const ofChannel, ofAccount = "/api/v1/video-channels/ada_channel/followers", "/api/v1/accounts/ada/followers"
	for path, want := range map[string]string{
		ofChannel:                     "cara>ada_channel bob>ada_channel",
		ofChannel + "?sort=createdAt": "bob>ada_channel cara>ada_channel",
		ofChannel + "?search=BOB":     "bob>ada_channel",
		ofChannel + "?start=1":        "bob>ada_channel",
		ofChannel + "?count=1":        "cara>ada_channel",
		ofAccount:                     "dora>ada_second cara>ada_channel bob>ada_channel",
		"/api/v1/accounts/bob@" + host(f.url) + "/followers": "dora>bob_channel",
	} {
		var page api.Page[api.Follow]
		token := f.as("ada")
		if strings.Contains(path, "bob@") {
			token = f.as("bob")
		}
		f.get(path, token).into(200, &page)
		if names(page) != want {
			t.Errorf("%s: got %s, want %s", path, names(page), want)
		}
		if strings.Contains(path, "search") && page.Total != 1 {
			t.Errorf("%s: total %d", path, page.Total)
		}
	}
	var page api.Page[api.Follow]
	f.get(ofChannel+"?count=1", f.as("ada")).into(200, &page)
	if one := page.Data[0]; page.Total != 2 || one.State != "accepted" || one.Score != 1000 || one.Follower.Host != host(f.url) ||
		one.Follower.FollowingCount != 1 || one.Following.FollowersCount != 2 || one.Follower.Avatars == nil || one.Follower.Banners == nil {
		t.Errorf("got %+v", one)
	}
	f.join("mod", api.Moderator)
	f.get(ofChannel, f.signIn("mod").AccessToken).into(200, nil)
	f.get(ofAccount, f.signIn("mod").AccessToken).into(200, nil)
	for _, path := range []string{ofChannel, ofAccount} {
		f.get(path, "").refused(401, "unauthorized_request")
		f.get(path, f.as("bob")).refused(403, "")
		f.get(path+"?sort=name", f.as("ada")).refused(400, "")
		f.get(path+"?count=101", f.as("ada")).refused(400, "")
		f.get(path+"?search="+strings.Repeat("a", 2000), f.as("ada")).refused(400, "")
	}
	f.get("/api/v1/video-channels/nobody/followers", f.as("ada")).refused(404, "")
	f.get("/api/v1/accounts/nobody/followers", f.as("ada")).refused(404, "")
}
