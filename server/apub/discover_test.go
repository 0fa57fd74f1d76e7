package apub_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shoal/server/activity/activitytest"
	"shoal/server/discovery"
	"shoal/server/instance"
)

func TestHandlesLeadToActors(t *testing.T) {
	w := newWorld(t)
	for resource, want := range map[string]string{
		"acct:ada@films.example": "/accounts/ada", "acct:ADA@FILMS.example": "/accounts/ada", "@ada@films.example": "/accounts/ada",
		"acct:ada_channel@films.example": "/video-channels/ada_channel", "acct:peertube@films.example": "/accounts/peertube",
		site: "/accounts/peertube", site + "/": "/accounts/peertube", site + "/accounts/ada": "/accounts/ada", site + "/c/ada_channel": "/video-channels/ada_channel",
	} {
		r := w.get("/.well-known/webfinger?resource="+url.QueryEscape(resource), "application/jrd+json").ok()
		actor, err := discovery.Self(r.body)
		if err != nil || actor != site+want || r.object()["subject"] != resource || r.head.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s %v %s", resource, actor, err, r.body)
		}
		if o := w.get(actor).object(); o["id"] != actor {
			t.Errorf("%v", o["id"])
		}
	}
	for resource, status := range map[string]int{
		"acct:nobody@films.example": http.StatusNotFound, "acct:ada@other.example": http.StatusBadRequest, "": http.StatusBadRequest, "ada": http.StatusBadRequest,
		"https://other.example/accounts/ada": http.StatusBadRequest, site + "/videos/watch/1": http.StatusBadRequest, site + "/accounts/a\x00b": http.StatusNotFound,
		site + ".evil.example/accounts/ada": http.StatusBadRequest, "acct:" + strings.Repeat("a", 9000) + "@films.example": http.StatusBadRequest,
	} {
		if r := w.get("/.well-known/webfinger?resource=" + url.QueryEscape(resource)); r.status != status {
			t.Errorf("%.60q: %d %.100s", resource, r.status, r.body)
		}
	}
}

func TestNodeInfoTellsWhatWeAre(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.must(w.server.Instance.Change(w.ctx, func(s *instance.Settings) { s.Name, s.SignUp.Open = "Pond films", true }))
	r := w.get("/.well-known/nodeinfo", "*/*").ok()
	if actor, err := discovery.Application(r.body); err != nil || actor != site+"/accounts/peertube" {
		t.Error(actor, err)
	}
	for _, l := range activitytest.List(r.object()["links"])[:2] {
		at, _ := l.(map[string]any)["href"].(string)
		r := w.get(at, "application/json").ok()
		o := r.object()
		meta, _ := o["metadata"].(map[string]any)
		usage, _ := o["usage"].(map[string]any)
		users, _ := usage["users"].(map[string]any)
		if !strings.Contains(at, o["version"].(string)) || !strings.Contains(r.head.Get("Content-Type"), "schema/"+o["version"].(string)) || meta["nodeName"] != "Pond films" ||
			usage["localPosts"] != 1.0 || usage["localComments"] != 2.0 || users["total"] != 2.0 || o["openRegistrations"] != true {
			t.Errorf("%s: %s", at, r.body)
		}
	}
	if o := w.get("/accounts/peertube").object(); o["name"] != "Pond films" || o["preferredUsername"] != "peertube" {
		t.Errorf("%v %v", o["name"], o["preferredUsername"])
	}
	if r := w.get("/.well-known/host-meta").ok(); !strings.Contains(string(r.body), site+"/.well-known/webfinger?resource={uri}") {
		t.Errorf("%s", r.body)
	}
}
