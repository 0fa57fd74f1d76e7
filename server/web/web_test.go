package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	d "shoal/app/dom"
	"shoal/app/pages"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/server/web/webtest"
	"shoal/shared/api"
)

const home = "https://videos.example"

const firstVideo = "/w/vid0000000000000000000"

func site() session.Site {
	return session.Site{Name: "Harbour", URL: home, About: "Videos by the sea.", Version: "1", Source: "https://source.example"}
}

func serve(a http.Handler) *Server {
	return New(Options{API: a, URL: home, Site: func(context.Context) session.Site { return site() }, Now: func() time.Time { return webtest.Now }})
}

type visit struct {
	method, path string
	header       map[string]string
	form         url.Values
}

func (v visit) to(t *testing.T, s http.Handler) *http.Response {
	t.Helper()
	if v.method == "" {
		v.method = "GET"
	}
	r := httptest.NewRequest(v.method, home+v.path, strings.NewReader(v.form.Encode()))
	r.RequestURI = v.path
	if v.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range v.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func get(t *testing.T, s http.Handler, path string, header ...string) (int, string) {
	t.Helper()
	v := visit{path: path, header: map[string]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		v.header[header[i]] = header[i+1]
	}
	r := v.to(t, s)
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

const in = "shoal_session=token"

func TestPagesAndTheirStatus(t *testing.T) {
	a := webtest.New(home, 30)
	a.User = a.Person()
	a.Videos[7].State.ID = api.ToTranscode
	a.Fail["/videos/gone/page"] = api.Problem{Status: 410, Detail: "This video was removed."}
	a.Fail["/videos/blocked/page"] = api.Problem{Status: 451, Detail: "Blocked: breaks a rule."}
	a.Fail["/video-channels/broken"] = api.Problem{Status: 500, Detail: "Something broke."}
	s := serve(a)
	for _, c := range []struct {
		path   string
		status int
		marks  []string
	}{
		{"/", 200, []string{`data-page="browse" data-state="ready"`, "How tides shape the harbour", `href="/w/vid0000000000000000000"`, `<html lang="en" dir="ltr" data-app="ssr">`}},
		{"/videos/browse?search=zzz", 200, []string{`data-state="empty"`, "No videos found", `content="noindex"`}},
		{firstVideo, 200, []string{`data-page="watch"`, `id="player-slot"`, `<div id="player-host" data-mode="page"`, `property="og:platform" content="PeerTube"`, "application/ld+json", "json+oembed", `rel="canonical" href="https://videos.example/w/`}},
		{"/w/vid0000000000000000007", 403, []string{`data-state="forbidden"`, "/login?next=%2Fw%2F"}},
		{"/w/nope", 404, []string{`data-state="error"`, "There is no such video"}},
		{"/w/gone", 410, []string{"This was removed", "This video was removed."}},
		{"/w/blocked", 451, []string{`data-state="forbidden"`, "Blocked: breaks a rule."}},
		{"/c/channel_1", 200, []string{`data-page="channel"`, "Harbour School", "@channel_1@videos.example"}},
		{"/c/broken", 500, []string{`data-state="error"`, "Try again"}},
		{"/a/root", 200, []string{`data-page="person"`}},
		{"/nothing/here", 404, []string{`data-state="error"`, `value="nothing here"`}},
		{"/login", 200, []string{`action="/login"`, `autocomplete="current-password"`}},
		{"/setup?token=x", 200, []string{`name="token" value="x"`}},
		{"/about", 200, []string{"https://source.example"}},
		{"/offline", 200, []string{`data-state="offline"`}},
	} {
		status, body := get(t, s, c.path)
		if status != c.status {
			t.Errorf("%s: %d, not %d", c.path, status, c.status)
		}
		for _, m := range c.marks {
			if !strings.Contains(body, m) {
				t.Errorf("%s lacks %s", c.path, m)
			}
		}
		if n := strings.Count(body, "<h1"); n != 1 {
			t.Errorf("%s has %d h1", c.path, n)
		}
		wellFormed(t, c.path, body)
	}
}

// wellFormed checks ids, and that no attribute was given twice.
func wellFormed(t *testing.T, path, body string) {
	t.Helper()
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			seen := map[string]bool{}
			for _, a := range z.Token().Attr {
				if seen[a.Key] || a.Key == "id" && ids[a.Val] {
					t.Errorf("%s: %s %q twice", path, a.Key, a.Val)
				}
				seen[a.Key] = true
				if a.Key == "id" {
					ids[a.Val] = true
				}
			}
		}
	}
}

