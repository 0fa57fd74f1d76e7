package pages

import (
	"net/url"
	"slices"
	"testing"
)

func TestFind(t *testing.T) {
	for path, want := range map[string]string{
		"/": "browse", "/videos/trending/": "browse", "/w/abc": "watch", "/c/chan@host.example": "channel", "/a/root": "person",
		"/login": "signin", "/signup": "signup", "/forgot-password": "forgot", "/reset-password": "new-password", "/verify-account/email": "confirm", "/verify-account/ask-send-email": "resend", "/setup": "setup", "/about": "about", "/settings": "sharing", "/my-account/privacy-p2p": "sharing", "/offline": "offline", "/videos/manage/abc": "manage", "/videos/publish": "publish",
	} {
		if p := Find(path); p == nil || p.Name() != want {
			t.Errorf("%s is %v, not %s", path, p, want)
		}
	}
	for _, path := range []string{"/w/", "/w/a/b", "/api/v1/videos", "/x", "/videos"} {
		if p := Find(path); p != nil {
			t.Errorf("%s is %s", path, p.Name())
		}
	}
}

func TestAlias(t *testing.T) {
	for from, want := range map[string]string{
		"/videos/watch/abc?start=5": "/w/abc?start=5", "/video-channels/news/videos": "/c/news", "/accounts/root@a.example": "/a/root@a.example",
		"/c/news/videos": "/c/news", "/@root": "/a/root", "/search?search=x": "/videos/browse?search=x", "/videos/update/abc": "/videos/manage/abc",
		"/w/abc;threadId=5": "/w/abc", "/videos/upload": "/videos/publish",
	} {
		u, err := url.Parse(from)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Alias(u); !ok || got != want {
			t.Errorf("%s stands for %q, not %q", from, got, want)
		}
	}
	for _, from := range []string{"/w/abc", "/videos/watch/playlist/x", "/c/news", "/@", "/about"} {
		u, _ := url.Parse(from)
		if got, ok := Alias(u); ok {
			t.Errorf("%s stands for %s", from, got)
		}
	}
}

func TestInside(t *testing.T) {
	for next, want := range map[string]bool{
		"/w/a?b=c": true, "/": true, "": false, "//evil.example": false, "https://evil.example": false, `/\evil.example`: false, "/a\r\nSet-Cookie: x": false, "javascript:alert(1)": false, "w/a": false,
	} {
		if Inside(next) != want {
			t.Errorf("%q", next)
		}
	}
}

func TestChanges(t *testing.T) {
	form := url.Values{"name": {"N"}, "description": {""}, "privacy": {"2"}, "tags": {"#one, two,, one,x"}, "boxes": {"1"}, "nsfw": {"true"}}
	u := Changes(func(name string) (string, bool) { return form.Get(name), form.Has(name) })
	if *u.Name != "N" || *u.Description != "" || *u.Privacy != 2 || !*u.NSFW || *u.DownloadEnabled || u.Licence != nil || !slices.Equal(u.Tags, []string{"one", "two"}) {
		t.Errorf("%+v", u)
	}
}

func TestPlain(t *testing.T) {
	if got := plain("a  b\n c", 200); got != "a b c" {
		t.Error(got)
	}
	if got := plain("one two three four", 10); got != "one two…" {
		t.Error(got)
	}
}
