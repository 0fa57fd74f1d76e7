package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/delivery"
	"shoal/server/fail"
	"shoal/server/moderation"
	"shoal/server/remote"
	"shoal/shared/api"
)

// hostRoutes are how it goes with other servers, and what administrators do about it.
func (s *Server) hostRoutes(r chi.Router) {
	r.Get("/server/federation/hosts", s.administrator(s.listHosts))
	r.Get("/server/federation/hosts/{host}", s.administrator(s.showHost))
	r.Post("/server/federation/hosts/{host}/pause", s.administrator(s.steerHost("pause", delivery.Pause)))
	r.Post("/server/federation/hosts/{host}/resume", s.administrator(s.steerHost("resume", delivery.Resume)))
	r.Post("/server/federation/hosts/{host}/retry", s.administrator(s.steerHost("retry", delivery.Retry)))
}

func (s *Server) listHosts(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	f := remote.HostFilter{Search: q.Get("search"), State: q.Get("state"), Start: p.Start, Count: p.Count}
	if len(f.Search) > longestSearch {
		return fail.Field("search", "Should have at most %d characters.", longestSearch)
	}
	if f.Sort, f.Down, err = readSort(q, "host", remote.HostSorts...); err != nil {
		return err
	}
	list, total, err := remote.Hosts(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	page := api.Page[api.FederationHost]{Total: total, Data: []api.FederationHost{}}
	for _, h := range list {
		page.Data = append(page.Data, hostBody(h))
	}
	return answer(w, page)
}

func (s *Server) showHost(w http.ResponseWriter, r *http.Request) error {
	host, err := moderation.ParseHost(chi.URLParam(r, "host"))
	if err != nil {
		return err
	}
	list, _, err := remote.Hosts(r.Context(), s.Pool, remote.HostFilter{Host: host, Sort: "host", Count: 1})
	if err == nil && len(list) == 0 {
		err = fail.New(fail.NotFound, "Nothing was ever sent to this host.")
	}
	if err != nil {
		return err
	}
	return answer(w, hostBody(list[0]))
}

func (s *Server) steerHost(action string, do func(context.Context, db.Q, string) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		host, err := moderation.ParseHost(chi.URLParam(r, "host"))
		if err != nil {
			return err
		}
		return done(w, s.audited(r, "federation", action, map[string]any{"host": host}, func(ctx context.Context, tx pgx.Tx) error {
			return do(ctx, tx, host)
		}))
	}
}

func hostBody(h remote.Health) api.FederationHost {
	b := api.FederationHost{
		Host: h.Host, Software: h.Software, Version: h.Version, Signatures: h.Signatures, State: h.State, Blocked: h.Blocked,
		Queue: h.Queue, OldestAt: maybe(h.OldestAt), Delivered: h.Successes, Missed: h.Misses, FailuresInRow: h.Failures, FailingSince: maybe(h.FailingSince),
		NextTryAt: maybe(h.NextTryAt), LastSuccessAt: maybe(h.LastSuccessAt), LastReceiptAt: maybe(h.LastReceiptAt), LastErrorAt: maybe(h.LastErrorAt),
	}
	if h.LastError != "" {
		b.LastError = &h.LastError
	}
	if n := h.Successes + h.Misses; n > 0 {
		rate := math.Round(float64(h.Successes)/float64(n)*1000) / 1000
		b.SuccessRate = &rate
	}
	return b
}

func maybe(t *time.Time) *api.Time {
	if t == nil {
		return nil
	}
	return &api.Time{Time: *t}
}
