package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) ownershipRoutes(r chi.Router) {
	r.Get("/videos/ownership", s.member(s.listOffers))
	r.Post("/videos/ownership/{offerId}/accept", s.member(s.acceptOffer))
	r.Post("/videos/ownership/{offerId}/refuse", s.member(s.refuseOffer))
	r.Delete("/videos/ownership/{offerId}", s.member(s.withdrawOffer))
	r.Get("/videos/{id}/ownership", s.member(s.listOffersOf))
	r.Post("/videos/{id}/give-ownership", s.member(s.giveVideo))
}

func (s *Server) giveVideo(w http.ResponseWriter, r *http.Request) error {
	a, err := s.owned(r)
	if err != nil {
		return err
	}
	var in struct {
		Username string `json:"username"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return video.Give(r.Context(), tx, a.ID, in.Username) }))
}

// listOffers has the videos that are offered to the signed-in person.
func (s *Server) listOffers(w http.ResponseWriter, r *http.Request) error {
	return s.answerOffers(w, r, video.OfferFilter{Taker: &viewer(r).AccountID})
}

func (s *Server) listOffersOf(w http.ResponseWriter, r *http.Request) error {
	a, err := s.owned(r)
	if err != nil {
		return err
	}
	f := video.OfferFilter{Video: &a.ID}
	if text := r.URL.Query().Get("state"); text != "" {
		state, err := strconv.Atoi(text)
		if err != nil || api.TransferStates[state] == "" {
			return fail.Field("state", "Should be 1, 2 or 3.")
		}
		f.State = &state
	}
	return s.answerOffers(w, r, f)
}

func (s *Server) answerOffers(w http.ResponseWriter, r *http.Request, f video.OfferFilter) error {
	p, down, err := readDated(r.URL.Query())
	if err != nil {
		return err
	}
	f.Start, f.Count, f.Oldest = p.Start, p.Count, !down
	list, total, err := video.Offers(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	out := api.Page[api.VideoOffer]{Total: total, Data: make([]api.VideoOffer, 0, len(list))}
	for _, o := range list {
		one, err := s.offer(r.Context(), o)
		if err != nil {
			return err
		}
		out.Data = append(out.Data, one)
	}
	return answer(w, out)
}

// offerWords are how older apps read the state of an offer.
var offerWords = map[int]string{video.OfferWaiting: "WAITING", video.OfferRefused: "REFUSED", video.OfferAccepted: "ACCEPTED"}

func (s *Server) offer(ctx context.Context, o video.Offer) (out api.VideoOffer, err error) {
	out = api.VideoOffer{
		ID: o.ID, State: api.Constant{ID: o.State, Label: api.TransferStates[o.State]}, Status: offerWords[o.State], CreatedAt: api.Time{Time: o.CreatedAt},
	}
	if out.Giver, err = account.ByHandle(ctx, s.Pool, account.Handle{Name: o.Giver}); err != nil {
		return out, err
	}
	if out.Taker, err = account.ByHandle(ctx, s.Pool, account.Handle{Name: o.Taker}); err != nil {
		return out, err
	}
	cards, err := video.Cards(ctx, s.Pool, []int64{o.VideoID}, nil)
	if err != nil || len(cards) == 0 {
		return out, err
	}
	_, tail, err := s.tail(ctx, accessOf(&cards[0]))
	out.Video = s.card(&cards[0], tail)
	return out, err
}

// answering lets f answer the offer of the address.
func (s *Server) answering(w http.ResponseWriter, r *http.Request, f func(ctx context.Context, tx pgx.Tx, id int64) error) error {
	id, err := rowID(r, "offerId")
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return f(r.Context(), tx, id) }))
}

func (s *Server) acceptOffer(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		ChannelID int64 `json:"channelId"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return s.answering(w, r, func(ctx context.Context, tx pgx.Tx, id int64) error {
		return video.Take(ctx, tx, id, viewer(r), in.ChannelID)
	})
}

func (s *Server) refuseOffer(w http.ResponseWriter, r *http.Request) error {
	return s.answering(w, r, func(ctx context.Context, tx pgx.Tx, id int64) error {
		return video.Refuse(ctx, tx, id, viewer(r).AccountID)
	})
}

func (s *Server) withdrawOffer(w http.ResponseWriter, r *http.Request) error {
	return s.answering(w, r, func(ctx context.Context, tx pgx.Tx, id int64) error {
		o, err := video.OfferOf(ctx, tx, id)
		if err != nil {
			return err
		}
		a, err := video.AccessOf(ctx, tx, video.ByNumber(o.VideoID))
		if err != nil {
			return err
		}
		if !a.Owner(viewer(r)) {
			return fail.New(fail.Forbidden, "Only who may manage the video can take the offer back.")
		}
		return video.Withdraw(ctx, tx, id)
	})
}
