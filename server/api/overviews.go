package api

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) overviewRoutes(r chi.Router) {
	r.Get("/overviews/videos", s.anyone(s.briefly(s.showOverview)))
}

const (
	lastOverview   = 10 // page
	overviewVideos = 12 // of each
)

func (s *Server) showOverview(w http.ResponseWriter, r *http.Request) error {
	page, err := readOverview(r)
	if err != nil {
		return err
	}
	out := api.Overview{Categories: []api.OverviewCategory{}, Channels: []api.OverviewChannel{}, Tags: []api.OverviewTag{}}
	narrow, err := s.sensitive(r)
	if err != nil {
		return err
	}
	about, err := video.OverviewPage(r.Context(), s.Pool, page-1, narrow)
	if err != nil {
		return err
	}
	few := func(f video.Filter) ([]api.Video, error) {
		f.Count, f.NSFW, f.Member = overviewVideos, narrow, memberOf(viewer(r))
		cards, err := video.List(r.Context(), s.Pool, f)
		list := make([]api.Video, len(cards))
		for i := range cards {
			list[i] = s.card(&cards[i], "")
		}
		return list, err
	}
	if c := about.Category; c != nil {
		list, err := few(video.Filter{Categories: []int{*c}})
		if err != nil {
			return err
		}
		out.Categories = append(out.Categories, api.OverviewCategory{Category: api.Constant{ID: *c, Label: api.Categories[*c]}, Videos: list})
	}
	if c := about.Channel; c != nil {
		list, err := few(video.Filter{Channel: c})
		if err != nil {
			return err
		}
		if len(list) > 0 {
			out.Channels = append(out.Channels, api.OverviewChannel{Channel: list[0].Channel, Videos: list})
		}
	}
	if t := about.Tag; t != nil {
		list, err := few(video.Filter{TagsOne: []string{*t}})
		if err != nil {
			return err
		}
		out.Tags = append(out.Tags, api.OverviewTag{Tag: *t, Videos: list})
	}
	return answer(w, out)
}

func readOverview(r *http.Request) (int, error) {
	text := r.URL.Query().Get("page")
	if text == "" {
		return 1, nil
	}
	page, err := strconv.Atoi(text)
	if err != nil || page < 1 || page > lastOverview {
		return 0, fail.Field("page", "Should be a number from 1 to %d.", lastOverview)
	}
	return page, nil
}