func TestWhatPeopleWroteStaysText(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\u2028</script>"
	a := webtest.New(home, 3)
	v := &a.Videos[0]
	v.Name, v.Channel.DisplayName, v.Tags, v.Video.Channel.DisplayName = hostile, hostile, []string{hostile}, hostile
	description := hostile + " [x](javascript:alert(3))"
	v.Description = &description
	s := serve(a)
	for _, path := range []string{"/", firstVideo, "/videos/browse?search=" + url.QueryEscape(hostile), "/videos/embed/vid0000000000000000000", "/" + url.PathEscape(hostile)} {
		_, body := get(t, s, path)
		page, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range page.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			for _, attr := range n.Attr {
				if strings.HasPrefix(attr.Key, "on") || strings.HasPrefix(attr.Val, "javascript:") {
					t.Errorf("%s: %s has %s=%q", path, n.Data, attr.Key, attr.Val)
				}
			}
			if n.Data == "script" && n.FirstChild != nil && strings.Contains(n.FirstChild.Data, "alert(1)") && !strings.Contains(n.FirstChild.Data, `\u003cscript`) {
				t.Errorf("%s: a script of theirs", path)
			}
		}
	}
}

var stateJSON = regexp.MustCompile(`(?s)<script id="state"[^>]*>(.*?)</script>`)

// TestTheBrowserDrawsTheSame takes what the page carries and draws it again: the same tree, so nothing moves at the start.
func TestTheBrowserDrawsTheSame(t *testing.T) {
	a := webtest.New(home, 30)
	a.User = a.Person()
	s := serve(a)
	for _, path := range []string{"/", "/videos/local?search=knots", firstVideo, "/c/channel_1", "/a/root", "/about", "/login?next=/w/x", "/nothing", "/my-library/videos", "/videos/publish", "/videos/manage/vid0000000000000000003"} {
		_, body := get(t, s, path, "Cookie", in)
		m := stateJSON.FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("%s carries no state", path)
		}
		var state struct {
			Facts session.Facts   `json:"facts"`
			Name  string          `json:"name"`
			Page  json.RawMessage `json:"page"`
		}
		if err := json.Unmarshal([]byte(m[1]), &state); err != nil {
			t.Fatal(path, err)
		}
		p := pages.Find(strings.Split(path, "?")[0])
		if state.Name == "problem" {
			p = &pages.Problem{}
		}
		if err := json.Unmarshal(state.Page, p); err != nil {
			t.Fatal(path, err)
		}
		v := &session.Session{Facts: state.Facts, Words: text.For(state.Facts.Lang)}
		again := d.HTML(parts.Shell(v, pages.FrameOf(strings.Split(path, "?")[0], p), p.View(v)))
		if !strings.Contains(body, again) {
			t.Errorf("%s is drawn differently from its state", path)
		}
	}
}

func TestLitePagesRunNothing(t *testing.T) {
	s := serve(webtest.New(home, 3))
	for _, agent := range []string{"", "Googlebot/2.1"} {
		path := firstVideo
		if agent == "" {
			path += "?wasm=false"
		}
		_, body := get(t, s, path, "User-Agent", agent)
		for _, want := range []string{"<video", " controls", `<source src="/static/1080.mp4" type="video/mp4">`, `type="application/vnd.apple.mpegurl"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%q lacks %s", agent, want)
			}
		}
		if n := strings.Count(strings.ReplaceAll(body, `<script type="application/ld+json">`, ""), "<script"); n != 0 {
			t.Errorf("%q has %d scripts", agent, n)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := serve(webtest.New(home, 3))
	r := visit{path: "/"}.to(t, s)
	policy := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'self'", "'wasm-unsafe-eval'", "object-src"} {
		if want != "object-src" && !strings.Contains(policy, want) {
			t.Errorf("no %s in %s", want, policy)
		}
	}
	if strings.Contains(strings.Split(policy, "style-src")[0], "unsafe-inline") {
		t.Error(policy)
	}
	if p := (visit{path: "/videos/embed/vid0000000000000000000"}).to(t, s).Header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors *") {
		t.Error(p)
	}
	r = visit{path: "/", header: map[string]string{"Accept-Encoding": "gzip"}}.to(t, s)
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.HasSuffix(b, []byte("</html>")) {
		t.Error(err, len(b))
	}
}

func TestBudgets(t *testing.T) {
	s := serve(webtest.New(home, 40))
	for path, most := range map[string]int64{"/": 30_000, firstVideo: 25_000} {
		r := visit{path: path, header: map[string]string{"Accept-Encoding": "gzip, br"}}.to(t, s)
		if r.Header.Get("Content-Encoding") != "br" || r.ContentLength > most || r.ContentLength <= 0 {
			t.Errorf("%s: %d bytes of %s", path, r.ContentLength, r.Header.Get("Content-Encoding"))
		}
		t.Logf("%s: %d bytes", path, r.ContentLength)
	}
}
