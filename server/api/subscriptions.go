package api

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/follow"
	"shoal/server/search"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) subscriptionRoutes(r chi.Router) {
	r.Get("/users/me/subscriptions", s.member(s.listSubscriptions))
	r.Post("/users/me/subscriptions", s.member(s.subscribe))
	r.Get("/users/me/subscriptions/exist", s.member(s.knowSubscriptions))
	r.Get("/users/me/subscriptions/videos", s.member(s.listSubscribed))
	r.Get("/users/me/subscriptions/{handle}", s.member(s.showSubscription))
	r.Delete("/users/me/subscriptions/{handle}", s.member(s.unsubscribe))
}

func (s *Server) listSubscriptions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	f := follow.Filter{Search: q.Get("search"), Start: p.Start, Count: p.Count}
	if f.Sort, f.Down, err = readSort(q, "-createdAt", "id", "createdAt", "channelUpdatedAt"); err != nil {
		return err
	}
	if len(f.Search) > longestSearch {
		return fail.Field("search", "Should have at most %d characters.", longestSearch)
	}
	ids, total, err := follow.Subscriptions(r.Context(), s.Pool, viewer(r).AccountID, f)
	if err != nil {
		return err
	}
	channels, err := channel.Many(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	return answer(w, api.Page[api.Channel]{Total: total, Data: channels})
}

const longestHandle = 320

// readHandle reads name or name@host.
func readHandle(field, text string) (account.Handle, error) {
	h := account.ParseHandle(text)
	if h.Name == "" || len(text) > longestHandle || strings.ContainsAny(text, " /?#") || strings.Contains(h.Host, "@") {
		return h, fail.Field(field, "Should be a handle such as films@videos.example.")
	}
	return h, nil
}

func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		URI string `json:"uri"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	actor, err := s.followable(r, strings.TrimSpace(in.URI))
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return follow.Subscribe(r.Context(), tx, viewer(r).AccountID, actor)
	}))
}

// followable is the actor of a channel, by its handle or address, here or elsewhere.
func (s *Server) followable(r *http.Request, uri string) (actor int64, err error) {
	absent := fail.New(fail.NotFound, "There is no such channel.")
	if search.IsAddress(uri) && len(uri) <= longestSearch {
		id, err := s.byAddress(r, search.Channel, uri)
		if err == nil && id == 0 {
			err = absent
		}
		if err != nil {
			return 0, err
		}
		return follow.ActorOf(r.Context(), s.Pool, id)
	}
	h, err := readHandle("uri", uri)
	if err != nil {
		return 0, err
	}
	actor, kind, err := follow.Find(r.Context(), s.Pool, h)
	switch {
	case err == nil && kind != "channel":
		return 0, absent
	case !fail.Is(err, fail.NotFound) || h.Host == "" || h.Host == s.host() || s.Lookup == nil:
		return actor, err
	}
	id, err := s.Lookup(r.Context(), search.Channel, h.Name+"@"+h.Host)
	if err == nil && id == 0 {
		err = absent
	}
	if err != nil {
		return 0, err
	}
	return follow.ActorOf(r.Context(), s.Pool, id)
}

func (s *Server) knowSubscriptions(w http.ResponseWriter, r *http.Request) error {
	uris := words(r.URL.Query(), "uris")
	if len(uris) == 0 || len(uris) > maxCount {
		return fail.Field("uris", "Should be 1 to %d handles.", maxCount)
	}
	handles := make([]account.Handle, len(uris))
	for i, uri := range uris {
		var err error
		if handles[i], err = readHandle("uris", uri); err != nil {
			return err
		}
	}
	all, err := follow.Exist(r.Context(), s.Pool, viewer(r).AccountID, handles)
	if err != nil {
		return err
	}
	out := map[string]bool{}
	for i, is := range all {
		out[uris[i]] = is
	}
	return answer(w, out)
}

func (s *Server) listSubscribed(w http.ResponseWriter, r *http.Request) error {
	return s.listSome(w, r, func(f *video.Filter) {
		me := viewer(r).AccountID
		f.Subscriber, f.Unmuted = &me, &me
	})
}

// subscription is the channel of the address, which the viewer must follow.
func (s *Server) subscription(r *http.Request) (api.Channel, error) {
	text := chi.URLParam(r, "handle")
	h, err := readHandle("handle", text)
	if err != nil {
		return api.Channel{}, err
	}
	is, err := follow.Exist(r.Context(), s.Pool, viewer(r).AccountID, []account.Handle{h})
	if err != nil {
		return api.Channel{}, err
	}
	if !is[0] {
		return api.Channel{}, fail.New(fail.NotFound, "You do not follow this channel.")
	}
	return channel.ByHandle(r.Context(), s.Pool, h)
}

func (s *Server) showSubscription(w http.ResponseWriter, r *http.Request) error {
	c, err := s.subscription(r)
	if err != nil {
		return err
	}
	return answer(w, c)
}

func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	h, err := readHandle("handle", chi.URLParam(r, "handle"))
	if err != nil {
		return err
	}
	actor, _, err := follow.Find(r.Context(), s.Pool, h)
	if err != nil {
		return err
	}
	return done(w, follow.Unsubscribe(r.Context(), s.Pool, viewer(r).AccountID, actor))
}
