package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"shoal/app/session"
)

// Custom is what the administrators add to every page but the player in frames of others.
type Custom struct{ CSS, JavaScript string }

const customScript = "/custom.js"

func (s *Server) custom(ctx context.Context) Custom {
	if s.Custom == nil {
		return Custom{}
	}
	c := s.Custom(ctx)
	c.CSS = strings.ReplaceAll(c.CSS, "</", `<\/`) // nothing in it ends the element; in CSS both mean the same
	return c
}

// additions are the administrators' style, which costs no request, and their script, for which nothing waits. Pages that
// run nothing do not run it either.
func (c Custom) additions(b []byte, v *session.Session) []byte {
	if c.CSS != "" {
		b = append(b, "<style>"+c.CSS+"</style>"...)
	}
	if c.JavaScript != "" && !v.Lite {
		b = append(b, `<script async src="`+customScript+"?v="+tagOf(c.JavaScript)+`"></script>`...)
	}
	return b
}

// allow lets the style apply; the script comes from our own address, as others of ours do.
func (c Custom) allow(policy string) string {
	if c.CSS == "" {
		return policy
	}
	return strings.Replace(policy, "style-src 'self'", "style-src 'self' "+hashed(c.CSS), 1)
}

func tagOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func (s *Server) customJS(w http.ResponseWriter, r *http.Request) {
	js := s.custom(r.Context()).JavaScript
	if js == "" {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Etag", `"`+tagOf(js)+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == tagOf(js) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == h.Get("Etag") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(js))
	}
}
