package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/docs"
)

func (s *Server) describeRoutes(r chi.Router) { r.Get("/openapi.yaml", s.do(showInterface)) }

var descriptionTag = sync.OnceValue(func() string {
	sum := sha256.Sum256(docs.OpenAPI)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
})

// showInterface answers the description of this interface.
func showInterface(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "application/yaml")
	h.Set("Etag", descriptionTag())
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(docs.OpenAPI))
	return nil
}
