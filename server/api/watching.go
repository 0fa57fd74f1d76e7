package api

import (
	"net/http"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

// viewing is what players report.
type viewing struct {
	CurrentTime *float64 `json:"currentTime"` // seconds
}

// longest is a position beyond which nobody watches, in seconds.
const longest = 1 << 30

// viewed is the video of the address and where its viewer is; timed tells that the player says where.
func (s *Server) viewed(w http.ResponseWriter, r *http.Request) (a video.Access, at int, timed bool, err error) {
	if a, err = s.seen(r); err != nil {
		return a, 0, false, err
	}
	var in viewing
	if err = read(w, r, &in); err != nil || in.CurrentTime == nil {
		return a, 0, false, err
	}
	if !(*in.CurrentTime >= 0 && *in.CurrentTime < longest) {
		return a, 0, false, fail.Field("currentTime", "Should be a number of seconds.")
	}
	return a, int(*in.CurrentTime), true, nil
}

func (s *Server) viewVideo(w http.ResponseWriter, r *http.Request) error {
	a, at, timed, err := s.viewed(w, r)
	if err != nil {
		return err
	}
	if v := viewer(r); v != nil && timed {
		if err := video.Watched(r.Context(), s.Pool, v.MemberID, a.ID, at); err != nil {
			return err
		}
	}
	if a.State == api.Published && s.views.Report(account.Place(r), a.ID, a.Duration, timed) {
		err = video.Viewed(r.Context(), s.Pool, a.ID)
	}
	return done(w, err)
}

func (s *Server) watchVideo(w http.ResponseWriter, r *http.Request) error {
	a, at, _, err := s.viewed(w, r)
	if err != nil {
		return err
	}
	return done(w, video.Watched(r.Context(), s.Pool, viewer(r).MemberID, a.ID, at))
}
