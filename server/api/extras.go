package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

// seenWithTail is seen, and what opens the video's files.
func (s *Server) seenWithTail(r *http.Request) (video.Access, string, error) {
	a, err := s.seen(r)
	if err != nil {
		return a, "", err
	}
	_, tail, err := s.tail(r.Context(), a)
	return a, tail, err
}

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
	a, tail, err := s.seenWithTail(r)
	if err != nil {
		return err
	}
	list, err := video.Captions(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Page[api.Caption]{Total: int64(len(list)), Data: s.captions(list, tail)})
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
	a, tail, err := s.seenWithTail(r)
	if err != nil {
		return err
	}
	list, err := video.Storyboards(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Storyboards{Storyboards: s.storyboards(list, tail)})
}
