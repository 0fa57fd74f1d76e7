package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) embedRoutes(r chi.Router) {
	r.Get("/videos/{id}/embed-privacy", s.member(s.showEmbedding))
	r.Put("/videos/{id}/embed-privacy", s.member(s.putEmbedding))
	r.Get("/videos/{id}/embed-privacy/allowed", s.anyone(s.mayEmbed))
}

func (s *Server) showEmbedding(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	e, err := video.EmbeddingOf(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.EmbedPrivacy{Policy: api.Constant{ID: e.Policy, Label: api.EmbedPolicies[e.Policy]}, Domains: e.Domains})
}

func (s *Server) putEmbedding(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	var in struct {
		Policy  int      `json:"policy"`
		Domains []string `json:"domains"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, video.SetEmbedding(r.Context(), s.Pool, a.ID, video.Embedding{Policy: in.Policy, Domains: in.Domains}))
}

// mayEmbed tells whether a site may show the video; its owner may anywhere.
func (s *Server) mayEmbed(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	domain := r.URL.Query().Get("domain")
	if domain == "" {
		return fail.Field("domain", "The site is missing.")
	}
	e, err := video.EmbeddingOf(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	out := api.EmbedAllowed{DomainAllowed: e.Allows(domain)}
	if v := viewer(r); v != nil {
		bypass := a.Owner(v)
		out.UserBypassAllowed = &bypass
	}
	return answer(w, out)
}

// unbuilt answers what comes with features of their own.
func (s *Server) unbuilt(what string) http.HandlerFunc {
	return s.member(func(http.ResponseWriter, *http.Request) error { return fail.New(fail.NotBuilt, "%s", what) })
}

func (s *Server) laterRoutes(r chi.Router) {
	studio, live := s.unbuilt("Videos cannot be cut here yet."), s.unbuilt("Live videos are not there yet.")
	imports, words := s.unbuilt("Videos cannot be imported yet."), s.unbuilt("Captions cannot be generated here yet.")
	r.Post("/videos/{id}/studio/edit", studio)
	r.Post("/videos/{id}/captions/generate", words)
	r.Post("/videos/live", live)
	r.Get("/videos/live/{id}", live)
	r.Put("/videos/live/{id}", live)
	r.Get("/videos/live/{id}/sessions", live)
	r.Get("/videos/{id}/live-session", live)
	r.Post("/videos/imports", imports)
	r.Post("/videos/imports/{importId}/cancel", imports)
	r.Post("/videos/imports/{importId}/retry", imports)
	r.Delete("/videos/imports/{importId}", imports)
	r.Get("/users/me/videos/imports", imports)
}
