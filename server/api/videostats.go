package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) videoStatRoutes(r chi.Router) {
	r.Get("/videos/{id}/stats/overall", s.member(s.showOverall))
	r.Get("/videos/{id}/stats/user-agent", s.member(s.showUserAgents))
	r.Get("/videos/{id}/stats/retention", s.member(s.showRetention))
	r.Get("/videos/{id}/stats/timeseries/{metric}", s.member(s.showSeries))
}

// spanned is the video of the address, when the viewer may change it, and the time that is asked for: both ends or none.
func (s *Server) spanned(r *http.Request) (a video.Access, span video.Span, err error) {
	if a, err = s.managed(r); err != nil {
		return a, span, err
	}
	q := r.URL.Query()
	if span.From, err = readTime(q, "startDate"); err != nil {
		return a, span, err
	}
	if span.To, err = readTime(q, "endDate"); err != nil {
		return a, span, err
	}
	if (span.From == nil) != (span.To == nil) {
		return a, span, fail.Field("startDate", "The start date and the end date go together.")
	}
	return a, span, nil
}

func (s *Server) showOverall(w http.ResponseWriter, r *http.Request) error {
	a, span, err := s.spanned(r)
	if err != nil {
		return err
	}
	o, err := video.OverallOf(r.Context(), s.Pool, a.ID, span)
	if err != nil {
		return err
	}
	return answer(w, api.StatsOverall{
		AverageWatchTime: o.Average, TotalWatchTime: o.Total, TotalViewers: o.Viewers, ViewersPeak: o.Peak, ViewersPeakDate: moment(o.PeakAt),
		Countries: []struct{}{}, Subdivisions: []struct{}{},
	})
}

func (s *Server) showUserAgents(w http.ResponseWriter, r *http.Request) error {
	a, span, err := s.spanned(r)
	if err != nil {
		return err
	}
	list, err := video.SharesOf(r.Context(), s.Pool, a.ID, span)
	if err != nil {
		return err
	}
	out := api.StatsUserAgents{Clients: []api.StatsShare{}, Devices: []api.StatsShare{}, Systems: []api.StatsShare{}}
	for _, one := range list {
		to := map[string]*[]api.StatsShare{"client": &out.Clients, "device": &out.Devices, "system": &out.Systems}[one.Kind]
		*to = append(*to, api.StatsShare{Name: one.Name, Viewers: one.Count})
	}
	return answer(w, out)
}

// longestRetention bounds the seconds that are told one by one.
const longestRetention = 24 * 3600

func (s *Server) showRetention(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	list, err := video.RetentionOf(r.Context(), s.Pool, a.ID, min(int(a.Duration), longestRetention))
	if err != nil {
		return err
	}
	out := api.StatsRetention{Data: make([]api.StatsSecond, len(list))}
	for i, percent := range list {
		out.Data[i] = api.StatsSecond{Second: i, Percent: percent}
	}
	return answer(w, out)
}

func (s *Server) showSeries(w http.ResponseWriter, r *http.Request) error {
	metric := chi.URLParam(r, "metric")
	if metric != video.Viewers && metric != video.WatchTime {
		return fail.Field("metric", "Should be viewers or aggregateWatchTime.")
	}
	a, span, err := s.spanned(r)
	if err != nil {
		return err
	}
	if span.From == nil {
		d, err := video.One(r.Context(), s.Pool, video.ByNumber(a.ID), nil)
		if err != nil {
			return err
		}
		now := time.Now()
		span = video.Span{From: &d.CreatedAt, To: &now}
	}
	step, list, err := video.SeriesOf(r.Context(), s.Pool, a.ID, metric, *span.From, *span.To)
	if err != nil {
		return err
	}
	out := api.StatsSeries{Interval: step, Data: make([]api.StatsPoint, len(list))}
	for i, p := range list {
		out.Data[i] = api.StatsPoint{Date: api.Time{Time: p.At}, Value: p.Value}
	}
	return answer(w, out)
}
