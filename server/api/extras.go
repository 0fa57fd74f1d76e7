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

func (s *Server) captions(list []video.Caption, tail string) []api.Caption {
	out := make([]api.Caption, len(list))
	for i, c := range list {
		path := video.CaptionPath(c.Filename) + tail
		out[i] = api.Caption{
			Language: language(&c.Language), AutomaticallyGenerated: c.Automatic, CaptionPath: path, FileURL: s.URL + path,
			UpdatedAt: api.Time{Time: c.UpdatedAt},
		}
	}
	return out
}

func (s *Server) listCaptions(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	_, tail, err := s.tail(r.Context(), a)
	if err != nil {
		return err
	}
	list, err := video.Captions(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Page[api.Caption]{Total: int64(len(list)), Data: s.captions(list, tail)})
}

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

func (s *Server) deleteCaption(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return video.DeleteCaption(r.Context(), tx, a.ID, chi.URLParam(r, "language"))
	}))
}

func chapters(list []video.Chapter) []api.Chapter {
	out := make([]api.Chapter, len(list))
	for i, c := range list {
		out[i] = api.Chapter{Timecode: c.Timecode, Title: c.Title}
	}
	return out
}

func (s *Server) listChapters(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	list, err := video.Chapters(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Chapters{Chapters: chapters(list)})
}

func (s *Server) putChapters(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	var in api.Chapters
	if err := read(w, r, &in); err != nil {
		return err
	}
	list := make([]video.Chapter, len(in.Chapters))
	for i, c := range in.Chapters {
		list[i] = video.Chapter{Timecode: c.Timecode, Title: c.Title}
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return video.SetChapters(r.Context(), tx, a.ID, list)
	}))
}

func (s *Server) storyboards(list []video.Storyboard, tail string) []api.Storyboard {
	out := make([]api.Storyboard, len(list))
	for i, b := range list {
		path := video.StoryboardPath(b.Filename) + tail
		out[i] = api.Storyboard{
			StoryboardPath: path, FileURL: s.URL + path, TotalHeight: b.TotalHeight, TotalWidth: b.TotalWidth,
			SpriteHeight: b.SpriteHeight, SpriteWidth: b.SpriteWidth, SpriteDuration: b.SpriteDuration,
		}
	}
	return out
}

func (s *Server) listStoryboards(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	_, tail, err := s.tail(r.Context(), a)
	if err != nil {
		return err
	}
	list, err := video.Storyboards(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Storyboards{Storyboards: s.storyboards(list, tail)})
}
