package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/transcode"
	"shoal/server/upload"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) videoRoutes(r chi.Router) {
	r.Get("/videos", s.anyone(s.briefly(s.listVideos)))
	r.Get("/search/videos", s.anyone(s.briefly(s.searchVideosOrOne)))
	r.Get("/users/me/videos", s.member(s.listMyVideos))
	r.Get("/accounts/{name}/videos", s.anyone(s.briefly(s.listAccountVideos)))
	r.Get("/video-channels/{handle}/videos", s.anyone(s.briefly(s.listChannelVideos)))

	r.Get("/videos/{id}", s.anyone(s.briefly(s.showVideo)))
	r.Put("/videos/{id}", s.member(s.updateVideo))
	r.Delete("/videos/{id}", s.member(s.deleteVideo))
	r.Get("/videos/{id}/description", s.anyone(s.briefly(s.showDescription)))
	r.Get("/videos/{id}/page", s.anyone(s.briefly(s.showPage)))
	r.Post("/videos/{id}/token", s.anyone(s.makeFileToken))
	r.Post("/videos/{id}/views", s.anyone(s.viewVideo))
	r.Put("/videos/{id}/watching", s.member(s.watchVideo))
	r.Get("/videos/{id}/processing", s.member(s.showProcessing))
	r.Post("/videos/{id}/transcoding", s.member(s.retryTranscoding))

	r.Get("/videos/{id}/captions", s.anyone(s.briefly(s.listCaptions)))
	r.Put("/videos/{id}/captions/{language}", s.member(s.putCaption))
	r.Delete("/videos/{id}/captions/{language}", s.member(s.deleteCaption))
	r.Get("/videos/{id}/chapters", s.anyone(s.briefly(s.listChapters)))
	r.Put("/videos/{id}/chapters", s.member(s.putChapters))
	r.Get("/videos/{id}/storyboards", s.anyone(s.briefly(s.listStoryboards)))

	s.rateRoutes(r)
	s.passwordRoutes(r)
	s.blockRoutes(r)
	s.metadataRoutes(r)
	s.overviewRoutes(r)
	s.ownershipRoutes(r)
	s.fileRoutes(r)
	s.videoStatRoutes(r)
	s.replaceRoutes(r)
	s.embedRoutes(r)
	s.laterRoutes(r)
}

// videoPassword is the header that opens a video with password protection.
const videoPassword = "X-Peertube-Video-Password"

func (s *Server) visit(r *http.Request) video.Visit {
	return video.Visit{Viewer: viewer(r), Password: r.Header.Get(videoPassword), Place: account.Place(r), Guesses: &s.guesses}
}

// shown is the video of the address, when this visitor may see it.
func (s *Server) shown(r *http.Request) (video.Details, error) {
	ref, err := video.ParseRef(chi.URLParam(r, "id"))
	if err != nil {
		return video.Details{}, err
	}
	return video.Shown(r.Context(), s.Pool, ref, s.visit(r))
}

// seen is shown without the details.
func (s *Server) seen(r *http.Request) (video.Access, error) {
	ref, err := video.ParseRef(chi.URLParam(r, "id"))
	if err != nil {
		return video.Access{}, err
	}
	return video.Open(r.Context(), s.Pool, ref, s.visit(r))
}

// managed is the video of the address, when the viewer may change it.
func (s *Server) managed(r *http.Request) (video.Access, error) {
	ref, err := video.ParseRef(chi.URLParam(r, "id"))
	if err != nil {
		return video.Access{}, err
	}
	a, err := video.AccessOf(r.Context(), s.Pool, ref)
	if err != nil {
		return a, err
	}
	return a, a.Edit(r.Context(), s.Pool, viewer(r))
}

// owned is managed for what only the owner of the video, or a moderator, may do.
func (s *Server) owned(r *http.Request) (video.Access, error) {
	a, err := s.managed(r)
	if err != nil {
		return a, err
	}
	return a, a.Manage(viewer(r))
}

func (s *Server) showDescription(w http.ResponseWriter, r *http.Request) error {
	d, err := s.shown(r)
	if err != nil {
		return err
	}
	return answer(w, map[string]*string{"description": d.Description})
}

// videoEdit is a change of a video in which null takes a value away.
type videoEdit struct{ api.VideoUpdate }

func (v *videoEdit) setNull(name string) {
	none, empty := 0, ""
	switch name {
	case "category":
		v.Category = &none
	case "licence":
		v.Licence = &none
	case "language":
		v.Language = &empty
	case "description":
		v.Description = &empty
	case "support":
		v.Support = &empty
	case "nsfwSummary":
		v.NSFWSummary = &empty
	case "originallyPublishedAt":
		v.OriginallyPublishedAt = &time.Time{}
	case "scheduleUpdate":
		v.ScheduleUpdate.Given = true
	case "tags":
		v.Tags = []string{}
	}
}

func (s *Server) updateVideo(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	var in videoEdit
	picture, err := readPictured(w, r, &in)
	if err != nil {
		return err
	}
	if err := video.Check(in.VideoUpdate); err != nil {
		return err
	}
	if err := s.mayMove(r, a, in.ChannelID); err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		if err := video.Update(r.Context(), tx, a.ID, in.VideoUpdate); err != nil || picture == nil {
			return err
		}
		return upload.SetPicture(r.Context(), tx, s.Store, a.ID, picture)
	}))
}

// mayMove refuses to put a video into a channel on which its editor does not work.
func (s *Server) mayMove(r *http.Request, a video.Access, to *int64) error {
	if to == nil || a.Owner(viewer(r)) {
		return nil
	}
	may, err := channel.MayEdit(r.Context(), s.Pool, *to, viewer(r).AccountID)
	if err == nil && !may {
		err = fail.Field("channelId", "You do not work on this channel.")
	}
	return err
}

func (s *Server) deleteVideo(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		if err := transcode.Cancel(r.Context(), tx, a.ID); err != nil {
			return err
		}
		_, err := video.Delete(r.Context(), tx, a.ID)
		return err
	}))
}

// fileToken is the answer of /videos/{id}/token.
type fileToken struct {
	Files struct {
		Token   string   `json:"token"`
		Expires api.Time `json:"expires"`
	} `json:"files"`
}

func (s *Server) makeFileToken(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	var out fileToken
	token, ends, err := s.tokens().Make(r.Context(), a.ID)
	if err != nil {
		return err
	}
	out.Files.Token, out.Files.Expires = token, api.Time{Time: ends}
	w.Header().Set("Cache-Control", "no-store")
	return answer(w, out)
}

func (s *Server) showProcessing(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	p, err := transcode.Of(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	if p == nil {
		p = &api.Processing{State: "done", Renditions: []api.Rendition{}}
	}
	return answer(w, p)
}

func (s *Server) retryTranscoding(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return transcode.Retry(r.Context(), tx, a.ID)
	}))
}
