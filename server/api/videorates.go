package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) rateRoutes(r chi.Router) {
	r.Put("/videos/{id}/rate", s.member(s.rateVideo))
	r.Get("/users/me/videos/{id}/rating", s.member(s.showRating))
	r.Get("/accounts/{name}/ratings", s.member(s.listRatings))
}

func (s *Server) rateVideo(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	var in struct {
		Rating string `json:"rating"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, video.Rate(r.Context(), s.Pool, viewer(r).AccountID, a.ID, in.Rating))
}

func (s *Server) showRating(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	rating, err := video.RatingOf(r.Context(), s.Pool, viewer(r).AccountID, a.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Rating{ID: a.ID, VideoID: a.ID, Rating: rating})
}

// listRatings tells an account's ratings to the account alone.
func (s *Server) listRatings(w http.ResponseWriter, r *http.Request) error {
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	v, q := viewer(r), r.URL.Query()
	if a.ID != v.AccountID {
		return fail.New(fail.Forbidden, "Only the owner of this account may see its ratings.")
	}
	p, down, err := readDated(q)
	if err != nil {
		return err
	}
	f := video.Ratings{Account: v.AccountID, Member: &v.MemberID, Rating: q.Get("rating"), Oldest: !down, Start: p.Start, Count: p.Count}
	if f.Rating != "" && f.Rating != video.Like && f.Rating != video.Dislike {
		return fail.Field("rating", "Should be like or dislike.")
	}
	list, total, err := video.RatedBy(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	out := api.Page[api.RatedVideo]{Total: total, Data: make([]api.RatedVideo, len(list))}
	for i := range list {
		c := &list[i].Card
		_, tail, err := s.tail(r.Context(), accessOf(c))
		if err != nil {
			return err
		}
		out.Data[i] = api.RatedVideo{Video: s.card(c, tail), Rating: list[i].Rating}
	}
	return answer(w, out)
}

// accessOf is what of a card decides whether its files need a token.
func accessOf(c *video.Card) video.Access {
	return video.Access{ID: c.ID, Privacy: c.Privacy, State: c.State, Blocked: c.Blocked}
}
