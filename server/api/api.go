// Package api is the PeerTube-compatible REST interface: handlers translate between requests and rooms and return errors.
package api

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/server/storage"
	"shoal/server/upload"
	"shoal/server/video"
)

// Prefix is where the interface stands; Handler expects it in the path.
const Prefix = "/api/v1"

// Server answers requests below Prefix. Set its fields before the first call of Handler.
type Server struct {
	Pool     *pgxpool.Pool
	Store    storage.Store
	Hub      Hub
	Log      *slog.Logger
	URL      string             // public address of the platform, without a slash at the end
	Instance *instance.Instance // made from Pool when nil
	Door     *account.Door      // likewise
	Limits   Limits
	Can      Abilities
	Lookup   Lookup // asks other platforms; nil when there is nobody to ask
	Follow   Follow // likewise
	Levels   Levels // reads playlists of other platforms; likewise
	Uploads  *upload.Uploads
	Visits   *video.Visits // made from Pool when nil; whoever sets it runs it
	People   People
	Tracker  Tracker  // nil for none: nobody shares
	Playback Playback // what players report
	Changed  func()   // called after each request that may have changed what guests see; may be nil

	origin  http.CrossOriginProtection
	client  once[account.Client]
	sockets sockets
	stats   stats
	views   video.Views
	totals  totals
	recent  recent
	guesses video.Guesses
	learned learned
}

// Hub gives the messages that are meant for one member.
type Hub interface {
	Listen(member int64) (messages <-chan []byte, stop func())
}

// Handler answers everything below Prefix. A trailing slash makes no difference.
func (s *Server) Handler() http.Handler {
	s.prepare()
	r := chi.NewRouter()
	r.Use(s.entry, s.changing, middleware.GetHead)
	r.NotFound(s.do(func(http.ResponseWriter, *http.Request) error {
		return fail.New(fail.NotFound, "There is nothing at this address.")
	}))
	r.MethodNotAllowed(s.do(func(w http.ResponseWriter, _ *http.Request) error {
		return &status{http.StatusMethodNotAllowed, "This address does not take this method."}
	}))
	r.Route(Prefix, func(r chi.Router) {
		s.describeRoutes(r)
		s.configRoutes(r)
		s.constantRoutes(r)
		s.tokenRoutes(r)
		s.sessionRoutes(r)
		s.userRoutes(r)
		s.accountRoutes(r)
		s.channelRoutes(r)
		s.videoRoutes(r)
		s.uploadRoutes(r)
		s.socketRoutes(r)
		s.peopleRoutes(r)
		s.talkRoutes(r)
		s.peeringRoutes(r)
	})
	return r
}

func (s *Server) prepare() {
	if s.Log == nil {
		s.Log = slog.Default()
	}
	if s.Instance == nil {
		s.Instance = &instance.Instance{Pool: s.Pool}
	}
	if s.Door == nil {
		s.Door = &account.Door{}
	}
	if s.Door.Instance == nil {
		s.Door.Instance = s.Instance
	}
	s.preparePeople()
	if s.Visits == nil {
		s.Visits = &video.Visits{Pool: s.Pool}
	}
	if s.Can.Resolutions == nil {
		s.Can.Resolutions = []int{}
	}
	if s.Can.Extensions == nil {
		s.Can.Extensions = upload.Endings()
	}
	if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
		_ = s.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host) // cannot fail for this form
	}
}

// entry is the way every request goes: cross-origin headers, limits, tidy paths, and an answer even to a panic.
func (s *Server) entry(next http.Handler) http.Handler {
	limit := s.Limits.limiter()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.survive(w, r)
		h := w.Header()
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["Access-Control-Expose-Headers"] = exposed
		h["X-Content-Type-Options"] = nosniff
		h["X-Frame-Options"] = deny
		if r.Method == http.MethodOptions {
			preflight(w)
			return
		}
		if err := checkAddress(r); err != nil {
			s.problem(w, r, err)
			return
		}
		if err := limit(w, r); err != nil {
			s.problem(w, r, err)
			return
		}
		chi.RouteContext(r.Context()).RoutePath = strings.TrimRight(r.URL.Path, "/")
		next.ServeHTTP(w, r)
	})
}

// Values of headers are shared between answers, never changed.
var (
	anyOrigin = []string{"*"}
	exposed   = []string{"Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"}
	nosniff   = []string{"nosniff"}
	deny      = []string{"DENY"}
	methods   = []string{"GET, HEAD, POST, PUT, PATCH, DELETE"}
	headers   = []string{"Authorization, Content-Type, Content-Range, Range, X-Upload-Content-Length, " +
		"X-Upload-Content-Type, X-Peertube-Otp, X-Peertube-Video-Password"}
	maxAge = []string{"86400"}
)

func preflight(w http.ResponseWriter) {
	h := w.Header()
	h["Access-Control-Allow-Methods"] = methods
	h["Access-Control-Allow-Headers"] = headers
	h["Access-Control-Max-Age"] = maxAge
	w.WriteHeader(http.StatusNoContent)
}

// survive answers a request whose handler panicked.
func (s *Server) survive(w http.ResponseWriter, r *http.Request) {
	switch p := recover(); p {
	case nil:
	case http.ErrAbortHandler:
		panic(p)
	default:
		s.panicked(w, r, p)
	}
}

// once keeps what was read from the database and does not change while the program runs.
type once[T any] struct {
	mu    sync.Mutex
	known bool
	value T
}

func (o *once[T]) get(read func() (T, error)) (T, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known {
		return o.value, nil
	}
	v, err := read()
	if err == nil {
		o.value, o.known = v, true
	}
	return v, err
}
