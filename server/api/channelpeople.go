package api

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/crew"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

// channelPeopleRoutes are a channel's pictures, the people who work on it, and its way to another owner.
func (s *Server) channelPeopleRoutes(r chi.Router) {
	r.Post("/video-channels/{handle}/avatar/pick", s.member(s.pickChannel(picture.Avatars, "avatarfile")))
	r.Delete("/video-channels/{handle}/avatar", s.member(s.unpickChannel(picture.Avatars)))
	r.Post("/video-channels/{handle}/banner/pick", s.member(s.pickChannel(picture.Banners, "bannerfile")))
	r.Delete("/video-channels/{handle}/banner", s.member(s.unpickChannel(picture.Banners)))
	r.Get("/video-channels/{handle}/activities", s.member(s.listActivities))
	r.Get("/video-channels/{handle}/collaborators", s.member(s.listCollaborators))
	r.Post("/video-channels/{handle}/collaborators/invite", s.member(s.inviteCollaborator))
	r.Post("/video-channels/{handle}/collaborators/{id}/accept", s.member(s.answerInvitation(true)))
	r.Post("/video-channels/{handle}/collaborators/{id}/reject", s.member(s.answerInvitation(false)))
	r.Delete("/video-channels/{handle}/collaborators/{id}", s.member(s.endCollaboration))
	r.Get("/video-channels/ownership", s.member(s.listTransfers))
	r.Post("/video-channels/ownership/{id}/accept", s.member(s.acceptTransfer))
	r.Post("/video-channels/ownership/{id}/refuse", s.member(s.refuseTransfer))
	r.Delete("/video-channels/ownership/{id}", s.member(s.withdrawTransfer))
	r.Get("/video-channels/{handle}/ownership", s.member(s.listChannelTransfers))
	r.Post("/video-channels/{handle}/give-ownership", s.member(s.giveChannel))
	r.Post("/video-channels/{handle}/import-videos", s.member(notBuilt("Importing from other platforms is not a part of Shoal yet.")))
}

// editedChannel is the channel of the address, when the viewer owns it, works on it, or is a moderator.
func (s *Server) editedChannel(r *http.Request) (api.Channel, error) {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return c, err
	}
	v := viewer(r)
	if c.IsLocal && v.IsModerator() {
		return c, nil
	}
	may := false
	if c.IsLocal {
		if may, err = channel.MayEdit(r.Context(), s.Pool, c.ID, v.AccountID); err != nil {
			return c, err
		}
	}
	if !may {
		return c, fail.New(fail.Forbidden, "Only its owner and those who work on it can change this channel.")
	}
	return c, nil
}

// changed is what a change of a channel's own looks is in the list of its activities.
func changed(r *http.Request, c api.Channel) channel.Done {
	return channel.Done{ChannelID: c.ID, AccountID: viewer(r).AccountID, Action: channel.Updated, Target: channel.AChannel}
}

func (s *Server) pickChannel(folder, field string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := s.editedChannel(r)
		if err != nil {
			return err
		}
		file, err := readPicture(w, r, field)
		if err != nil {
			return err
		}
		actor, err := channel.Actor(r.Context(), s.Pool, c.ID)
		if err != nil {
			return err
		}
		kept, err := account.Pick(r.Context(), s.Pool, s.Store, actor, folder, file)
		if err == nil {
			err = channel.Note(r.Context(), s.Pool, changed(r, c))
		}
		if err != nil {
			return err
		}
		return answer(w, map[string][]api.Image{folder: picture.Images(kept, folder, s.URL)})
	}
}

func (s *Server) unpickChannel(folder string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := s.editedChannel(r)
		if err != nil {
			return err
		}
		return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
			actor, err := channel.Actor(r.Context(), tx, c.ID)
			if err != nil {
				return err
			}
			if err := account.Unpick(r.Context(), tx, actor, folder); err != nil {
				return err
			}
			return channel.Note(r.Context(), tx, changed(r, c))
		}))
	}
}

func (s *Server) listActivities(w http.ResponseWriter, r *http.Request) error {
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	p, down, err := readDated(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := channel.Activities(r.Context(), s.Pool, c.ID, down, p.Start, p.Count)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) listCollaborators(w http.ResponseWriter, r *http.Request) error {
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	all, err := crew.Collaborators(r.Context(), s.Pool, c.ID)
	if err != nil {
		return err
	}
	return answer(w, api.Page[api.Collaborator]{Total: int64(len(all)), Data: all})
}

func (s *Server) inviteCollaborator(w http.ResponseWriter, r *http.Request) error {
	c, err := s.ownChannel(r)
	if err != nil {
		return err
	}
	var in struct {
		Handle string `json:"accountHandle"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Handle == "" {
		return fail.Field("accountHandle", "Should not be empty.")
	}
	made, err := crew.Invite(r.Context(), s.Pool, c.ID, account.ParseHandle(in.Handle))
	if err != nil {
		return err
	}
	return answer(w, struct {
		Collaborator api.Collaborator `json:"collaborator"`
	}{made})
}

func (s *Server) answerInvitation(yes bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
		if err != nil {
			return err
		}
		id, err := rowID(r, "id")
		if err != nil {
			return err
		}
		return done(w, crew.Answer(r.Context(), s.Pool, c.ID, id, viewer(r).AccountID, yes))
	}
}

func (s *Server) endCollaboration(w http.ResponseWriter, r *http.Request) error {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	v := viewer(r)
	owns := c.OwnerAccount.ID == v.AccountID || v.IsModerator()
	return done(w, crew.EndCollaboration(r.Context(), s.Pool, c.ID, id, v.AccountID, owns))
}

func readTransfers(r *http.Request) (f crew.TransferFilter, err error) {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return f, err
	}
	f.Start, f.Count = p.Start, p.Count
	if text := q.Get("state"); text != "" {
		if f.State, err = strconv.Atoi(text); err != nil || f.State < 1 || f.State > 3 {
			return f, fail.Field("state", "Should be 1, 2 or 3.")
		}
	}
	_, f.Down, err = readSort(q, "-createdAt", "createdAt")
	return f, err
}

func (s *Server) listTransfers(w http.ResponseWriter, r *http.Request) error {
	f, err := readTransfers(r)
	if err != nil {
		return err
	}
	f.AccountID = viewer(r).AccountID
	return s.answerTransfers(w, r, f)
}

func (s *Server) listChannelTransfers(w http.ResponseWriter, r *http.Request) error {
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	f, err := readTransfers(r)
	if err != nil {
		return err
	}
	f.ChannelID = c.ID
	return s.answerTransfers(w, r, f)
}

func (s *Server) answerTransfers(w http.ResponseWriter, r *http.Request, f crew.TransferFilter) error {
	page, err := crew.Transfers(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) giveChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := s.ownChannel(r)
	if err != nil {
		return err
	}
	var in struct {
		Username string `json:"username"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Username == "" {
		return fail.Field("username", "Should not be empty.")
	}
	_, err = crew.Offer(r.Context(), s.Pool, c.ID, account.ParseHandle(in.Username))
	return done(w, err)
}

func (s *Server) acceptTransfer(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	return done(w, crew.Accept(r.Context(), s.Pool, id, viewer(r).AccountID, settings.MaxChannels))
}

func (s *Server) refuseTransfer(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	return done(w, crew.Refuse(r.Context(), s.Pool, id, viewer(r).AccountID))
}

func (s *Server) withdrawTransfer(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	v := viewer(r)
	return done(w, crew.Withdraw(r.Context(), s.Pool, id, v.AccountID, v.IsModerator()))
}
