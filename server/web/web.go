// Package web is the pages as documents: the shell around them, head tags, forms without WASM, the embed page, manifest and service worker.
package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"shoal/app/pages"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/static"
)

// Options are what the pages are made from.
type Options struct {
	API  http.Handler // answers /api/v1 in process
	URL  string       // public address, without a slash at the end
	Site func(context.Context) session.Site
	Log  *slog.Logger
	Now  func() time.Time // time.Now when nil
	// Framers gives the sites that may show a video in their pages: sources of frame-ancestors (CSP3 §6.4.2), nil for all.
	Framers func(ctx context.Context, videoUUID string) ([]string, error)
	Custom  func(context.Context) Custom // what administrators add; nil for nothing
}

// Server answers everything that a browser shows.
type Server struct {
	Options
	origin  http.CrossOriginProtection
	pages   cache[*document]
	lists   cache[any] // what several pages show alike
	secure  bool
	csp     string
	embed   string // CSP of the embed page
	scripts scripts
}

// scripts are the few lines that stand in the documents themselves.
type scripts struct{ boot string }

// New prepares the pages.
func New(o Options) *Server {
	s := &Server{Options: o}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Site == nil {
		s.Site = func(context.Context) session.Site { return session.Site{Name: "Shoal", URL: o.URL} }
	}
	s.secure = strings.HasPrefix(o.URL, "https://")
	if u, err := url.Parse(o.URL); err == nil && u.Host != "" {
		_ = s.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host) // cannot fail for this form
	}
	s.scripts = scripts{boot: static.Text("boot.js")}
	s.csp = s.policy("'self'")
	s.embed = s.policy("*")
	return s
}

// Forget ends what is kept for guests, because something has changed.
func (s *Server) Forget() {
	s.pages.empty()
	s.lists.empty()
}

// policy lets run what we ship and nothing else. Inline scripts are allowed by hash, not by nonce: a page stays the same
// for everyone and may be kept.
func (s *Server) policy(framers string) string {
	socket := strings.Replace(s.URL, "http", "ws", 1)
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' " + hashed(s.scripts.boot) +
		"; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob: " + s.URL + "; font-src 'self'; media-src 'self' blob: " + s.URL +
		"; connect-src 'self' " + s.URL + " " + socket + "; manifest-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors " + framers
}

func hashed(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		s.get(w, r)
	case http.MethodPost:
		s.post(w, r)
	default:
		h.Set("Allow", "GET, HEAD, POST")
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
	}
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/manifest.webmanifest":
		s.manifest(w, r)
	case path == "/sw.js":
		s.worker(w, r)
	case path == "/favicon.ico":
		s.favicon(w, r)
	case path == "/robots.txt":
		s.robots(w, r)
	case path == customScript:
		s.customJS(w, r)
	case path == "/services/oembed":
		s.oembed(w, r)
	case strings.HasPrefix(path, "/videos/embed/"):
		s.embedded(w, r)
	default:
		if to, ok := pages.Alias(r.URL); ok {
			http.Redirect(w, r, to, http.StatusMovedPermanently)
			return
		}
		s.page(w, r)
	}
}

// languageOf is what the person chose before, else what the browser asks for.
func languageOf(r *http.Request) string {
	chosen := ""
	if c, err := r.Cookie("lang"); err == nil {
		chosen = c.Value
	}
	return text.Choose(chosen, r.Header.Get("Accept-Language"))
}

func themeOf(r *http.Request) string {
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// scopeOf is which videos the person chose to see: asked for in the address, else remembered.
func scopeOf(r *http.Request) string {
	scope := r.URL.Query().Get("scope")
	if c, err := r.Cookie("scope"); scope == "" && err == nil {
		scope = c.Value
	}
	if scope != "local" {
		return ""
	}
	return scope
}

func railOf(r *http.Request) bool {
	c, err := r.Cookie("rail")
	return err == nil && c.Value == "wide"
}
