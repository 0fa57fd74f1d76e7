// Package apub is the addresses of the fediverse: objects and lists as other servers read them, and the documents by which they find us.
package apub

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/apub/objects"
	"shoal/server/video"
	"shoal/shared/shortid"
)

// Server answers other servers.
type Server struct {
	objects.Site
	Pool    *pgxpool.Pool
	Version string // of the program
	Source  string // where it comes from
	Log     *slog.Logger

	Off bool // the platform federates with nobody
	// Verify, when not nil, decides about each request of another server by its signature: secure mode. Our own actor is shown
	// without, or two servers in secure mode could never ask each other for a key.
	Verify func(*http.Request) error

	usage usage
}

// Roots are the paths below which other servers ask.
var Roots = []string{
	"/accounts/", "/a/", "/video-channels/", "/c/", "/videos/watch/", "/w/", "/video-playlists/",
	"/.well-known/webfinger", "/.well-known/nodeinfo", "/.well-known/host-meta", "/nodeinfo/",
}

// Beside answers other servers with documents and everybody else with pages, below Roots.
func Beside(documents, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			pages.ServeHTTP(w, r)
		case discovers(r) || Asked(r):
			documents.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(&varying{ResponseWriter: w}, r)
		}
	})
}

func discovers(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/.well-known/") || strings.HasPrefix(r.URL.Path, "/nodeinfo/")
}

// ServeHTTP answers one request of another server.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if discovers(r) {
		s.reply(w, r, s.discover)
		return
	}
	w.Header().Set("Vary", "Accept")
	s.reply(w, r, s.object)
}

// object sends what an address names.
func (s *Server) object(w http.ResponseWriter, r *http.Request) error {
	a, err := s.find(r)
	if s.Verify != nil && !a.open { // also when there is nothing: that is nobody's business
		if err := s.Verify(r); err != nil {
			return err
		}
		if err == nil {
			return a.send(w, r, signed)
		}
	}
	if err != nil {
		return err
	}
	return a.send(w, r, brief)
}

// find tells what an address names.
func (s *Server) find(r *http.Request) (answer, error) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	for _, p := range parts {
		if p == "" || len(p) > 200 {
			return answer{}, absent()
		}
	}
	n, err := pageOf(r)
	if err != nil || len(parts) < 2 {
		return answer{}, absent()
	}
	a := asked{Server: s, ctx: r.Context(), page: n}
	switch head, rest := parts[0], parts[1:]; {
	case head == "accounts" || head == "a":
		return a.actor(rest, false)
	case head == "video-channels" || head == "c":
		return a.actor(rest, true)
	case head == "video-playlists":
		return a.playlist(rest)
	case head == "w" && rest[0] == "p" && len(rest) == 2:
		return a.playlist(rest[1:])
	case head == "w":
		return a.video(rest)
	case head == "videos" && len(rest) == 3 && rest[1] == "playlist":
		return a.playlist(rest[2:])
	case head == "videos" && len(rest) > 1:
		return a.video(rest[1:])
	}
	return answer{}, absent()
}

// pageOf is 0 when no page is asked for.
func pageOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("page")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err == nil && n < 1 {
		err = strconv.ErrRange
	}
	return n, err
}

// number reads the number of a row.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != text {
		return 0, absent()
	}
	return n, nil
}

// named reads a UUID, in either form. Numbers of rows name nothing here: they could be guessed.
func named(text string) (video.Ref, uuid.UUID, error) {
	id, err := shortid.Parse(text)
	if err != nil {
		return video.Ref{}, id, absent()
	}
	return video.Ref{UUID: &id}, id, nil
}
