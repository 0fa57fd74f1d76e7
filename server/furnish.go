package main

import (
	"context"
	"net/http"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/api"
	"shoal/server/channel"
	"shoal/server/config"
	"shoal/server/instance"
	"shoal/static"
)

// furnish makes the rooms' machines from the settings and joins them to one handler.
func (s *Server) furnish() error {
	c := s.cfg
	rest := &api.Server{
		Pool: s.db.Pool, Store: s.store, Hub: s.hub, Log: s.log, URL: c.URL, Instance: s.instance,
		Door:   &account.Door{Instance: s.instance, PerPlace: account.Tries{Most: c.Limits.SignIn.Times, Within: c.Limits.SignIn.Per}},
		Limits: api.Limits{All: api.Limit{Calls: c.Limits.API.Times, Window: c.Limits.API.Per}},
	}
	m := http.NewServeMux()
	m.Handle("/api/", s.metrics.Count("api", rest.Handler()))
	m.Handle(static.Prefix, static.Handler())
	m.Handle("/metrics", onlyFrom(config.Networks(c.Metrics.Allow), s.metrics.Page()))
	m.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	m.HandleFunc("/readyz", s.ready)
	s.metrics.Gauge("shoal_sockets", "Open push sockets of pages.", func() float64 { return float64(s.hub.Count()) })
	s.handler = behind(config.Networks(c.Proxy.Trusted), m)
	return nil
}

const readyTime = 5 * time.Second

// ready answers 200 when the database, the storage and ffmpeg can be used, and names what cannot.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	ffmpeg := s.cfg.Transcoding.FFmpeg
	if ffmpeg == "" {
		ffmpeg = "ffmpeg"
	}
	_, storage := s.store.Free(ctx)
	_, encoder := exec.LookPath(ffmpeg)
	for _, part := range []struct {
		name string
		err  error
	}{{"database", s.db.Pool.Ping(ctx)}, {"storage", storage}, {"ffmpeg", encoder}} {
		if part.err != nil {
			s.log.Warn("not ready", "part", part.name, "err", part.err)
			http.Error(w, part.name+" is not ready", http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = w.Write([]byte("ready\n"))
}

// firstAdmin makes the administrator of the settings, or prints the one-time link that makes one.
func (s *Server) firstAdmin(ctx context.Context) error {
	if a := s.cfg.Admin; a.Username != "" {
		return pgx.BeginFunc(ctx, s.db.Pool, func(tx pgx.Tx) error {
			m, created, err := account.EnsureAdmin(ctx, tx, account.New{Username: a.Username, Password: a.Password, Email: a.Email, Site: s.cfg.URL})
			if err == nil && created {
				_, err = channel.CreateDefault(ctx, tx, m.AccountID, m.Username)
				s.log.Info("made the first administrator", "name", m.Username)
			}
			return err
		})
	}
	needed, err := instance.NeedsSetup(ctx, s.db.Pool)
	if err != nil || !needed {
		return err
	}
	token, err := instance.OpenSetup(ctx, s.db.Pool)
	if err == nil {
		s.log.Info("open this link to make the first administrator", "link", setupLink(s.cfg.URL, token))
	}
	return err
}
