package pages

import (
	"net/url"
	"strings"
)

// Find gives the page of a path, or nil.
func Find(path string) Page {
	path = strings.TrimSuffix(path, "/")
	switch path {
	case "", "/home", "/videos/browse", "/videos/trending", "/videos/local", "/videos/recently-added", "/videos/most-liked":
		return &Browse{}
	case "/login":
		return &SignIn{}
	case "/signup":
		return &SignUp{}
	case "/forgot-password":
		return &Forgot{}
	case "/reset-password":
		return &NewPassword{}
	case "/verify-account/email":
		return &Confirm{}
	case "/verify-account/ask-send-email":
		return &Resend{}
	case "/setup":
		return &SetUp{}
	case "/videos/publish":
		return &Publish{}
	case "/my-library/videos":
		return &MyVideos{}
	case "/settings", "/my-account/privacy-p2p":
		return &Sharing{Path: path}
	case "/about":
		return &About{}
	case "/offline":
		return &Offline{}
	}
	for _, r := range []struct {
		prefix string
		page   func(id string) Page
	}{
		{"/w/", func(id string) Page { return &Watch{ID: id} }},
		{"/videos/manage/", func(id string) Page { return &Manage{ID: id} }},
		{"/c/", func(id string) Page { return &Channel{Handle: id} }},
		{"/a/", func(id string) Page { return &Person{Handle: id} }},
	} {
		if id, ok := strings.CutPrefix(path, r.prefix); ok && id != "" && !strings.Contains(id, "/") {
			return r.page(id)
		}
	}
	return nil
}

// Alias gives the address that stands for u, when u is another name of a page.
func Alias(u *url.URL) (string, bool) {
	path := strings.TrimSuffix(u.Path, "/")
	switch path {
	case "/videos/upload":
		return "/videos/publish", true
	case "/search":
		return with("/videos/browse", u), true
	case "/about/instance", "/about/peertube", "/about/software", "/about/follows":
		return "/about", true
	case "/my-library", "/my-account":
		return "/my-library/videos", true
	case "/signin":
		return with("/login", u), true
	}
	for _, r := range []struct{ old, new string }{
		{"/videos/watch/", "/w/"}, {"/videos/update/", "/videos/manage/"}, {"/video-channels/", "/c/"}, {"/accounts/", "/a/"}, {"/@", "/a/"},
	} {
		if rest, ok := strings.CutPrefix(path, r.old); ok && rest != "" {
			id, _, _ := strings.Cut(rest, "/")
			if id == "playlist" {
				return "", false
			}
			return with(r.new+id, u), true
		}
	}
	for _, p := range []string{"/c/", "/a/"} { // tabs that are one page here
		if rest, ok := strings.CutPrefix(path, p); ok {
			if id, tab, found := strings.Cut(rest, "/"); found && (tab == "videos" || tab == "about" || tab == "video-channels") {
				return with(p+id, u), true
			}
		}
	}
	if rest, ok := strings.CutPrefix(path, "/w/"); ok {
		if id, _, found := strings.Cut(rest, ";"); found && id != "" {
			return with("/w/"+id, u), true
		}
	}
	return "", false
}

func with(path string, u *url.URL) string {
	if u.RawQuery != "" {
		return path + "?" + u.RawQuery
	}
	return path
}
