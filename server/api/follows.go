package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/follow"
)

// Follow lets our platform follow another platform, by its host, or an actor of elsewhere, by its handle or address. What cannot be
// asked now is asked later.
type Follow func(ctx context.Context, whom string) error

func (s *Server) followRoutes(r chi.Router) {
	r.Get("/server/following", s.anyone(s.listFollows(false)))
	r.Get("/server/followers", s.anyone(s.listFollows(true)))
	r.Post("/server/following", s.administrator(s.followPlatforms))
	r.Delete("/server/following/{handle}", s.administrator(s.changeFollow(follow.Unfollow)))
	r.Delete("/server/followers/{handle}", s.administrator(s.changeFollow(follow.Drop)))
	r.Post("/server/followers/{handle}/accept", s.administrator(s.changeFollow(answerFollow(follow.Accept))))
	r.Post("/server/followers/{handle}/reject", s.administrator(s.changeFollow(answerFollow(follow.Rejected))))
}

func (s *Server) listFollows(followers bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := r.URL.Query()
		p, err := readPage(q)
		if err != nil {
			return err
		}
		f := follow.Platform{
			Followers: followers, State: q.Get("state"), Type: q.Get("actorType"),
			Filter: follow.Filter{Search: q.Get("search"), Start: p.Start, Count: p.Count},
		}
		if f.Sort, f.Down, err = readSort(q, "-createdAt", "createdAt", "state", "id", "score", "redundancyAllowed"); err != nil {
			return err
		}
		switch {
		case len(f.Search) > longestSearch:
			return fail.Field("search", "Should have at most %d characters.", longestSearch)
		case !slices.Contains([]string{"", follow.Pending, follow.Accept, follow.Rejected}, f.State):
			return fail.Field("state", "Should be pending, accepted or rejected.")
		case !slices.Contains([]string{"", "Application", "Group", "Person"}, f.Type):
			return fail.Field("actorType", "Should be Application, Group or Person.")
		}
		page, err := follow.OfPlatform(r.Context(), s.Pool, f)
		if err != nil {
			return err
		}
		return answer(w, page)
	}
}

const mostAtOnce = 50 // platforms to follow in one request

func (s *Server) followPlatforms(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Hosts   []string `json:"hosts"`
		Handles []string `json:"handles"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if n := len(in.Hosts) + len(in.Handles); n == 0 || n > mostAtOnce {
		return fail.Field("hosts", "Should be 1 to %d platforms or handles.", mostAtOnce)
	}
	var whom []string
	for _, h := range in.Hosts {
		host, ok := readHost(h)
		if !ok || host == s.host() {
			return fail.Field("hosts", "Should be names of other platforms such as videos.example.")
		}
		whom = append(whom, host)
	}
	for _, h := range in.Handles {
		handle, err := readHandle("handles", h)
		if err != nil || handle.Host == "" || handle.Host == s.host() {
			return fail.Field("handles", "Should be handles of other platforms such as films@videos.example.")
		}
		whom = append(whom, handle.Name+"@"+handle.Host)
	}
	if s.Follow == nil {
		return fail.New(fail.Unavailable, "This platform does not talk with others.")
	}
	for _, one := range whom {
		if err := s.Follow(r.Context(), one); err != nil {
			return err
		}
	}
	return done(w, nil)
}

// readHost reads the name of a server, perhaps with a port; an address of its front page will do.
func readHost(text string) (string, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, scheme := range []string{"https://", "http://"} {
		text = strings.TrimPrefix(text, scheme)
	}
	text = strings.TrimSuffix(text, "/")
	u, err := url.Parse("https://" + text)
	ok := err == nil && u.Host == text && u.Hostname() != "" && u.User == nil && len(text) < longestHandle && !strings.HasSuffix(text, ":")
	return text, ok
}

func answerFollow(state string) func(context.Context, pgx.Tx, account.Handle) error {
	return func(ctx context.Context, tx pgx.Tx, h account.Handle) error { return follow.Answer(ctx, tx, h, state) }
}

// changeFollow does something to the follow that a host or handle names.
func (s *Server) changeFollow(do func(context.Context, pgx.Tx, account.Handle) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		text, err := url.PathUnescape(chi.URLParam(r, "handle"))
		if err != nil {
			return fail.Field("handle", "Should be a host or a handle.")
		}
		h := account.Handle{}
		if host, ok := readHost(text); ok && !strings.Contains(text, "@") {
			h.Host = host
		} else if h, err = readHandle("handle", text); err != nil {
			return err
		}
		if h.Host == "" {
			return fail.Field("handle", "Should be a host or a handle.")
		}
		return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return do(r.Context(), tx, h) }))
	}
}
