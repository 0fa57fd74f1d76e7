package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/joining"
	"shoal/server/moderation"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
)

// statsAge is how long figures are told again before they are counted anew; counting reads whole tables.
const statsAge = time.Minute

type stats struct {
	mu      sync.Mutex
	counted time.Time
	figures api.Stats
}

func (s *Server) showStats(w http.ResponseWriter, r *http.Request) error {
	figures, err := s.stats.get(func() (api.Stats, error) { return s.count(r.Context()) })
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	return answer(w, figures)
}

func (s *stats) get(count func() (api.Stats, error)) (api.Stats, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.counted) < statsAge {
		return s.figures, nil
	}
	figures, err := count()
	if err == nil {
		s.figures, s.counted = figures, time.Now()
	}
	return figures, err
}

func (s *Server) count(ctx context.Context) (api.Stats, error) {
	m, err := account.Count(ctx, s.Pool)
	if err != nil {
		return api.Stats{}, err
	}
	c, err := channel.Count(ctx, s.Pool)
	if err != nil {
		return api.Stats{}, err
	}
	asked, answered, millis, err := joining.Figures(ctx, s.Pool)
	if err != nil {
		return api.Stats{}, err
	}
	reports, judged, wait, err := moderation.Figures(ctx, s.Pool)
	if err != nil {
		return api.Stats{}, err
	}
	playlists, err := playlist.Count(ctx, s.Pool)
	if err != nil {
		return api.Stats{}, err
	}
	v, err := video.Total(ctx, s.Pool)
	return api.Stats{
		Abuses: reports, AbusesProcessed: judged, AbuseTime: wait, Playlists: playlists,
		Registrations: asked, RegistrationsHandled: answered, RegistrationTime: millis,
		Users: m.All, DailyUsers: m.Daily, WeeklyUsers: m.Weekly, MonthlyUsers: m.Monthly,
		Moderators: m.Moderators, Admins: m.Administrators,
		LocalVideos: v.Local, LocalViews: v.Views, LocalDownloads: v.Downloads, LocalComments: v.LocalComments,
		LocalFilesSize: v.FileBytes, Videos: v.All, Comments: v.Comments,
		Channels: c.All, DailyChannels: c.Daily, WeeklyChannels: c.Weekly, MonthlyChannels: c.Monthly,
		Redundancy: []any{},
	}, err
}
