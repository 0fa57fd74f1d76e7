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
	r.Get("/accounts/{name}/video-channels", s.do(s.listAccountChannels))
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
	page, err := channel.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}
