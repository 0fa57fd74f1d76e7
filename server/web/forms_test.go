package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"shoal/server/web/webtest"
)

func TestSignInAndOut(t *testing.T) {
	a := webtest.New(home, 1)
	a.User = a.Person()
	s := serve(a)
	r := visit{method: "POST", path: "/login", form: url.Values{"username": {"root"}, "password": {"right password"}, "next": {"/w/x"}}}.to(t, s)
	if r.StatusCode != 303 || r.Header.Get("Location") != "/w/x" || !strings.Contains(r.Header.Get("Set-Cookie"), "HttpOnly") {
		t.Error(r.StatusCode, r.Header)
	}
	r = visit{method: "POST", path: "/login", form: url.Values{"username": {"root"}, "password": {"right password"}, "next": {"//evil.example"}}}.to(t, s)
	if r.Header.Get("Location") != "/" {
		t.Error("sent to", r.Header.Get("Location"))
	}
	r = visit{method: "POST", path: "/login", form: url.Values{"username": {"root"}, "password": {"typed-secret"}}}.to(t, s)
	b, _ := io.ReadAll(r.Body)
	if r.StatusCode != 400 || !bytes.Contains(b, []byte("User name or password is not right.")) || !bytes.Contains(b, []byte(`value="root"`)) || bytes.Contains(b, []byte("typed-secret")) {
		t.Error(r.StatusCode)
	}
	r = visit{method: "POST", path: "/logout", form: url.Values{}, header: map[string]string{"Cookie": in}}.to(t, s)
	if r.StatusCode != 303 || !strings.Contains(r.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Error(r.StatusCode, r.Header)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	s := serve(webtest.New(home, 1))
	for _, path := range []string{"/login", "/logout", "/preferences", "/setup", "/videos/publish", "/videos/manage/x", "/videos/manage/x/delete"} {
		r := visit{method: "POST", path: path, form: url.Values{}, header: map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}}.to(t, s)
		if r.StatusCode != 403 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func TestPreferences(t *testing.T) {
	s := serve(webtest.New(home, 1))
	r := visit{method: "POST", path: "/preferences", form: url.Values{"theme": {"dark"}}, header: map[string]string{"Referer": home + "/about?x=1"}}.to(t, s)
	if r.StatusCode != 303 || r.Header.Get("Location") != "/about?x=1" || !strings.HasPrefix(r.Header.Get("Set-Cookie"), "theme=dark") {
		t.Error(r.StatusCode, r.Header)
	}
	if _, body := get(t, s, "/about", "Cookie", "theme=dark; rail=wide"); !strings.Contains(body, `data-theme="dark"`) || !strings.Contains(body, "rail-wide") {
		t.Error("the choice does not show")
	}
	if _, body := get(t, s, "/about", "Cookie", `theme="><script>`); strings.Contains(body, ` data-theme="`) {
		t.Error("a theme that is none")
	}
}

func TestTheScopeIsRemembered(t *testing.T) {
	s := serve(webtest.New(home, 3))
	if c := (visit{path: "/videos/browse?scope=local"}).to(t, s).Header.Get("Set-Cookie"); !strings.HasPrefix(c, "scope=local;") {
		t.Error(c)
	}
	current := `aria-current="true" data-test="scope-`
	if _, body := get(t, s, "/", "Cookie", "scope=local"); !strings.Contains(body, current+"local") {
		t.Error("not remembered")
	}
	if _, body := get(t, s, "/videos/browse?scope=federated", "Cookie", "scope=local"); !strings.Contains(body, current+"all") {
		t.Error("the address does not win")
	}
}

func TestGuestsAreAskedToSignInAndComeBack(t *testing.T) {
	s := serve(webtest.New(home, 1))
	for _, path := range []string{"/videos/publish", "/my-library/videos?sort=name", "/videos/manage/x"} {
		r := visit{path: path}.to(t, s)
		if want := "/login?next=" + url.QueryEscape(path); r.StatusCode != 303 || r.Header.Get("Location") != want {
			t.Errorf("%s: %d %s", path, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

func TestAliasesLeadOn(t *testing.T) {
	r := visit{path: "/videos/watch/abc?start=3"}.to(t, serve(webtest.New(home, 1)))
	if r.StatusCode != 301 || r.Header.Get("Location") != "/w/abc?start=3" {
		t.Error(r.StatusCode, r.Header.Get("Location"))
	}
}

func TestGuestsAtOnceCostOnePage(t *testing.T) {
	a := webtest.New(home, 5)
	var mu sync.Mutex
	asked := 0
	release := make(chan struct{})
	s := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		mu.Unlock()
		<-release
		a.ServeHTTP(w, r)
	}))
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if status, _ := get(t, s, "/"); status != 200 {
				t.Error(status)
			}
		})
	}
	close(release)
	wait.Wait()
	if _, _ = get(t, s, "/"); asked != 1 {
		t.Errorf("the API was asked %d times", asked)
	}
	get(t, s, "/", "Cookie", in) // a signed-in person's page is their own
	if asked < 2 {
		t.Error("a signed-in person got a guest's page")
	}
}

