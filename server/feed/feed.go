// Package feed is RSS, Atom, JSON feeds and podcasts of videos and comments, the site map and security.txt.
package feed

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/fail"
	"shoal/server/instance"
)

// Feeds answers below /feeds/, and /sitemap.xml and /.well-known/security.txt.
type Feeds struct {
	Pool     *pgxpool.Pool
	Instance *instance.Instance
	Site     string // our public address, without a closing slash
	Icon     string // path of a picture of the platform
	Log      *slog.Logger

	mu   sync.Mutex
	kept map[string]kept
	size int
}

// kept is an answer that is the same for everybody for a while.
type kept struct {
	kind  string
	body  []byte
	until time.Time
}

// Limits of what is remembered.
const (
	feedLife   = time.Minute
	mapLife    = time.Hour
	mostKept   = 16 << 20 // bytes
	longestKey = 400
)

// Roots are the paths that ServeHTTP answers at or below.
var Roots = []string{"/feeds/", "/sitemap.xml", "/.well-known/security.txt"}

// page makes an answer and says of what kind it is.
type page func(ctx context.Context, r *http.Request) (kind string, body []byte, err error)

// ServeHTTP answers, or says why not.
func (f *Feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	make, life, private := f.route(r.URL.Path)
	if make == nil {
		http.Error(w, "There is nothing at this address.", http.StatusNotFound)
		return
	}
	kind, body, err := f.answer(r, make, life, private)
	if err != nil {
		f.refuse(w, r, err)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=60")
	if private {
		h.Set("Cache-Control", "private, no-store")
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(body)))
}

// route finds what makes the answer, how long it holds, and whether it is for one person alone.
func (f *Feeds) route(path string) (make page, life time.Duration, private bool) {
	path = strings.TrimSuffix(path, "/")
	name, format, _ := strings.Cut(path, ".")
	switch {
	case path == "/.well-known/security.txt":
		return f.security, feedLife, false
	case path == "/sitemap.xml":
		return f.sitemap, mapLife, false
	case path == "/feeds/podcast/videos.xml":
		return f.podcast, feedLife, false
	case path == chaptersPath:
		return f.chapters, feedLife, false
	case name == "/feeds/videos":
		return f.videos(format), feedLife, false
	case name == "/feeds/video-comments":
		return f.comments(format), feedLife, false
	case name == "/feeds/subscriptions":
		return f.subscriptions(format), feedLife, true
	}
	return nil, 0, false
}

func (f *Feeds) answer(r *http.Request, make page, life time.Duration, private bool) (kind string, body []byte, err error) {
	key := r.URL.Path + "?" + r.URL.Query().Encode()
	if private || len(key) > longestKey {
		return make(r.Context(), r)
	}
	f.mu.Lock()
	k, ok := f.kept[key]
	f.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.kind, k.body, nil
	}
	if kind, body, err = make(r.Context(), r); err != nil {
		return "", nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size += len(body); f.kept == nil || f.size > mostKept {
		f.kept, f.size = map[string]kept{}, len(body)
	}
	f.kept[key] = kept{kind, body, time.Now().Add(life)}
	return kind, body, nil
}

// errFormat is for a form of feed that nobody knows.
var errFormat = errors.New("no such form of feed")

var statuses = map[fail.Kind]int{
	fail.Invalid: http.StatusBadRequest, fail.Unauthorized: http.StatusUnauthorized, fail.Forbidden: http.StatusForbidden, fail.NotFound: http.StatusNotFound,
}

func (f *Feeds) refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if errors.Is(err, errFormat) {
		http.Error(w, "Feeds are offered as xml, rss, rss2, atom, atom1, json and json1.", http.StatusNotAcceptable)
		return
	}
	var known *fail.Error
	if status, ok := statuses[fail.Of(err)]; ok && errors.As(err, &known) {
		http.Error(w, known.Public, status)
		return
	}
	if r.Context().Err() == nil {
		f.Log.ErrorContext(r.Context(), "a feed failed", "path", r.URL.Path, "err", err)
	}
	http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
}
