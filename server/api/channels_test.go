package api

import (
	"context"
	"strings"
	"testing"

	"shoal/shared/api"
)

func TestChannels(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	g.join("bob", api.Member)
	token := g.signIn("ada").AccessToken
	const list = "/api/v1/video-channels"
	var made api.ChannelCreated
	g.send("POST", list, token, map[string]any{"name": "Zoo.tv", "displayName": "Films of zoos", "description": "Films", "support": "Thanks"}).into(200, &made)
	var c api.Channel
	g.get(list+"/zoo.TV", "").into(200, &c)
	if c.ID != made.VideoChannel.ID || c.Name != "Zoo.tv" || c.URL != g.url+"/video-channels/Zoo.tv" || c.Host != host(g.url) ||
		*c.Description != "Films" || *c.Support != "Thanks" || !c.IsLocal || c.OwnerAccount.Name != "ada" {
		t.Errorf("got %+v", c)
	}
	g.send("PUT", list+"/Zoo.tv", token, map[string]any{"displayName": "Films", "support": ""}).into(204, nil)
	g.get(list+"/Zoo.tv@"+host(g.url), "").into(200, &c)
	if c.DisplayName != "Films" || c.Support != nil || *c.Description != "Films" {
		t.Errorf("got %+v", c)
	}
	for query, want := range map[string]string{
		"":                       "Zoo.tv bob_channel ada_channel",
		"?sort=createdAt":        "ada_channel bob_channel Zoo.tv",
		"?sort=name":             "ada_channel bob_channel Zoo.tv",
		"?sort=-name&count=1":    "Zoo.tv",
		"?count=0":               "",
		"?start=10":              "",
		"?search=FILM":           "Zoo.tv",
		"?search=%25":            "",
		"?sort=-name&start=1":    "bob_channel ada_channel",
		"?sort=updatedAt&nsfw=1": "ada_channel bob_channel Zoo.tv",
	} {
		var page api.Page[api.Channel]
		g.get(list+query, "").into(200, &page)
		var names []string
		for _, c := range page.Data {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
		if page.Data == nil || !strings.Contains(query, "search") && query != "?count=0" && page.Total != 3 {
			t.Errorf("%s: total %d, data %v", query, page.Total, page.Data)
		}
	}
	var own api.Page[api.Channel]
	g.get("/api/v1/accounts/ada/video-channels", "").into(200, &own)
	if own.Total != 2 {
		t.Errorf("ada has %d channels", own.Total)
	}
	g.send("DELETE", list+"/ada_channel", token, nil).into(204, nil)
	g.send("DELETE", list+"/Zoo.tv", token, nil).refused(409, "")
	g.get(list+"/ada_channel", "").refused(404, "")
	// The name is free again.
	g.send("POST", list, token, map[string]any{"name": "ada_channel", "displayName": "Again"}).into(200, nil)
}

func TestRefusedChannels(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	g.join("bob", api.Member)
	token := g.signIn("ada").AccessToken
	for name, c := range map[string]struct {
		in     map[string]any
		status int
	}{
		"no name":           {map[string]any{"displayName": "x"}, 400},
		"no display name":   {map[string]any{"name": "x"}, 400},
		"blank name":        {map[string]any{"name": "x", "displayName": "  "}, 400},
		"slash":             {map[string]any{"name": "a/b", "displayName": "x"}, 400},
		"at":                {map[string]any{"name": "a@b", "displayName": "x"}, 400},
		"long":              {map[string]any{"name": strings.Repeat("a", 51), "displayName": "x"}, 400},
		"long display name": {map[string]any{"name": "x", "displayName": strings.Repeat("ü", 121)}, 400},
		"long description":  {map[string]any{"name": "x", "displayName": "x", "description": strings.Repeat("ü", 1001)}, 400},
		"an account's name": {map[string]any{"name": "BOB", "displayName": "x"}, 409},
		"a channel's name":  {map[string]any{"name": "bob_channel", "displayName": "x"}, 409},
	} {
		t.Run(name, func(t *testing.T) { g.send("POST", "/api/v1/video-channels", token, c.in).refused(c.status, "") })
	}
	for i := 1; i < 20; i++ {
		g.send("POST", "/api/v1/video-channels", token, map[string]any{"name": "c" + strings.Repeat("x", i), "displayName": "x"}).into(200, nil)
	}
	g.send("POST", "/api/v1/video-channels", token, map[string]any{"name": "onemore", "displayName": "x"}).refused(400, "")
}

func TestAChannelGoesWithItsVideos(t *testing.T) {
	g := newRig(t)
	g.join("ada", api.Member)
	token := g.signIn("ada").AccessToken
	var made api.ChannelCreated
	g.send("POST", "/api/v1/video-channels", token, map[string]any{"name": "films", "displayName": "Films"}).into(200, &made)
	g.exec(`INSERT INTO video (channel_id, url, name, privacy, state) VALUES ($1, 'a', 'Ducks', 1, 1), ($1, 'b', 'Geese', 1, 2)`, made.VideoChannel.ID)
	support := func() (n int) {
		if err := g.pool.QueryRow(context.Background(), `SELECT count(*) FROM video WHERE support = 'Thanks'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	g.send("PUT", "/api/v1/video-channels/films", token, map[string]any{"support": "Thanks"}).into(204, nil)
	if n := support(); n != 0 {
		t.Errorf("%d videos changed unasked", n)
	}
	g.send("PUT", "/api/v1/video-channels/films", token, map[string]any{"support": "Thanks", "bulkVideosSupportUpdate": true}).into(204, nil)
	if n := support(); n != 2 {
		t.Errorf("%d videos changed", n)
	}
	g.send("DELETE", "/api/v1/video-channels/films", token, nil).into(204, nil)
	var left, jobs int
	err := g.pool.QueryRow(context.Background(), `
		SELECT (SELECT count(*) FROM video), (SELECT count(*) FROM river_job WHERE kind = 'video-files-gone')`).Scan(&left, &jobs)
	if err != nil || left != 0 || jobs != 2 {
		t.Errorf("%d videos left, %d jobs, %v", left, jobs, err)
	}
	// The last channel stays, with its videos.
	var c api.Channel
	g.get("/api/v1/video-channels/ada_channel", "").into(200, &c)
	g.exec(`INSERT INTO video (channel_id, url, name, privacy, state) VALUES ($1, 'a', 'Ducks', 1, 1)`, c.ID)
	g.send("DELETE", "/api/v1/video-channels/ada_channel", token, nil).refused(409, "")
	g.get("/api/v1/video-channels/ada_channel", "").into(200, &c)
	if c.VideosCount != 1 {
		t.Errorf("%d videos", c.VideosCount)
	}
}
