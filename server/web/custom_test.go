package web

import (
	"context"
	"io"
	"strings"
	"testing"

	"shoal/server/web/webtest"
)

func TestWhatAdministratorsAdd(t *testing.T) {
	s := serve(webtest.New(home, 2))
	const css, js = `body { color: red } p::after { content: "</style><script>alert(1)</script>" }`, `document.title = "</script>"`
	added := Custom{CSS: css, JavaScript: js}
	s.Custom = func(context.Context) Custom { return added }
	r := visit{path: "/"}.to(t, s)
	b, err := io.ReadAll(r.Body)
	body := string(b)
	_, rest, _ := strings.Cut(body, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	policy := r.Header.Get("Content-Security-Policy")
	if err != nil || style != strings.ReplaceAll(css, "</", `<\/`) || !strings.Contains(policy, "style-src 'self' "+hashed(style)+";") || strings.Contains(body, "alert(1)</script>\"</style>") {
		t.Errorf("style %q under %s", style, policy)
	}
	address := customScript + "?v=" + tagOf(js)
	if !strings.Contains(body, `<script async src="`+address+`"></script></head>`) || strings.Contains(policy, "script-src 'unsafe") {
		t.Error("no script")
	}
	r = visit{path: address}.to(t, s)
	b, _ = io.ReadAll(r.Body)
	if string(b) != js || r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("got %s %v", b, r.Header)
	}
	if r := (visit{path: customScript + "?v=old"}).to(t, s); strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Error("an old address is kept for ever")
	}
	if r := (visit{path: address, header: map[string]string{"If-None-Match": `"` + tagOf(js) + `"`}}).to(t, s); r.StatusCode != 304 {
		t.Errorf("asked again: %d", r.StatusCode)
	}
	if _, body := get(t, s, "/?wasm=false"); strings.Contains(body, customScript) || !strings.Contains(body, "<style>") {
		t.Error("a page that runs nothing runs a script, or has no style")
	}
	if _, body := get(t, s, "/videos/embed/vid0000000000000000000"); strings.Contains(body, customScript) || strings.Contains(body, "<style>") {
		t.Error("the player in frames of others has it, too")
	}
	added = Custom{}
	s.Forget()
	r = visit{path: "/"}.to(t, s)
	if b, _ = io.ReadAll(r.Body); strings.Contains(string(b), "<style>") || r.Header.Get("Content-Security-Policy") != s.csp {
		t.Error("it stays")
	}
	if r := (visit{path: customScript}).to(t, s); r.StatusCode != 404 {
		t.Errorf("no script: %d", r.StatusCode)
	}
}
