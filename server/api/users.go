package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) userRoutes(r chi.Router) {
	r.Get("/users/me", s.member(s.showMe))
	r.Put("/users/me", s.member(s.updateMe))
	r.Get("/users/me/video-quota-used", s.member(s.showQuota))
}

func (s *Server) showMe(w http.ResponseWriter, r *http.Request) error {
	u, err := account.Me(r.Context(), s.Pool, viewer(r).MemberID)
	if err != nil {
		return err
	}
	if u.VideoChannels, err = channel.Owned(r.Context(), s.Pool, u.Account.ID); err != nil {
		return err
	}
	if u.VideoChannelCollaboration, err = channel.Collaborations(r.Context(), s.Pool, u.Account.ID); err != nil {
		return err
	}
	if u.SpecialPlaylists, err = playlist.Special(r.Context(), s.Pool, u.Account.ID); err != nil {
		return err
	}
	for i := range u.VideoChannels {
		u.VideoChannels[i].OwnerAccount = nil // it is the record itself
	}
	return answer(w, u)
}

func (s *Server) updateMe(w http.ResponseWriter, r *http.Request) error {
	var in api.UserUpdate
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, s.Door.Update(r.Context(), s.Pool, viewer(r), account.Place(r), in))
}

func (s *Server) showQuota(w http.ResponseWriter, r *http.Request) error {
	all, day, err := video.QuotaUsed(r.Context(), s.Pool, viewer(r).MemberID)
	if err != nil {
		return err
	}
	return answer(w, api.Quota{Used: all, UsedDaily: day})
}
