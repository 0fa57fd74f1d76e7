package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
)

// letterRoutes are the ones that letters lead to, and those that ask for one.
func (s *Server) letterRoutes(r chi.Router) {
	r.Post("/users/ask-send-verify-email", s.do(s.askLetter("verify")))
	r.Post("/users/ask-reset-password", s.do(s.askLetter("reset")))
	r.Post("/users/{id}/verify-email", s.do(s.verifyEmail))
	r.Post("/users/{id}/reset-password", s.do(s.resetPassword))
}

// askLetter answers alike whether anyone has the address or not.
func (s *Server) askLetter(about string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Email string `json:"email"`
		}
		if err := read(w, r, &in); err != nil {
			return err
		}
		if err := s.letters(); err != nil {
			return err
		}
		return done(w, s.Door.AskLetter(r.Context(), s.Pool, about, in.Email, account.Place(r)))
	}
}

func (s *Server) verifyEmail(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Verification string `json:"verificationString"`
		Pending      bool   `json:"isPendingEmail"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Verification == "" {
		return fail.Field("verificationString", "Should not be empty.")
	}
	return done(w, account.Verify(r.Context(), s.Pool, id, in.Verification, in.Pending))
}

func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Verification string `json:"verificationString"`
		Password     string `json:"password"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Verification == "" {
		return fail.Field("verificationString", "Should not be empty.")
	}
	return done(w, s.Door.Reset(r.Context(), s.Pool, id, in.Verification, in.Password))
}
