package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

// maxCaption is the largest caption file, in bytes.
const maxCaption = 20 << 20

// putCaption takes WebVTT, or SubRip which it turns into WebVTT, as the file "captionfile" of a multipart body.
func (s *Server) putCaption(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	tag := chi.URLParam(r, "language")
	if api.Languages[tag] == "" {
		return fail.Field("language", "There is no such language.")
	}
	vtt, err := readCaption(w, r)
	if err != nil {
		return err
	}
	name := uuid.NewString() + "-" + tag + ".vtt"
	if _, err := s.Store.Put(r.Context(), "captions/"+name, bytes.NewReader(vtt)); err != nil {
		return err
	}
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return video.SetCaption(r.Context(), tx, a.ID, video.Caption{Language: tag, Filename: name})
	})
	if err != nil {
		return errors.Join(err, s.Store.Delete(r.Context(), "captions/"+name))
	}
	return done(w, nil)
}

func readCaption(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxCaption)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "Send the captions as the file captionfile of a form.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, fail.Field("captionfile", "The file is missing.")
		}
		if err != nil {
			return nil, broken(err)
		}
		if part.FormName() != "captionfile" {
			continue
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return nil, broken(err)
		}
		return vtt(b)
	}
}

// vtt makes WebVTT of a caption file: it has a head, and full stops where SubRip has commas.
func vtt(b []byte) ([]byte, error) {
	text := strings.TrimPrefix(string(b), "\ufeff")
	if !plain(text) {
		return nil, fail.Field("captionfile", "The file should be text in UTF-8.")
	}
	if strings.HasPrefix(text, "WEBVTT") {
		return []byte(text), nil
	}
	if !strings.Contains(text, "-->") {
		return nil, fail.Field("captionfile", "The file is neither WebVTT nor SubRip.")
	}
	var out strings.Builder
	out.WriteString("WEBVTT\n\n")
	for line := range strings.Lines(text) {
		if strings.Contains(line, "-->") {
			line = strings.ReplaceAll(line, ",", ".")
		}
		out.WriteString(strings.TrimRight(line, "\r\n") + "\n")
	}
	return []byte(out.String()), nil
}
