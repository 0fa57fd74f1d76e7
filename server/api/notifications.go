package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/shared/api"
)

func (s *Server) notificationRoutes(r chi.Router) {
	r.Get("/users/me/notifications", s.member(s.listNotifications))
	r.Post("/users/me/notifications/read", s.member(s.readNotifications))
	r.Post("/users/me/notifications/read-all", s.member(s.readAllNotifications))
	r.Put("/users/me/notification-settings", s.member(s.setNotifications))
}

func (s *Server) listNotifications(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	f := notify.Filter{Member: viewer(r).MemberID, Start: p.Start, Count: p.Count}
	if f.Types, err = numbers(q, "typeOneOf"); err != nil {
		return err
	}
	if f.Unread, err = readBool(q, "unread"); err != nil {
		return err
	}
	_, down, err := readSort(q, "-createdAt", "createdAt", "id", "read")
	if err != nil {
		return err
	}
	f.Up = !down
	page, err := notify.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

const mostMarked = 1000

func (s *Server) readNotifications(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		IDs []int64 `json:"ids"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if len(in.IDs) == 0 || len(in.IDs) > mostMarked {
		return fail.Field("ids", "Should be 1 to %d ids.", mostMarked)
	}
	return done(w, notify.Read(r.Context(), s.Pool, viewer(r).MemberID, in.IDs))
}

func (s *Server) readAllNotifications(w http.ResponseWriter, r *http.Request) error {
	return done(w, notify.ReadAll(r.Context(), s.Pool, viewer(r).MemberID))
}

func (s *Server) setNotifications(w http.ResponseWriter, r *http.Request) error {
	var in api.Wishes
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, account.SetWishes(r.Context(), s.Pool, viewer(r).MemberID, in.Given()))
}
