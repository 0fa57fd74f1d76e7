package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long the private cluster may take.
const (
	startLimit = 60 * time.Second // after a crash it replays its log first
	stopLimit  = 8 * time.Second
)

// Cluster is a PostgreSQL of our own, reached only through a unix socket in a folder nobody else may enter.
type Cluster struct {
	folder, socket string
	bin            Binaries
	log            *slog.Logger
	cmd            *exec.Cmd
	ended          chan struct{}
}

// Start runs the cluster in folder, making it when it is new, and waits until it answers.
func Start(ctx context.Context, folder, binaries string, log *slog.Logger) (*Cluster, error) {
	folder, err := place(folder)
	if err != nil {
		return nil, err
	}
	bin, err := FindBinaries(binaries, folder)
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, bin: bin, log: log, ended: make(chan struct{})}
	if c.socket, err = socketFolder(folder); err != nil {
		return nil, err
	}
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	if err := c.run(); err != nil {
		return nil, err
	}
	if err := c.wait(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// URL is the address of one of the cluster's databases.
func (c *Cluster) URL(database string) string { return socketURL(c.socket, database) }

func socketURL(socket, database string) string {
	return "postgres:///" + database + "?user=shoal&host=" + url.QueryEscape(socket)
}

func (c *Cluster) prepare(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.folder, "PG_VERSION")); err == nil {
		return endLeftover(c.folder, c.socket)
	}
	c.log.Info("making a private PostgreSQL cluster", "folder", c.folder)
	return c.bin.Init(ctx, c.folder)
}

// run starts the server on a thread of its own: the signal at our death is tied to the thread that started it.
func (c *Cluster) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		c.cmd = c.bin.command(context.Background(), "postgres", "-D", c.folder, "-k", c.socket,
			"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "max_connections=100",
			"-c", "shared_buffers=128MB", "-c", "jit=off", "-c", "log_min_messages=warning")
		c.cmd.SysProcAttr.Pdeathsig = syscall.SIGINT // "fast" shutdown
		c.cmd.SysProcAttr.Setpgid = true             // Ctrl-C in the terminal is for us alone
		c.cmd.Stderr = &logWriter{log: c.log}
		err := c.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if err := c.cmd.Wait(); err != nil {
			c.log.Warn("the private PostgreSQL ended", "err", err)
		}
		close(c.ended)
	}()
	return <-started
}

// wait asks until the cluster answers, and makes our database in it.
func (c *Cluster) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			defer conn.Close(ctx)
			return createDatabase(ctx, conn, "shoal")
		}
		select {
		case <-c.ended:
			return errors.New("the private PostgreSQL stopped while starting; its own words are in the log above")
		case <-ctx.Done():
			return fmt.Errorf("the private PostgreSQL does not answer: %w", err)
		case <-tick.C:
		}
	}
}

func createDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var there bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	return err
}

// Stop ends the cluster: open transactions are rolled back, nothing committed is lost.
func (c *Cluster) Stop() {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		_ = c.cmd.Process.Signal(sig)
		select {
		case <-c.ended:
			return
		case <-time.After(stopLimit):
		}
	}
}
