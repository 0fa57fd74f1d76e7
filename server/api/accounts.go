package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
)

func (s *Server) accountRoutes(r chi.Router) {
	r.Get("/accounts", s.do(s.listAccounts))
	r.Get("/accounts/{name}", s.do(s.showAccount))
	r.Get("/accounts/{name}/video-channels", s.anyone(s.listAccountChannels))
}

func (s *Server) listAccounts(w http.ResponseWriter, r *http.Request) error {
	p, down, err := readDated(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := account.List(r.Context(), s.Pool, down, p.Start, p.Count)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) error {
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	return answer(w, a)
}

func (s *Server) listAccountChannels(w http.ResponseWriter, r *http.Request) error {
	f, err := readChannels(r.URL.Query(), "-createdAt")
	if err != nil {
		return err
	}
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	f.AccountID = a.ID
	own := viewer(r) != nil && viewer(r).AccountID == a.ID // the rest is for the account alone
	works, err := readBool(r.URL.Query(), "includeCollaborations")
	if err != nil {
		return err
	}
	stats, err := readBool(r.URL.Query(), "withStats")
	if err != nil {
		return err
	}
	f.Works = own && works != nil && *works
	page, err := channel.List(r.Context(), s.Pool, f)
	if err == nil && own && stats != nil && *stats {
		err = channel.AddViews(r.Context(), s.Pool, page.Data)
	}
	if err != nil {
		return err
	}
	return answer(w, page)
}
