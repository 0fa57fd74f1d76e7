package api

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/instance"
	"shoal/shared/api"
)

const customPath = "/api/v1/config/custom"

func TestWhatAdministratorsChangeHoldsAtOnce(t *testing.T) {
	o := newOffice(t)
	for method, in := range map[string]any{"GET": nil, "PUT": map[string]any{}, "DELETE": nil} {
		o.send(method, customPath, "", in).refused(401, "unauthorized_request")
		o.send(method, customPath, o.ada, in).refused(403, "")
		o.send(method, customPath, o.mod, in).refused(403, "")
	}
	var before, after api.CustomConfig
	o.get(customPath, o.root).into(200, &before)
	r := o.send("PUT", customPath, o.root, map[string]any{
		"instance": map[string]any{
			"name": "Ducks", "terms": "Be kind.", "languages": []string{"de"}, "categories": []int{1}, "defaultNSFWPolicy": "warn",
			"social": map[string]any{"mastodonLink": "https://social.example/@ducks"}, "support": map[string]any{"text": "Bread"},
		},
		"signup":           map[string]any{"enabled": true, "limit": 50, "requiresApproval": true},
		"user":             map[string]any{"videoQuota": 5000},
		"videoChannels":    map[string]any{"maxPerUser": 3},
		"theme":            map[string]any{"customization": map[string]any{"primaryColor": "#ff8800"}},
		"broadcastMessage": map[string]any{"enabled": true, "message": "Hi", "level": "warning"},
		"defaults":         map[string]any{"publish": map[string]any{"licence": 7, "privacy": 2}, "p2p": map[string]any{"embed": map[string]any{"enabled": false}}},
		"trending":         map[string]any{"videos": map[string]any{"algorithms": map[string]any{"enabled": []string{"hot"}, "default": "hot"}}},
		"live":             map[string]any{"enabled": true}, // not built: stays off
		"unknown":          map[string]any{"x": 1},
	})
	r.into(200, &after)
	if after.Instance.Name != "Ducks" || after.SignUp.Limit != 50 || after.Live.Enabled || after.Instance.ShortDescription != before.Instance.ShortDescription {
		t.Errorf("got %s", r.body)
	}
	var c api.Config
	o.get("/api/v1/config", "").into(200, &c)
	if c.Instance.Name != "Ducks" || c.Instance.NSFWPolicy != "warn" || c.Instance.Support.Text != "Bread" || c.Instance.Social.Mastodon == "" ||
		!c.SignUp.Allowed || !c.SignUp.RequiresApproval || c.User.Quota != 5000 || c.VideoChannels.MaxPerUser != 3 ||
		c.Theme.Customization["primaryColor"] != "#ff8800" || c.BroadcastMessage.Message != "Hi" || *c.Defaults.Publish.Licence != 7 ||
		c.Defaults.P2P.Embed.Enabled || !c.Defaults.P2P.Webapp.Enabled || c.Trending.Videos.Algorithms.Default != "hot" || c.Live.Enabled {
		t.Errorf("got %+v", c)
	}
	var about api.About
	if o.get("/api/v1/config/about", "").into(200, &about); about.Instance.Terms != "Be kind." || about.Instance.Categories[0] != 1 {
		t.Errorf("got %+v", about)
	}
	// What an app read it may send back whole.
	whole := o.get(customPath, o.root)
	o.ask(ask{method: "PUT", path: customPath, kind: "application/json", body: string(whole.body), header: auth(o.root)}).into(200, nil)
	if again := o.get(customPath, o.root); string(again.body) != string(whole.body) {
		t.Errorf("%s\nbecame\n%s", whole.body, again.body)
	}
	o.ask(ask{method: "PUT", path: customPath, kind: formType, body: "instance[name]=Geese&signup[enabled]=false", header: auth(o.root)}).into(200, &after)
	if after.Instance.Name != "Geese" || after.SignUp.Enabled || after.SignUp.Limit != 50 {
		t.Errorf("got %+v", after)
	}
	o.send("DELETE", customPath, o.root, nil).into(200, nil)
	if o.get(customPath, o.root).into(200, &after); after.Instance.Name != before.Instance.Name || after.VideoChannels.MaxPerUser != 20 {
		t.Errorf("got %+v", after)
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE who = 'root' AND domain = 'config'`); n != 4 {
		t.Errorf("%d lines in the list of changes", n)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	o := newOffice(t)
	for name, in := range map[string]string{
		"no name":          `{"instance":{"name":""}}`,
		"long name":        `{"instance":{"name":"` + strings.Repeat("x", 121) + `"}}`,
		"long description": `{"instance":{"shortDescription":"` + strings.Repeat("x", 251) + `"}}`,
		"long terms":       `{"instance":{"terms":"` + strings.Repeat("x", 50_001) + `"}}`,
		"policy":           `{"instance":{"defaultNSFWPolicy":"shout"}}`,
		"category":         `{"instance":{"categories":[99]}}`,
		"script link":      `{"instance":{"social":{"xLink":"javascript:alert(1)"}}}`,
		"front":            `{"instance":{"defaultClientRoute":"https://evil.example"}}`,
		"colour":           `{"theme":{"customization":{"primaryColor":"red;} body{display:none"}}}`,
		"unknown colour":   `{"theme":{"customization":{"mood":"red"}}}`,
		"limit":            `{"signup":{"limit":-2}}`,
		"age":              `{"signup":{"minimumAge":-1}}`,
		"quota":            `{"user":{"videoQuota":-2}}`,
		"channel name":     `{"user":{"defaultChannelName":" "}}`,
		"channels":         `{"videoChannels":{"maxPerUser":0}}`,
		"admin":            `{"admin":{"email":"a@example.org, b@example.org"}}`,
		"level":            `{"broadcastMessage":{"level":"shout"}}`,
		"privacy":          `{"defaults":{"publish":{"privacy":9}}}`,
		"licence":          `{"defaults":{"publish":{"licence":99}}}`,
		"comments":         `{"defaults":{"publish":{"commentsPolicy":0}}}`,
		"player":           `{"defaults":{"player":{"theme":"x"}}}`,
		"trending":         `{"trending":{"videos":{"algorithms":{"enabled":["x"],"default":"x"}}}}`,
		"default trend":    `{"trending":{"videos":{"algorithms":{"enabled":["hot"],"default":"best"}}}}`,
		"sort":             `{"client":{"browseVideos":{"defaultSort":"-password"}}}`,
		"scope":            `{"client":{"browseVideos":{"defaultScope":"all"}}}`,
		"type":             `{"instance":{"name":5}}`,
		"half":             `{"instance":{"name":"Half"`,
		"NUL":              `{"instance":{"name":"a\u0000"}}`,
		"second part bad":  `{"instance":{"name":"Half"},"videoChannels":{"maxPerUser":0}}`,
	} {
		t.Run(name, func(t *testing.T) {
			o.ask(ask{method: "PUT", path: customPath, kind: "application/json", body: in, header: auth(o.root)}).refused(400, "")
		})
	}
	o.ask(ask{method: "PUT", path: customPath, kind: "application/json", body: strings.Repeat(" ", maxBody+1), header: auth(o.root)}).refused(413, "")
	o.ask(ask{method: "PUT", path: customPath, kind: "text/plain", body: "x", header: auth(o.root)}).refused(415, "")
	var c api.CustomConfig
	if o.get(customPath, o.root).into(200, &c); c.Instance.Name != "Shoal" {
		t.Errorf("a refused change stays: %s", c.Instance.Name)
	}
}

func TestSettingsThatNeedLetters(t *testing.T) {
	g := newRig(t)
	g.join("root", api.Administrator)
	token := g.signIn("root").AccessToken
	for _, in := range []string{`{"signup":{"enabled":true,"requiresEmailVerification":true}}`, `{"contactForm":{"enabled":true}}`} {
		g.ask(ask{method: "PUT", path: customPath, kind: "application/json", body: in, header: auth(token)}).refused(400, "")
	}
}

func TestChangesOfTwoAdministratorsAddUp(t *testing.T) {
	o := newOffice(t)
	var wg sync.WaitGroup
	for _, in := range []map[string]any{
		{"instance": map[string]any{"name": "Ducks"}}, {"instance": map[string]any{"terms": "Kind"}}, {"admin": map[string]any{"email": "root@example.org"}},
	} {
		wg.Go(func() { o.send("PUT", customPath, o.root, in).into(200, nil) })
	}
	wg.Wait()
	var c api.CustomConfig
	if o.get(customPath, o.root).into(200, &c); c.Instance.Name != "Ducks" || c.Instance.Terms != "Kind" || c.Admin.Email != "root@example.org" {
		t.Errorf("got %+v", c)
	}
}

func TestAnotherNodeHearsOfAChange(t *testing.T) {
	o := newOffice(t)
	other := &instance.Instance{Pool: o.pool}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = other.Watch(ctx, o.pool, o.server.Log) }()
	defer func() { cancel(); <-ended }()
	await(t, o.pool, 1, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN shoal_settings' AND state = 'idle'`)
	if _, err := other.Settings(ctx); err != nil {
		t.Fatal(err)
	}
	o.send("PUT", customPath, o.root, map[string]any{"instance": map[string]any{"name": "Ducks"}}).into(200, nil)
	for end := time.Now().Add(patience); ; {
		s, err := other.Settings(ctx)
		if err != nil || time.Now().After(end) {
			t.Fatal(err, s.Name)
		}
		if s.Name == "Ducks" {
			break
		}
	}
}

func TestTheFrontPage(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/custom-pages/homepage/instance"
	o.get(path, "").refused(404, "")
	put := func(token string, in any) reply { return o.send("PUT", path, token, in) }
	put("", map[string]any{"content": "# Hi"}).refused(401, "unauthorized_request")
	put(o.mod, map[string]any{"content": "# Hi"}).refused(403, "")
	put(o.root, map[string]any{}).refused(400, "")
	put(o.root, map[string]any{"content": strings.Repeat("x", 50_001)}).refused(400, "")
	put(o.root, map[string]any{"content": "# Hi"}).into(204, nil)
	var h api.Homepage
	var c api.Config
	o.get(path, "").into(200, &h)
	if o.get("/api/v1/config", "").into(200, &c); h.Content != "# Hi" || !c.Homepage.Enabled {
		t.Errorf("got %+v", h)
	}
	put(o.root, map[string]any{"content": ""}).into(204, nil)
	o.get(path, "").refused(404, "")
}
