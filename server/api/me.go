package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/leaving"
	"shoal/server/picture"
	"shoal/shared/api"
)

// meRoutes are what people do about their own account.
func (s *Server) meRoutes(r chi.Router) {
	r.Delete("/users/me", s.member(s.deleteMe))
	r.Post("/users/me/avatar/pick", s.member(s.pickMine))
	r.Delete("/users/me/avatar", s.member(s.unpickMine))
	r.Post("/users/me/new-feature-info/read", s.member(s.readFeature))
	r.Get("/users/scoped-tokens", s.member(s.showScoped))
	r.Post("/users/scoped-tokens", s.member(s.renewScoped))
}

func (s *Server) deleteMe(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	if err := leaving.Account(r.Context(), s.Pool, v, v.MemberID); err != nil {
		return err
	}
	if bearer(r) == "" {
		account.ClearCookie(w, s.secure())
	}
	return done(w, nil)
}

func (s *Server) pickMine(w http.ResponseWriter, r *http.Request) error {
	file, err := readPicture(w, r, "avatarfile")
	if err != nil {
		return err
	}
	m, err := account.Self(r.Context(), s.Pool, viewer(r))
	if err != nil {
		return err
	}
	kept, err := account.Pick(r.Context(), s.Pool, s.Store, m.ActorID, picture.Avatars, file)
	if err != nil {
		return err
	}
	return answer(w, struct {
		Avatars []api.Image `json:"avatars"`
	}{picture.Images(kept, picture.Avatars, s.URL)})
}

func (s *Server) unpickMine(w http.ResponseWriter, r *http.Request) error {
	m, err := account.Self(r.Context(), s.Pool, viewer(r))
	if err != nil {
		return err
	}
	return done(w, account.Unpick(r.Context(), s.Pool, m.ActorID, picture.Avatars))
}

func (s *Server) readFeature(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Feature int `json:"feature"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Feature < 1 || in.Feature > 1<<30 || in.Feature&(in.Feature-1) != 0 {
		return fail.Field("feature", "There is no such feature.")
	}
	return done(w, account.ReadFeature(r.Context(), s.Pool, viewer(r).MemberID, in.Feature))
}

type scoped struct {
	FeedToken string `json:"feedToken"`
}

func (s *Server) showScoped(w http.ResponseWriter, r *http.Request) error {
	token, err := account.FeedToken(r.Context(), s.Pool, viewer(r).MemberID, false)
	if err != nil {
		return err
	}
	return answer(w, scoped{token})
}

func (s *Server) renewScoped(w http.ResponseWriter, r *http.Request) error {
	token, err := account.FeedToken(r.Context(), s.Pool, viewer(r).MemberID, true)
	if err != nil {
		return err
	}
	return answer(w, scoped{token})
}
