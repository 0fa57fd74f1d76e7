package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/instance"
)

// sessionRoutes are Shoal's own: sign-in by cookie, for our pages, and the set-up of a new platform.
func (s *Server) sessionRoutes(r chi.Router) {
	r.Post("/session", s.do(s.signIn))
	r.Delete("/session", s.anyone(s.signOut))
	r.Get("/setup", s.do(s.showSetup))
	r.Post("/setup", s.do(s.setUp))
}

// signIn gives the browser a session. Another site's page must not sign a visitor in as someone of its choice.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if s.origin.Check(r) != nil {
		return fail.New(fail.Forbidden, "This was sent from another site.")
	}
	var in struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Step     string `json:"step"` // instead of both, when the password was right and the second factor was missing
		Code     string `json:"code"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	a := attempt(r, in.Username, in.Password)
	if in.Code != "" {
		a.Code = strings.Join(strings.Fields(in.Code), "")
	}
	enter := s.Door.SignInCookie
	if in.Step != "" {
		enter = func(ctx context.Context, q db.Q, a account.Attempt) (string, error) {
			return s.Door.SecondStep(ctx, q, in.Step, a)
		}
	}
	token, err := enter(r.Context(), s.Pool, a)
	if err != nil {
		return s.askStep(w, r, in.Username, err)
	}
	account.SetCookie(w, token, s.secure())
	w.Header().Set("Cache-Control", "no-store")
	return done(w, nil)
}

// stepHeader carries what the next request shows instead of the password.
const stepHeader = "X-Shoal-Step"

// askStep is askCode for our pages, which do not keep the password until the code is typed.
func (s *Server) askStep(w http.ResponseWriter, r *http.Request, name string, err error) error {
	var e *fail.Error
	if !errors.As(err, &e) || e.Code != "missing_two_factor" || name == "" {
		return askCode(w, err)
	}
	step, bad := s.Door.Step(r.Context(), s.Pool, name)
	if bad != nil {
		return bad
	}
	w.Header().Set(stepHeader, step)
	w.Header().Set("Cache-Control", "no-store")
	return askCode(w, err)
}

// signOut ends the session, if there still is one.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if s.origin.Check(r) != nil {
		return fail.New(fail.Forbidden, "This was sent from another site.")
	}
	account.ClearCookie(w, s.secure())
	if v := viewer(r); v != nil {
		return done(w, account.Revoke(r.Context(), s.Pool, v))
	}
	return done(w, nil)
}

// showSetup answers 204 when the link with this token can be used.
func (s *Server) showSetup(w http.ResponseWriter, r *http.Request) error {
	return done(w, instance.CheckSetup(r.Context(), s.Pool, r.URL.Query().Get("token")))
}

// setUp makes the first administrator and names the platform.
func (s *Server) setUp(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token    string `json:"token"`
		Name     string `json:"name"` // of the platform
		Username string `json:"username"`
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	name := func(i *instance.Settings) {
		if in.Name != "" {
			i.Name = in.Name
		}
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		_, err := channel.Setup(r.Context(), tx, in.Token, account.New{Site: s.URL, Username: in.Username, Email: in.Email, Password: in.Password})
		if err != nil {
			return err
		}
		return s.Instance.ChangeIn(r.Context(), tx, name)
	}))
}
