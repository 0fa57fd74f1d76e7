package api

import (
	"net/http"
	"slices"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/outbox"
	"shoal/server/video"
	"shoal/shared/api"
)

// viewing is what players report.
type viewing struct {
	CurrentTime *float64 `json:"currentTime"` // seconds
	Event       string   `json:"viewEvent"`   // "seek" after a jump
	Session     string   `json:"sessionId"`
	Client      string   `json:"client"`
	Device      string   `json:"device"`
	System      string   `json:"operatingSystem"`
}

// devices are the kinds that players name.
var devices = []string{"console", "desktop", "embedded", "mobile", "smarttv", "tablet", "wearable", "xr"}

// says is what is kept of a report; what is no plain name is left out.
func (v viewing) says() video.Says {
	s := video.Says{At: int(*v.CurrentTime), Seek: v.Event == "seek", Session: v.Session}
	if len(s.Session) > longestSearch {
		s.Session = s.Session[:longestSearch]
	}
	if slices.Contains(devices, v.Device) {
		s.Device = v.Device
	}
	s.Client, s.System = short(v.Client), short(v.System)
	return s
}

// short is a name of a program, or nothing.
func short(name string) string {
	if len(name) > video.LongestClient || !plain(name) {
		return ""
	}
	return name
}

// longest is a position beyond which nobody watches, in seconds.
const longest = 1 << 30

// viewed is the video of the address and where its viewer is; timed tells that the player says where.
func (s *Server) viewed(w http.ResponseWriter, r *http.Request) (a video.Access, at int, timed bool, err error) {
	if a, err = s.seen(r); err != nil {
		return a, 0, false, err
	}
	var in viewing
	defer func() {
		if err == nil && timed && a.State == api.Published && at <= int(a.Duration)+1 {
			s.Visits.Report(account.Place(r), a.ID, in.says())
		}
	}()
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
		err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
			if err := video.Viewed(r.Context(), tx, a.ID); err != nil {
				return err
			}
			return outbox.Viewed(r.Context(), tx, a.ID)
		})
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
