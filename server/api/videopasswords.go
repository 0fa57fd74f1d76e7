package api

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) passwordRoutes(r chi.Router) {
	r.Get("/videos/{id}/passwords", s.member(s.listPasswords))
	r.Put("/videos/{id}/passwords", s.member(s.putPasswords))
	r.Post("/videos/{id}/passwords", s.member(s.addPassword))
	r.Delete("/videos/{id}/passwords/{passwordId}", s.member(s.deletePassword))
}

// locked is the video of the address, when the viewer may change it and it has passwords.
func (s *Server) locked(r *http.Request) (video.Access, error) {
	a, err := s.managed(r)
	if err != nil {
		return a, err
	}
	return a, a.Locked()
}

func (s *Server) listPasswords(w http.ResponseWriter, r *http.Request) error {
	a, err := s.locked(r)
	if err != nil {
		return err
	}
	p, err := readPage(r.URL.Query())
	if err != nil {
		return err
	}
	_, down, err := readSort(r.URL.Query(), "createdAt", "createdAt")
	if err != nil {
		return err
	}
	list, total, err := video.PasswordPage(r.Context(), s.Pool, a.ID, down, p.Start, p.Count)
	if err != nil {
		return err
	}
	out := api.Page[api.VideoPassword]{Total: total, Data: make([]api.VideoPassword, len(list))}
	for i, one := range list {
		out.Data[i] = api.VideoPassword{ID: one.ID, Password: one.Password, VideoID: a.ID, CreatedAt: api.Time{Time: one.CreatedAt}, UpdatedAt: api.Time{Time: one.CreatedAt}}
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return answer(w, out)
}

// passwordsIn is the body of the requests that change passwords.
type passwordsIn struct {
	Passwords []string `json:"passwords"`
	Password  string   `json:"password"`
}

// changePasswords lets f change the passwords of the video of the address.
func (s *Server) changePasswords(w http.ResponseWriter, r *http.Request, f func(context.Context, pgx.Tx, int64, passwordsIn) error) error {
	a, err := s.locked(r)
	if err != nil {
		return err
	}
	var in passwordsIn
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return f(r.Context(), tx, a.ID, in) }))
}

func (s *Server) putPasswords(w http.ResponseWriter, r *http.Request) error {
	return s.changePasswords(w, r, func(ctx context.Context, tx pgx.Tx, id int64, in passwordsIn) error {
		return video.ReplacePasswords(ctx, tx, id, in.Passwords)
	})
}

func (s *Server) addPassword(w http.ResponseWriter, r *http.Request) error {
	return s.changePasswords(w, r, func(ctx context.Context, tx pgx.Tx, id int64, in passwordsIn) error {
		return video.AddPassword(ctx, tx, id, in.Password)
	})
}

func (s *Server) deletePassword(w http.ResponseWriter, r *http.Request) error {
	which, err := rowID(r, "passwordId")
	if err != nil {
		return err
	}
	return s.changePasswords(w, r, func(ctx context.Context, tx pgx.Tx, id int64, _ passwordsIn) error {
		return video.RemovePassword(ctx, tx, id, which)
	})
}