func TestManifestOEmbedAndTheRest(t *testing.T) {
	s := serve(webtest.New(home, 2))
	_, body := get(t, s, "/manifest.webmanifest")
	var m struct {
		Name  string
		Icons []struct{ Purpose string }
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil || m.Name != "Harbour" || len(m.Icons) < 4 {
		t.Error(err, body)
	}
	status, body := get(t, s, "/services/oembed?maxwidth=320&url="+url.QueryEscape(home+firstVideo))
	var o struct {
		Type, HTML    string
		Width, Height int
	}
	if err := json.Unmarshal([]byte(body), &o); err != nil || status != 200 || o.Type != "video" || o.Width != 320 || o.Height != 180 || !strings.Contains(o.HTML, "/videos/embed/") {
		t.Error(status, err, body)
	}
	for path, want := range map[string]int{
		"/services/oembed?url=https://other.example/w/x": 404, "/services/oembed?format=xml&url=x": 501, "/robots.txt": 200, "/sw.js": 200, "/videos/embed/nope": 404,
	} {
		if got, _ := get(t, s, path); got != want {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// TestEveryWordIsTranslated draws pages in the language of marks: text outside of the marks must be of the data.
func TestEveryWordIsTranslated(t *testing.T) {
	a := webtest.New(home, 0) // without videos only words are left
	a.User = a.Person()
	s := serve(a)
	for _, path := range []string{"/", "/login", "/setup?token=x", "/about", "/offline", "/nothing", "/videos/browse?search=q", "/my-library/videos", "/videos/publish"} {
		_, body := get(t, s, path, "Cookie", "lang=en-XA; "+in)
		page, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range page.Descendants() {
			if n.Type != html.TextNode || n.Parent.Data == "script" || n.Parent.Data == "title" || n.Parent.Data == "style" || n.Parent.Data == "option" { // names of languages and licences come from the API
				continue
			}
			words := strings.TrimSpace(n.Data)
			if words == "" || strings.HasPrefix(words, "[") || !regexp.MustCompile(`[a-z]{3}`).MatchString(words) || data(words) {
				continue
			}
			t.Errorf("%s: %q is not from the catalogue", path, words)
		}
	}
}

// data tells the made-up platform's own words.
func data(words string) bool {
	for _, own := range []string{"Harbour", "Videos by the sea.", "Rut Ohlsson", "@root", "Music", "Films", "Science", "Attribution", "Public Domain", "English", "German", "Arabic"} {
		if strings.HasPrefix(words, own) {
			return true
		}
	}
	return false
}

func BenchmarkWatch(b *testing.B) {
	s := serve(webtest.New(home, 40))
	r := httptest.NewRequest("GET", home+firstVideo, nil)
	b.ReportAllocs()
	for b.Loop() {
		if doc := s.make(r.Context(), r); doc.status != 200 {
			b.Fatal(doc.status)
		}
	}
}
