package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/shared/api"
)

func (s *Server) replaceRoutes(r chi.Router) {
	r.Post("/videos/{id}/source/replace-resumable", s.member(s.beginReplacing))
	r.Put("/videos/{id}/source/replace-resumable", s.member(s.putReplacement))
	r.Delete("/videos/{id}/source/replace-resumable", s.member(s.cancelReplacing))
}

// beginReplacing opens an upload whose file takes the place of a video's; the protocol is that of uploads.
func (s *Server) beginReplacing(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	var in uploading
	if err := read(w, r, &in); err != nil {
		return err
	}
	if text := r.Header.Get("X-Upload-Content-Length"); text != "" {
		if in.Size, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fail.Field("x-upload-content-length", "Should be a number of bytes.")
		}
	}
	u, err := s.Uploads.Replace(r.Context(), viewer(r), a, in.Filename, in.Size)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Location", "//"+r.Host+Prefix+"/videos/"+a.UUID.String()+"/source/replace-resumable?upload_id="+url.QueryEscape(u.ID))
	h.Set("Access-Control-Expose-Headers", "Retry-After, Location")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}

// replacing refuses uploads that are not for the video of the address.
func (s *Server) replacing(r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return s.Uploads.FindReplacing(r.Context(), viewer(r), r.URL.Query().Get("upload_id"), a.ID)
}

func (s *Server) putReplacement(w http.ResponseWriter, r *http.Request) error {
	if err := s.replacing(r); err != nil {
		return err
	}
	return s.takeChunk(w, r, func(*api.VideoUploaded) error { return done(w, nil) })
}

func (s *Server) cancelReplacing(w http.ResponseWriter, r *http.Request) error {
	if err := s.replacing(r); err != nil {
		return err
	}
	return s.cancelUpload(w, r)
}
