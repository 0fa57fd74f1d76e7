// Package files serves what belongs to videos: HLS, pictures, captions, torrents and downloads; whether a visitor may have it is decided before anything is opened.
package files

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/fail"
	"shoal/server/mirror"
	"shoal/server/storage"
	"shoal/server/video"
)

// Files answers the addresses below /static/streaming-playlists/, /lazy-static/ and /download/.
type Files struct {
	Pool   *pgxpool.Pool
	Store  storage.Store
	Tokens video.Tokens
	Site   string // our public address, without a closing slash
	Log    *slog.Logger
	Mirror *mirror.Mirror // of what is elsewhere; nil serves only our own

	guesses video.Guesses
	folders cache[uuid.UUID, folder]
	pieces  cache[string, piece]
	texts   texts

	elsewhere cache[string, string]
}

// Roots are the paths that ServeHTTP answers below.
var Roots = []string{"/static/streaming-playlists/", video.LazyRoot, video.DownloadRoot}

// ServeHTTP answers, or says why not.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	open(w.Header())
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		w.Header()["Access-Control-Allow-Headers"] = allowed
		w.Header()["Access-Control-Max-Age"] = maxAge
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	if err := f.route(w, r); err != nil {
		f.refuse(w, r, err)
	}
}

// Values of headers are shared between answers, never changed.
var (
	all     = []string{"*"}
	exposed = []string{"Accept-Ranges, Content-Length, Content-Range, ETag"}
	allowed = []string{"Authorization, Range, If-None-Match, X-Peertube-Video-Password"}
	maxAge  = []string{"86400"}
	nosniff = []string{"nosniff"}
	sandbox = []string{"default-src 'none'; sandbox"}
	cross   = []string{"cross-origin"}
)

func open(h http.Header) {
	h["Access-Control-Allow-Origin"] = all
	h["Access-Control-Expose-Headers"] = exposed
	h["Timing-Allow-Origin"] = all
	h["X-Content-Type-Options"] = nosniff
	h["Content-Security-Policy"] = sandbox
	h["Cross-Origin-Resource-Policy"] = cross
}

// route takes the address apart. Only names that we make ourselves go on: letters, digits, dots, lines and underscores.
func (f *Files) route(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawPath != "" { // something is escaped that need not be
		return absent()
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for _, p := range parts {
		if !tidy(p) {
			return absent()
		}
	}
	n := len(parts)
	switch {
	case n == 5 && under(parts, "static", "streaming-playlists", "hls"):
		return f.hls(w, r, parts[3], parts[4], false)
	case n == 6 && under(parts, "static", "streaming-playlists", "hls", "private"):
		return f.hls(w, r, parts[4], parts[5], true)
	case n == 3 && parts[0] == "lazy-static":
		return f.lazy(w, r, parts[1], parts[2])
	case n == 3 && under(parts, "download", "torrents"):
		return f.downloadTorrent(w, r, parts[2])
	case n == 4 && under(parts, "download", "videos", "generate"):
		return f.generate(w, r, parts[3])
	case n == 5 && under(parts, "download", "streaming-playlists", "hls", "videos"):
		return f.download(w, r, parts[4])
	}
	return absent()
}

func under(parts []string, want ...string) bool {
	for i, w := range want {
		if parts[i] != w {
			return false
		}
	}
	return true
}

const longestName = 150

func tidy(name string) bool {
	if name == "" || name[0] == '.' || len(name) > longestName {
		return false
	}
	for _, c := range []byte(name) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func absent() error { return fail.New(fail.NotFound, "There is no such file.") }

var statuses = map[fail.Kind]int{
	fail.Invalid: http.StatusBadRequest, fail.Unauthorized: http.StatusUnauthorized, fail.Forbidden: http.StatusForbidden,
	fail.NotFound: http.StatusNotFound, fail.TooMany: http.StatusTooManyRequests, fail.Unavailable: http.StatusServiceUnavailable,
}

func (f *Files) refuse(w http.ResponseWriter, r *http.Request, err error) {
	h := w.Header()
	for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Encoding", "Etag"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	status, ok := statuses[fail.Of(err)]
	public := "Something went wrong on our side."
	var known *fail.Error
	if ok && errors.As(err, &known) {
		public = known.Public
	} else {
		status = http.StatusInternalServerError
		if r.Context().Err() == nil && f.Log != nil {
			f.Log.ErrorContext(r.Context(), "serving a file", "err", err)
		}
	}
	http.Error(w, public, status)
}
