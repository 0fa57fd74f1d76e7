package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/follow"
)

func (s *Server) followerRoutes(r chi.Router) {
	r.Get("/video-channels/{handle}/followers", s.member(s.listChannelFollowers))
	r.Get("/accounts/{name}/followers", s.member(s.listAccountFollowers))
}

func readFollowers(r *http.Request) (f follow.Filter, err error) {
	q := r.URL.Query()
	p, newest, err := readDated(q)
	return follow.Filter{Search: q.Get("search"), Start: p.Start, Count: p.Count, Down: newest}, or(err, func() error { return checkSearch(q, "search") })
}

func (s *Server) listChannelFollowers(w http.ResponseWriter, r *http.Request) error {
	f, err := readFollowers(r)
	if err != nil {
		return err
	}
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	page, err := follow.Of(r.Context(), s.Pool, c.ID, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) listAccountFollowers(w http.ResponseWriter, r *http.Request) error {
	f, err := readFollowers(r)
	if err != nil {
		return err
	}
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	if v := viewer(r); v.AccountID != a.ID && !v.IsModerator() {
		return fail.New(fail.Forbidden, "Only the owner of an account sees who follows it.")
	}
	page, err := follow.OfAccount(r.Context(), s.Pool, a.ID, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}
