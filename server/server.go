package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"shoal/server/config"
	"shoal/server/db"
	"shoal/server/fetch"
	"shoal/server/hub"
	"shoal/server/inbox"
	"shoal/server/instance"
	"shoal/server/job"
	"shoal/server/journal"
	finding "shoal/server/lookup"
	"shoal/server/metrics"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/seed"
	"shoal/server/storage"
	"shoal/server/tracker"
	"shoal/server/video"
)

// Limits of the web server.
const (
	headerTime  = 10 * time.Second  // to send a request's head
	idleTime    = 120 * time.Second // other platforms reuse connections and lose messages when they end sooner
	headerBytes = 64 << 10
	stopTime    = 7 * time.Second // for answers under way when the server ends
)

// Server is the whole program: New opens everything, Run works until its context ends.
type Server struct {
	cfg      config.Config
	log      *slog.Logger
	lock     *os.File
	listener net.Listener
	db       *db.DB
	store    *storage.DiskStore
	hub      *hub.Hub
	jobs     *job.Runner
	metrics  *metrics.Metrics
	instance *instance.Instance
	journal  *journal.Journal
	tracker  *tracker.Tracker
	seed     *seed.Peer // nil unless switched on
	visits   *video.Visits
	outer    *pgxpool.Pool // for what comes from other servers
	client   *fetch.Client // asks them
	remote   *remote.Remote
	receiver *receive.Receiver
	finder   *finding.Lookup
	inbox    *inbox.Inbox
	handler  http.Handler
	machines []func(context.Context) error // run as long as the server
}

// New opens the address, the data folder, the database and the storage. What it opened is closed by Run, or by Close.
func New(ctx context.Context, cfg config.Config, log *slog.Logger) (*Server, error) {
	s := &Server{cfg: cfg, log: log}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.lock, err = lockData(s.cfg.Data); err != nil {
		return err
	}
	if s.listener, err = net.Listen("tcp", s.cfg.Listen); err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	if strings.HasSuffix(s.cfg.URL, ":0") { // any port: its number is known only now
		s.cfg.URL = "http://" + strings.Replace(s.Addr(), "127.0.0.1", "localhost", 1)
	}
	s.db, err = db.Open(ctx, db.Options{
		URL: s.cfg.DatabaseURL, Folder: s.cfg.Data, Binaries: s.cfg.Database.Binaries,
		MaxConns: s.cfg.Database.MaxConnections, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.keepJournal()
	if s.store, err = storage.Disk(filepath.Join(s.cfg.Data, "storage")); err != nil {
		return fmt.Errorf("storage: %w", err)
	}
	node, err := nodeName(s.cfg.Data)
	if err != nil {
		return err
	}
	s.metrics = metrics.New()
	s.hub = hub.New(s.db.Pool, s.log)
	s.jobs = job.New(s.db.Pool, node, s.log)
	s.jobs.OnFailure(s.metrics.JobFailed)
	s.instance = &instance.Instance{Pool: s.db.Pool}
	if s.seed, err = s.openSeed(ctx); err != nil {
		return err
	}
	if err := s.reach(ctx); err != nil {
		return err
	}
	if err := s.furnish(); err != nil {
		return err
	}
	return s.firstAdmin(ctx)
}

// Addr is the address listened on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the platform's public address.
func (s *Server) URL() string { return s.cfg.URL }

// Close ends what New opened, in reverse.
func (s *Server) Close() {
	if s.listener != nil {
		_ = s.listener.Close()
	}
	if s.seed != nil {
		s.seed.Close()
	}
	if s.outer != nil {
		s.outer.Close()
	}
	if s.db != nil {
		s.db.Close()
	}
	if s.lock != nil {
		_ = s.lock.Close()
	}
}

// Run serves and works until ctx ends, or a part fails; then everything is stopped in order.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.serve(ctx) })
	g.Go(func() error { return s.hub.Run(ctx) })
	g.Go(func() error { return s.instance.Watch(ctx, s.db.Pool, s.log) })
	g.Go(func() error { return s.journal.Run(ctx) })
	g.Go(func() error { return s.jobs.Run(ctx) })
	g.Go(func() error { return s.visits.Run(ctx) })
	g.Go(func() error { return s.tracker.Run(ctx) })
	if s.seed != nil {
		g.Go(func() error { return s.seed.Run(ctx) })
	}
	for _, run := range s.machines {
		g.Go(func() error { return run(ctx) })
	}
	g.Go(func() error {
		select {
		case <-s.db.Failed():
			return errors.New("the private PostgreSQL ended")
		case <-ctx.Done():
			return nil
		}
	})
	return g.Wait()
}

func (s *Server) serve(ctx context.Context) error {
	h := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog:    slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return ctx }, // sockets end with the server
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(s.listener) }()
	s.log.Info("listening", "address", s.Addr(), "url", s.cfg.URL)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := h.Shutdown(stop); err != nil {
		return errors.Join(h.Close())
	}
	return nil
}
