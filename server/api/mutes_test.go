package api

import (
	"fmt"
	"strings"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

const (
	mine = "/api/v1/users/me/blocklist"
	ours = "/api/v1/server/blocklist"
)

func TestBlocks(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.say("bob", v, 0, "Hello")
	f.say("cara", v, 0, "Hello, too")
	for prefix, who := range map[string]string{mine: "ada", ours: "mod"} {
		f.send("POST", prefix+"/accounts", f.as(who), map[string]any{"accountName": "bob@" + host(f.url)}).into(204, nil)
		f.send("POST", prefix+"/accounts", f.as(who), map[string]any{"accountName": "bob"}).into(204, nil) // twice is once
		f.send("POST", prefix+"/servers", f.as(who), map[string]any{"host": "Bad.example:8443"}).into(204, nil)
		f.send("POST", prefix+"/servers", f.as(who), map[string]any{"host": "worse.example"}).into(204, nil)
		var accounts api.Page[api.AccountBlock]
		f.get(prefix+"/accounts", f.as(who)).into(200, &accounts)
		if accounts.Total != 1 || accounts.Data[0].Blocked.Name != "bob" || accounts.Data[0].By.Host != host(f.url) || accounts.Data[0].CreatedAt.IsZero() {
			t.Errorf("%s: %+v", prefix, accounts)
		}
		f.get(prefix+"/accounts?search=cara", f.as(who)).into(200, &accounts)
		if accounts.Total != 0 || accounts.Data == nil {
			t.Errorf("%s: %+v", prefix, accounts)
		}
		var hosts api.Page[api.HostBlock]
		f.get(prefix+"/servers?sort=createdAt", f.as(who)).into(200, &hosts)
		if hosts.Total != 2 || hosts.Data[0].Blocked.Host != "bad.example:8443" {
			t.Errorf("%s: %+v", prefix, hosts)
		}
		see := func(who string) int {
			var threads api.Threads
			f.get(path(v, "/comment-threads"), f.as(who)).into(200, &threads)
			return len(threads.Data)
		}
		if ada, others := see("ada"), see("cara"); ada != 1 || (prefix == ours) != (others == 1) {
			t.Errorf("%s: ada sees %d, cara %d", prefix, ada, others)
		}
		var status api.BlockStatus
		f.get("/api/v1/blocklist/status?accounts=bob&accounts=cara@"+host(f.url)+"&hosts=bad.example:8443&hosts=fine.example", f.as("ada")).into(200, &status)
		want := api.Blocked{ByUser: prefix == mine, ByServer: prefix == ours}
		if status.Accounts["bob"] != want || status.Hosts["bad.example:8443"] != want || status.Accounts["cara@"+host(f.url)] != (api.Blocked{}) || len(status.Hosts) != 2 {
			t.Errorf("%s: %+v", prefix, status)
		}
		f.send("DELETE", prefix+"/accounts/bob", f.as(who), nil).into(204, nil)
		f.send("DELETE", prefix+"/accounts/bob", f.as(who), nil).refused(404, "")
		f.send("DELETE", prefix+"/servers/BAD.example:8443", f.as(who), nil).into(204, nil)
		f.send("DELETE", prefix+"/servers/bad.example:8443", f.as(who), nil).refused(404, "")
		f.send("DELETE", prefix+"/servers/worse.example", f.as(who), nil).into(204, nil)
		if n := see("ada"); n != 2 {
			t.Errorf("ada sees %d", n)
		}
	}
}

func TestListsLeaveOutWhomAViewerBlocks(t *testing.T) {
	f := newFilms(t)
	f.add(video.Draft{Name: "Ducks"}, api.Published)
	paths := []string{"/api/v1/videos", "/api/v1/search/videos?search=ducks", "/api/v1/search/video-channels?search=ada"}
	total := func(path, who string) int64 {
		var page api.Page[struct{}]
		f.get(path, f.as(who)).into(200, &page)
		return page.Total
	}
	f.send("POST", mine+"/accounts", f.as("bob"), map[string]any{"accountName": "ada"}).into(204, nil)
	for _, path := range paths {
		if bob, cara := total(path, "bob"), total(path, "cara"); bob != 0 || cara != 1 {
			t.Errorf("%s: bob sees %d, cara %d", path, bob, cara)
		}
	}
	f.send("POST", ours+"/accounts", f.as("mod"), map[string]any{"accountName": "ada"}).into(204, nil)
	for _, path := range paths {
		if cara, guest := total(path, "cara"), total(path, ""); cara != 0 || guest != 0 {
			t.Errorf("%s: cara sees %d, a guest %d", path, cara, guest)
		}
	}
}

func TestBlocksRefused(t *testing.T) {
	f := newFilms(t)
	f.as("cara")
	for _, prefix := range []string{mine, ours} {
		for name, c := range map[string]struct {
			method, path string
			body         any
			status       int
		}{
			"nobody":            {"POST", "/accounts", map[string]any{"accountName": "nobody"}, 404},
			"without a name":    {"POST", "/accounts", map[string]any{}, 400},
			"no name":           {"POST", "/accounts", map[string]any{"accountName": "a b"}, 400},
			"oneself":           {"POST", "/accounts", map[string]any{"accountName": "mod"}, 409},
			"no host":           {"POST", "/servers", map[string]any{"host": "https://bad.example/"}, 400},
			"without a host":    {"POST", "/servers", map[string]any{}, 400},
			"our own host":      {"POST", "/servers", map[string]any{"host": host(f.url)}, 409},
			"free nobody":       {"DELETE", "/accounts/nobody", nil, 404},
			"free someone free": {"DELETE", "/accounts/cara", nil, 404},
			"free a host":       {"DELETE", "/servers/free.example", nil, 404},
			"free no host":      {"DELETE", "/servers/a_b", nil, 400},
			"another sort":      {"GET", "/accounts?sort=name", nil, 400},
			"hosts sorted":      {"GET", "/servers?sort=host", nil, 400},
			"too many":          {"GET", "/servers?count=101", nil, 400},
		} {
			if r := f.send(c.method, prefix+c.path, f.as("mod"), c.body); r.status != c.status {
				t.Errorf("%s %s: %d, not %d: %s", prefix, name, r.status, c.status, r.body)
			}
			if r := f.send(c.method, prefix+c.path, "", c.body); r.status != 401 {
				t.Errorf("%s %s unsigned: %d", prefix, name, r.status)
			}
			if prefix == ours {
				f.send(c.method, prefix+c.path, f.as("cara"), c.body).refused(403, "")
			}
		}
	}
	if n := f.one(`SELECT (SELECT count(*) FROM account_block) + (SELECT count(*) FROM host_block)`); n != 0 {
		t.Errorf("%d are blocked", n)
	}
	for name, c := range map[string]struct {
		method, path, who string
		status            int
	}{
		"status of no handle":     {"GET", "/api/v1/blocklist/status?accounts=a%20b", "", 400},
		"status of no host":       {"GET", "/api/v1/blocklist/status?hosts=a_b", "", 400},
		"status of nothing":       {"GET", "/api/v1/blocklist/status", "", 200},
		"status of too many":      {"GET", "/api/v1/blocklist/status?" + strings.Repeat("hosts=a.b&", 101), "", 400},
		"log":                     {"GET", ours + "/public-log", "", 403},
		"subscriptions":           {"GET", ours + "/subscriptions", "mod", 200},
		"subscriptions of others": {"GET", ours + "/subscriptions", "cara", 403},
		"subscribe":               {"POST", ours + "/subscriptions", "mod", 501},
		"end a subscription":      {"DELETE", ours + "/subscriptions/1", "mod", 404},
	} {
		if r := f.send(c.method, c.path, f.as(c.who), nil); r.status != c.status {
			t.Errorf("%s: %d, not %d: %s", name, r.status, c.status, r.body)
		}
	}
}

func TestWatchedWords(t *testing.T) {
	f := newFilms(t)
	for owner, who := range map[string]string{"/accounts/ada": "ada", "/server": "mod"} {
		words, tags := "/api/v1/watched-words"+owner, "/api/v1/automatic-tags"+owner
		field, policy := "review", "/api/v1/automatic-tags/policies/accounts/ada/comments"
		if owner == "/server" {
			field, policy = "autoBlock", "/api/v1/automatic-tags/policies/server/videos"
		}
		var made struct {
			List struct {
				ID int64 `json:"id"`
			} `json:"watchedWordsList"`
		}
		f.send("POST", words+"/lists", f.as(who), map[string]any{"listName": "rude", "words": []string{"darn", "bad word"}}).into(200, &made)
		at := fmt.Sprintf("%s/lists/%d", words, made.List.ID)
		var page api.Page[api.WatchedWords]
		f.get(words+"/lists", f.as(who)).into(200, &page)
		if page.Total != 1 || page.Data[0].Name != "rude" || strings.Join(page.Data[0].Words, ",") != "darn,bad word" {
			t.Errorf("got %+v", page)
		}
		f.send("PUT", policy, f.as(who), map[string]any{field: []string{"rude", "external-link"}}).into(204, nil)
		f.send("PUT", at, f.as(who), map[string]any{"listName": "ruder", "words": []string{"heck"}}).into(204, nil)
		var all map[string][]string
		f.get(policy, f.as(who)).into(200, &all)
		if got := strings.Join(all[field], ","); got != "external-link,ruder" || len(all) != 1 {
			t.Errorf("got %v", all)
		}
		var available api.AutoTags
		f.get(tags+"/available", f.as(who)).into(200, &available)
		if len(available.Available) != 2 || available.Available[0] != (api.AutoTag{Name: "external-link", Type: "core"}) || available.Available[1].Name != "ruder" {
			t.Errorf("got %+v", available)
		}
		for name, c := range map[string]struct {
			method, path string
			body         any
			status       int
		}{
			"same name":          {"POST", words + "/lists", map[string]any{"listName": "RUDER", "words": []string{"x"}}, 409},
			"no name":            {"POST", words + "/lists", map[string]any{"listName": " ", "words": []string{"x"}}, 400},
			"no words":           {"POST", words + "/lists", map[string]any{"listName": "x", "words": []string{}}, 400},
			"empty word":         {"POST", words + "/lists", map[string]any{"listName": "x", "words": []string{" "}}, 400},
			"twice a word":       {"POST", words + "/lists", map[string]any{"listName": "x", "words": []string{"a", "a"}}, 400},
			"words of a kind":    {"POST", words + "/lists", map[string]any{"listName": "x", "words": 3}, 400},
			"long name":          {"PUT", at, map[string]any{"listName": strings.Repeat("x", 101), "words": []string{"x"}}, 400},
			"change nothing":     {"PUT", words + "/lists/999999", map[string]any{"listName": "x", "words": []string{"x"}}, 404},
			"change no number":   {"PUT", words + "/lists/x", map[string]any{"listName": "x", "words": []string{"x"}}, 400},
			"delete nothing":     {"DELETE", words + "/lists/999999", nil, 404},
			"another sort":       {"GET", words + "/lists?sort=words", nil, 400},
			"an unknown tag":     {"PUT", policy, map[string]any{field: []string{"rude"}}, 400},
			"no tags":            {"PUT", policy, map[string]any{}, 400},
			"subscribe":          {"POST", words + "/subscriptions", map[string]any{"url": "https://x.example/"}, 501},
			"subscriptions":      {"GET", words + "/subscriptions", nil, 200},
			"end a subscription": {"DELETE", words + "/subscriptions/1", nil, 404},
		} {
			if r := f.send(c.method, c.path, f.as(who), c.body); r.status != c.status {
				t.Errorf("%s %s: %d, not %d: %s", owner, name, r.status, c.status, r.body)
			}
			if r := f.send(c.method, c.path, "", c.body); r.status != 401 {
				t.Errorf("%s %s unsigned: %d", owner, name, r.status)
			}
			f.send(c.method, c.path, f.as("bob"), c.body).refused(403, "")
		}
		f.get(policy, f.as(who)).into(200, &all)
		if got := strings.Join(all[field], ","); got != "external-link,ruder" {
			t.Errorf("a refusal left %v", all)
		}
		// A list is its owner's: it cannot be reached through others.
		through := strings.Replace(at, owner, "/accounts/bob", 1)
		f.send("DELETE", through, f.as("bob"), nil).refused(404, "")
		f.send("PUT", through, f.as("bob"), map[string]any{"listName": "x", "words": []string{"x"}}).refused(404, "")
		f.send("DELETE", at, f.as(who), nil).into(204, nil)
		all = nil
		if f.get(policy, f.as(who)).into(200, &all); strings.Join(all[field], ",") != "external-link" {
			t.Errorf("got %v", all)
		}
	}
	f.get("/api/v1/watched-words/accounts/ada/lists", f.as("mod")).into(200, nil) // moderators look after all
	f.get("/api/v1/watched-words/accounts/nobody/lists", f.as("mod")).refused(404, "")
}

func TestAutomaticTagsOfVideos(t *testing.T) {
	f := newFilms(t)
	f.as("mod")
	f.send("POST", "/api/v1/watched-words/server/lists", f.as("mod"), map[string]any{"listName": "rude", "words": []string{"darn"}}).into(200, nil)
	f.add(video.Draft{Name: "Darn early"}, api.Published)
	f.send("PUT", "/api/v1/automatic-tags/policies/server/videos", f.as("mod"), map[string]any{"autoBlock": []string{"rude"}}).into(204, nil)
	about := "See https://elsewhere.example/"
	rude, link := f.add(video.Draft{Name: "Darn ducks"}, api.Published), f.add(video.Draft{Name: "Nice ducks", Description: &about}, api.Published)
	var page api.Page[api.Video]
	f.get("/api/v1/videos", "").into(200, &page)
	if got := videoNames(page); got != "Nice ducks Darn early" {
		t.Errorf("everybody sees %s", got)
	}
	for tag, want := range map[string]string{"rude": "Darn ducks Darn early", "external-link": "Nice ducks", "none": ""} {
		f.get("/api/v1/videos?include=2&autoTagOneOf="+tag, f.as("mod")).into(200, &page)
		if got := videoNames(page); got != want {
			t.Errorf("%s: %s", tag, got)
		}
	}
	f.get("/api/v1/videos?autoTagOneOf=rude", f.as("bob")).refused(401, "")
	if got := f.heard("mod", ""); got != "12" {
		t.Errorf("the moderator heard %s", got)
	}
	// A moderator's decision holds while the words stay as they are; new ones are looked at again.
	f.send("DELETE", path(rude, "/blacklist"), f.as("mod"), nil).into(204, nil)
	f.send("PUT", path(rude, ""), f.as("ada"), map[string]any{"name": "Darn big ducks"}).into(204, nil)
	f.get(path(rude, ""), "").into(200, nil)
	f.send("PUT", path(link, ""), f.as("ada"), map[string]any{"description": "darn!"}).into(204, nil)
	f.get(path(link, ""), "").refused(403, "video_blocked")
}
