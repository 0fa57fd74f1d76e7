package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) historyRoutes(r chi.Router) {
	r.Get("/users/me/history/videos", s.member(s.listHistory))
	r.Delete("/users/me/history/videos/{id}", s.member(s.forgetVideo))
	r.Post("/users/me/history/videos/remove", s.member(s.clearHistory))
}

func (s *Server) listHistory(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	search, p, err := readFound(r.URL.Query())
	if err != nil {
		return err
	}
	cards, total, err := video.History(r.Context(), s.Pool, v.MemberID, v.AccountID, search, p.Start, p.Count)
	if err != nil {
		return err
	}
	out := api.Page[api.Video]{Total: total, Data: make([]api.Video, 0, len(cards))}
	for i := range cards {
		_, tail, err := s.tail(r.Context(), accessOf(&cards[i]))
		if err != nil {
			return err
		}
		out.Data = append(out.Data, s.card(&cards[i], tail))
	}
	return answer(w, out)
}

func (s *Server) forgetVideo(w http.ResponseWriter, r *http.Request) error {
	ref, err := video.ParseRef(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	a, err := video.AccessOf(r.Context(), s.Pool, ref)
	if err != nil {
		return err
	}
	return done(w, video.Forget(r.Context(), s.Pool, viewer(r).MemberID, &a.ID))
}

func (s *Server) clearHistory(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Before *time.Time `json:"beforeDate"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Before == nil {
		return done(w, video.Forget(r.Context(), s.Pool, viewer(r).MemberID, nil))
	}
	return done(w, video.ForgetBefore(r.Context(), s.Pool, viewer(r).MemberID, *in.Before))
}
