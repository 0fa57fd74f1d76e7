package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/moderation"
	"shoal/shared/api"
)

func (s *Server) muteRoutes(r chi.Router) {
	r.Get("/blocklist/status", s.anyone(s.showBlocks))
	for prefix, by := range map[string]func(muting) http.HandlerFunc{
		"/users/me/blocklist": func(m muting) http.HandlerFunc {
			return s.member(func(w http.ResponseWriter, r *http.Request) error { return m(w, r, viewer(r).AccountID) })
		},
		"/server/blocklist": func(m muting) http.HandlerFunc {
			return s.role(api.Moderator, func(w http.ResponseWriter, r *http.Request) error { return m(w, r, 0) })
		},
	} {
		r.Get(prefix+"/accounts", by(muted(s, moderation.Accounts)))
		r.Post(prefix+"/accounts", by(s.muteAccount))
		r.Delete(prefix+"/accounts/{name}", by(s.unmuteAccount))
		r.Get(prefix+"/servers", by(muted(s, moderation.Hosts)))
		r.Post(prefix+"/servers", by(s.muteHost))
		r.Delete(prefix+"/servers/{host}", by(s.unmuteHost))
	}
	r.Get("/server/blocklist/subscriptions", s.role(api.Moderator, s.listNone))
	r.Post("/server/blocklist/subscriptions", s.role(api.Moderator, notBuilt("Lists of blocks of elsewhere cannot be followed yet.")))
	r.Delete("/server/blocklist/subscriptions/{id}", s.role(api.Moderator, s.noSubscription))
	r.Get("/server/blocklist/public-log", s.do(func(http.ResponseWriter, *http.Request) error {
		return fail.New(fail.Forbidden, "This platform keeps its blocks to itself.")
	}))
}

// muting is a handler for what a blocker, the platform when 0, does not want to hear.
type muting func(w http.ResponseWriter, r *http.Request, blocker int64) error

// notBuilt answers what comes with a later part.
func notBuilt(words string) handler {
	return func(http.ResponseWriter, *http.Request) error { return fail.New(fail.NotBuilt, "%s", words) }
}

// listNone answers a list that nothing can be in.
func (s *Server) listNone(w http.ResponseWriter, r *http.Request) error {
	if _, err := readPage(r.URL.Query()); err != nil {
		return err
	}
	return answer(w, api.Page[struct{}]{Data: []struct{}{}})
}

// noSubscription answers for what nobody can have made.
func (s *Server) noSubscription(_ http.ResponseWriter, r *http.Request) error {
	if _, err := rowID(r, "id"); err != nil {
		return err
	}
	return fail.New(fail.NotFound, "There is no such subscription.")
}

func (s *Server) showBlocks(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	handles, hosts := words(q, "accounts"), words(q, "hosts")
	if len(handles) > maxCount || len(hosts) > maxCount {
		return fail.Field("accounts", "Should be at most %d.", maxCount)
	}
	for _, h := range handles {
		if _, err := readHandle("accounts", h); err != nil {
			return err
		}
	}
	for _, h := range hosts {
		if _, err := moderation.ParseHost(h); err != nil {
			return err
		}
	}
	var me int64
	if v := viewer(r); v != nil {
		me = v.AccountID
	}
	status, err := moderation.Status(r.Context(), s.Pool, me, handles, hosts)
	if err != nil {
		return err
	}
	return answer(w, status)
}

func readMutes(q url.Values, blocker int64) (f moderation.Filter, err error) {
	text, p, err := readFound(q)
	if err != nil {
		return f, err
	}
	f = moderation.Filter{Blocker: blocker, Search: text, Start: p.Start, Count: p.Count}
	_, f.Down, err = readSort(q, "-createdAt", "createdAt", "id")
	return f, err
}

// blocker is a blocker as an account; the platform's own is made up, for apps that show one.
func (s *Server) blocker(r *http.Request, id int64) (api.Account, error) {
	if id == 0 {
		return api.Account{ActorSummary: api.ActorSummary{
			Name: "peertube", DisplayName: "peertube", Host: s.host(), URL: s.URL + "/accounts/peertube", Avatars: []api.Image{},
		}}, nil
	}
	all, err := account.Many(r.Context(), s.Pool, []int64{id})
	return all[id], err
}

// muted lists what read finds.
func muted[T any](s *Server, read func(context.Context, db.Q, moderation.Filter, api.Account) (api.Page[T], error)) muting {
	return func(w http.ResponseWriter, r *http.Request, blocker int64) error {
		f, err := readMutes(r.URL.Query(), blocker)
		if err != nil {
			return err
		}
		by, err := s.blocker(r, blocker)
		if err != nil {
			return err
		}
		page, err := read(r.Context(), s.Pool, f, by)
		if err != nil {
			return err
		}
		return answer(w, page)
	}
}

func (s *Server) muteAccount(w http.ResponseWriter, r *http.Request, blocker int64) error {
	var in struct {
		Name string `json:"accountName"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	a, err := s.mutable(r, in.Name, "accountName")
	if err != nil {
		return err
	}
	if blocker == 0 && a.ID == viewer(r).AccountID {
		return fail.New(fail.Conflict, "You cannot block yourself.")
	}
	return done(w, moderation.BlockAccount(r.Context(), s.Pool, blocker, a.ID))
}

func (s *Server) mutable(r *http.Request, name, field string) (api.Account, error) {
	h, err := readHandle(field, name)
	if err != nil {
		return api.Account{}, err
	}
	return account.ByHandle(r.Context(), s.Pool, h)
}

func (s *Server) unmuteAccount(w http.ResponseWriter, r *http.Request, blocker int64) error {
	a, err := s.mutable(r, chi.URLParam(r, "name"), "accountName")
	if err != nil {
		return err
	}
	return done(w, moderation.UnblockAccount(r.Context(), s.Pool, blocker, a.ID))
}

func (s *Server) muteHost(w http.ResponseWriter, r *http.Request, blocker int64) error {
	var in api.Host
	if err := read(w, r, &in); err != nil {
		return err
	}
	host, err := moderation.ParseHost(in.Host)
	if err != nil {
		return err
	}
	return done(w, moderation.BlockHost(r.Context(), s.Pool, blocker, host, s.host()))
}

func (s *Server) unmuteHost(w http.ResponseWriter, r *http.Request, blocker int64) error {
	host, err := moderation.ParseHost(chi.URLParam(r, "host"))
	if err != nil {
		return err
	}
	return done(w, moderation.UnblockHost(r.Context(), s.Pool, blocker, host))
}
