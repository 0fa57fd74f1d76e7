package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/joining"
	"shoal/shared/api"
)

func (s *Server) registerRoutes(r chi.Router) {
	r.Post("/users/register", s.do(s.register))
	r.Get("/users/registrations", s.moderator(s.listRegistrations))
	r.Post("/users/registrations/request", s.do(s.requestRegistration))
	r.Post("/users/registrations/ask-send-verify-email", s.do(s.askRegistrationLetter))
	r.Post("/users/registrations/{id}/verify-email", s.do(s.verifyRegistration))
	r.Post("/users/registrations/{id}/accept", s.moderator(s.decideJoin(true)))
	r.Post("/users/registrations/{id}/reject", s.moderator(s.decideJoin(false)))
	r.Delete("/users/registrations/{id}", s.moderator(s.deleteRegistration))
}

func (s *Server) newcomer(w http.ResponseWriter, r *http.Request) (n joining.Newcomer, err error) {
	n.Address, n.Place = origin(r), account.Place(r)
	return n, read(w, r, &n.Register)
}

func (s *Server) register(w http.ResponseWriter, r *http.Request) error {
	n, err := s.newcomer(w, r)
	if err != nil {
		return err
	}
	_, err = s.People.Gate.Register(r.Context(), s.Pool, n)
	return done(w, err)
}

func (s *Server) requestRegistration(w http.ResponseWriter, r *http.Request) error {
	n, err := s.newcomer(w, r)
	if err != nil {
		return err
	}
	id, err := s.People.Gate.Ask(r.Context(), s.Pool, n)
	if err != nil {
		return err
	}
	return answer(w, struct {
		ID    int64        `json:"id"`
		State api.Constant `json:"state"`
	}{id, joining.State(1)})
}

func (s *Server) askRegistrationLetter(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Email string `json:"email"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Email == "" {
		return fail.Field("email", "This is not an email address.")
	}
	if err := s.letters(); err != nil {
		return err
	}
	return done(w, s.People.Gate.AskLetter(r.Context(), s.Pool, in.Email, account.Place(r)))
}

func (s *Server) verifyRegistration(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Verification string `json:"verificationString"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Verification == "" {
		return fail.Field("verificationString", "Should not be empty.")
	}
	return done(w, joining.Verify(r.Context(), s.Pool, id, in.Verification))
}

func (s *Server) decideJoin(accept bool) handler {
	action := map[bool]string{true: "accept", false: "reject"}[accept]
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := rowID(r, "id")
		if err != nil {
			return err
		}
		var in struct {
			Response string `json:"moderationResponse"`
			Silent   bool   `json:"preventEmailDelivery"`
		}
		if err := read(w, r, &in); err != nil {
			return err
		}
		d := joining.Decision{Accept: accept, Answer: in.Response, Silent: in.Silent}
		return done(w, s.audited(r, "registrations", action, map[string]any{"registration-id": id}, func(ctx context.Context, tx pgx.Tx) error {
			_, err := s.People.Gate.Decide(ctx, tx, id, d)
			return err
		}))
	}
}

func (s *Server) deleteRegistration(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	return done(w, s.audited(r, "registrations", "delete", map[string]any{"registration-id": id}, func(ctx context.Context, tx pgx.Tx) error {
		return joining.Delete(ctx, tx, id)
	}))
}

func (s *Server) listRegistrations(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, p, err := readFound(q)
	if err != nil {
		return err
	}
	f := joining.Filter{Search: text, Start: p.Start, Count: p.Count}
	if f.Sort, f.Down, err = readSort(q, "-createdAt", "createdAt", "state"); err != nil {
		return err
	}
	for _, text := range list(q, "stateOneOf") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 3 {
			return fail.Field("stateOneOf", "Should be some of 1, 2 and 3.")
		}
		f.States = append(f.States, n)
	}
	page, err := joining.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}
