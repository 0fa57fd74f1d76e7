package main

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/app/session"
	"shoal/server/account"
	"shoal/server/api"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/config"
	"shoal/server/feed"
	"shoal/server/files"
	"shoal/server/instance"
	"shoal/server/notify"
	"shoal/server/tracker"
	"shoal/server/transcode"
	"shoal/server/upload"
	"shoal/server/video"
	"shoal/server/web"
	"shoal/static"
)

// furnish makes the rooms' machines from the settings and joins them to one handler.
func (s *Server) furnish() error {
	c := s.cfg
	uploads := &upload.Uploads{
		DB: s.db.Pool, Store: s.store, Folder: filepath.Join(c.Data, "uploads"), Site: c.URL, Start: transcode.Start, Restart: transcode.Restart,
		MaxSize: int64(c.Upload.MaxSize), Life: c.Upload.Life, Reserve: int64(c.Upload.Reserve),
	}
	if err := os.MkdirAll(uploads.Folder, 0o750); err != nil {
		return err
	}
	rest := &api.Server{
		Pool: s.db.Pool, Store: s.store, Hub: s.hub, Log: s.log, URL: c.URL, Instance: s.instance,
		Door:   &account.Door{Instance: s.instance, PerPlace: account.Tries{Most: c.Limits.SignIn.Times, Within: c.Limits.SignIn.Per}},
		Limits: api.Limits{All: api.Limit{Calls: c.Limits.API.Times, Window: c.Limits.API.Per}},
		Can: api.Abilities{
			Version: version, Resolutions: c.Transcoding.Resolutions, Tracker: true, KeepOriginal: c.Transcoding.KeepOriginal,
			SplitAudio: c.Transcoding.SplitAudio, MaxFPS: c.Transcoding.MaxFPS, Threads: c.Transcoding.Threads, Workers: c.Transcoding.Workers,
		},
		Uploads: uploads,
	}
	s.tracker = s.newTracker()
	rest.Tracker = s.tracker
	s.visits = &video.Visits{Pool: s.db.Pool}
	rest.Visits = s.visits
	s.countPlayback(&rest.Playback)
	s.welcome(rest)
	tokens := video.Tokens{Secret: s.instance.Secret}
	media := &files.Files{Pool: s.db.Pool, Store: s.store, Tokens: tokens, Site: c.URL, Log: s.log}
	s.lookAround(rest, media)
	answers := rest.Handler()
	makeRenditions := &transcode.Transcoder{
		DB: s.db.Pool, Store: s.store, Site: c.URL, Scratch: filepath.Join(c.Data, "scratch"), Log: s.log,
		FFmpeg: c.Transcoding.FFmpeg, FFprobe: c.Transcoding.FFprobe, Memory: int64(c.Transcoding.Memory),
		Workers: c.Transcoding.Workers, Timeout: c.Transcoding.Timeout,
		Settings: transcode.Settings{
			Resolutions: c.Transcoding.Resolutions, AudioOnly: c.Transcoding.AudioOnly, SplitAudio: c.Transcoding.SplitAudio,
			MaxFPS: c.Transcoding.MaxFPS, KeepOriginal: c.Transcoding.KeepOriginal, Threads: c.Transcoding.Threads,
		},
	}
	if err := makeRenditions.Register(s.jobs); err != nil {
		return err
	}
	video.Register(s.jobs, s.store)
	video.RegisterSchedule(s.jobs, s.db.Pool)
	notify.Register(s.jobs, s.db.Pool)
	comment.Register(s.jobs, s.db.Pool)
	uploads.Register(s.jobs)
	s.registerSweep()
	site := web.New(web.Options{API: answers, URL: c.URL, Log: s.log, Site: s.site, Framers: s.framers, Custom: s.custom})
	rest.Changed = site.Forget
	m := http.NewServeMux()
	for _, root := range files.Roots {
		m.Handle(root, s.metrics.Count("files", media))
	}
	feeds := &feed.Feeds{Pool: s.db.Pool, Instance: s.instance, Site: c.URL, Icon: static.URL("icon-512.png"), Log: s.log}
	for _, root := range feed.Roots {
		m.Handle(root, s.metrics.Count("feeds", feeds))
	}
	pages := s.metrics.Count("pages", site)
	m.Handle("/", pages)
	if s.finder != nil {
		m.HandleFunc("GET "+interaction, s.interact)
	}
	if err := s.federate(m, pages); err != nil {
		return err
	}
	m.Handle("/api/", s.metrics.Count("api", answers))
	m.Handle(tracker.Root, s.tracker)
	m.Handle(static.Prefix, static.Handler())
	m.Handle("/metrics", onlyFrom(config.Networks(c.Metrics.Allow), s.metrics.Page()))
	m.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	m.HandleFunc("/readyz", s.ready)
	s.metrics.Gauge("shoal_sockets", "Open push sockets of pages.", func() float64 { return float64(s.hub.Count()) })
	s.handler = behind(config.Networks(c.Proxy.Trusted), m)
	return nil
}

// site is what pages say about the platform.
func (s *Server) site(ctx context.Context) session.Site {
	site := session.Site{Name: "Shoal", URL: s.cfg.URL, Version: version, Source: static.URL("shoal-source.tar.gz")}
	if set, err := s.instance.Settings(ctx); err == nil {
		site.Name, site.About = set.Name, set.ShortDescription
	}
	return site
}

// custom is the style and the script of the administrators; without settings, pages go without.
func (s *Server) custom(ctx context.Context) web.Custom {
	set, err := s.instance.Settings(ctx)
	if err != nil {
		return web.Custom{}
	}
	return web.Custom{CSS: set.CSS, JavaScript: set.JavaScript}
}

func (s *Server) framers(ctx context.Context, id string) ([]string, error) {
	u, err := uuid.Parse(id)
	if err != nil {
		return nil, err
	}
	return video.Framers(ctx, s.db.Pool, u)
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
