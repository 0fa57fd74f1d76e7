package api

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/shared/api"
)

func (s *Server) constantRoutes(r chi.Router) {
	r.Get("/videos/categories", s.constant(api.Categories))
	r.Get("/videos/licences", s.constant(api.Licences))
	r.Get("/videos/languages", s.constant(api.Languages))
	r.Get("/videos/privacies", s.constant(api.Privacies))
}

// constant answers a table that never changes.
func (s *Server) constant(table any) http.HandlerFunc {
	text, err := json.Marshal(table)
	if err != nil {
		panic(err) // a map of strings is always JSON
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = jsonType
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(text) // the reader may be gone
	}
}
