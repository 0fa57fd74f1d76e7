package api

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/leaving"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) channelRoutes(r chi.Router) {
	r.Get("/video-channels", s.do(s.listChannels))
	r.Post("/video-channels", s.member(s.createChannel))
	r.Get("/video-channels/{handle}", s.do(s.showChannel))
	r.Put("/video-channels/{handle}", s.member(s.updateChannel))
	r.Delete("/video-channels/{handle}", s.member(s.deleteChannel))
}

func readChannels(q url.Values, first string) (f channel.Filter, err error) {
	p, err := readPage(q)
	if err != nil {
		return f, err
	}
	if err := checkSearch(q, "search"); err != nil {
		return f, err
	}
	f = channel.Filter{Search: q.Get("search"), Start: p.Start, Count: p.Count}
	f.Sort, f.Down, err = readSort(q, first, "createdAt", "updatedAt", "name", "id")
	return f, err
}

func (s *Server) listChannels(w http.ResponseWriter, r *http.Request) error {
	f, err := readChannels(r.URL.Query(), "-createdAt")
	if err != nil {
		return err
	}
	f.Local = true
	page, err := channel.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) showChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	return answer(w, c)
}

func (s *Server) createChannel(w http.ResponseWriter, r *http.Request) error {
	var in api.ChannelEdit
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.DisplayName == nil {
		return fail.Field("displayName", "A channel needs a name.")
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	var out api.ChannelCreated
	out.VideoChannel.ID, err = channel.Create(r.Context(), s.Pool, channel.New{
		AccountID: viewer(r).AccountID, Name: in.Name, DisplayName: *in.DisplayName,
		Description: in.Description, Support: in.Support, PublicEmail: in.PublicEmail,
	}, settings.MaxChannels)
	if err != nil {
		return err
	}
	return answer(w, out)
}

// ownChannel is the channel of the address, when the viewer may change it: its owner and moderators may.
func (s *Server) ownChannel(r *http.Request) (api.Channel, error) {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return c, err
	}
	v := viewer(r)
	if !c.IsLocal || c.OwnerAccount.ID != v.AccountID && !v.IsModerator() {
		return c, fail.New(fail.Forbidden, "Only its owner can change this channel.")
	}
	return c, nil
}

func (s *Server) updateChannel(w http.ResponseWriter, r *http.Request) error {
	var in api.ChannelEdit
	if err := read(w, r, &in); err != nil {
		return err
	}
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		err := channel.Update(r.Context(), tx, c.ID, in)
		if err == nil && in.Support != nil && in.BulkVideosSupportUpdate {
			err = video.SetSupport(r.Context(), tx, c.ID, channel.Text(in.Support))
		}
		if err == nil {
			err = channel.Note(r.Context(), tx, changed(r, c))
		}
		return err
	}))
}

func (s *Server) deleteChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := s.ownChannel(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return leaving.Channel(r.Context(), tx, c.ID) }))
}
