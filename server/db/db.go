// Package db is the pool, the migrations, and the private PostgreSQL cluster when no database is given.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Q is what a pool and a transaction both can do, so that rooms share one transaction by passing it on.
type Q interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Begin(ctx context.Context) (pgx.Tx, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error)
}

// Options say which database to use.
type Options struct {
	URL      string // empty for a private cluster
	Folder   string // data folder; the cluster is its subfolder "postgres"
	Binaries string // folder of initdb and postgres; empty to look for them
	MaxConns int    // 0 for a number by the count of cores
	Log      *slog.Logger
}

// DB is an open, migrated database.
type DB struct {
	Pool    *pgxpool.Pool
	cluster *Cluster
}

// Open connects, starting the private cluster first when no URL is given, and brings the schema forward.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{}
	url := o.URL
	if url == "" {
		c, err := Start(ctx, filepath.Join(o.Folder, "postgres"), o.Binaries, o.Log)
		if err != nil {
			return nil, err
		}
		d.cluster, url = c, c.URL("shoal")
	}
	pool, err := Pool(ctx, url, o.MaxConns)
	if err == nil {
		d.Pool = pool
		err = Migrate(ctx, pool)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Attach connects to the database of a server that runs already, changing nothing in it.
func Attach(ctx context.Context, o Options) (*DB, error) {
	url := o.URL
	if url == "" {
		folder, err := place(filepath.Join(o.Folder, "postgres"))
		if err != nil {
			return nil, err
		}
		socket, err := socketFolder(folder)
		if err != nil {
			return nil, err
		}
		url = socketURL(socket, "shoal")
	}
	pool, err := Pool(ctx, url, 2)
	return &DB{Pool: pool}, err
}

// Close ends the connections and then the private cluster.
func (d *DB) Close() {
	if d.Pool != nil {
		d.Pool.Close()
	}
	if d.cluster != nil {
		d.cluster.Stop()
	}
}

// Failed is closed when the private cluster ended by itself; it is nil for a database given by URL.
func (d *DB) Failed() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.ended
}

// Pool opens connections with the settings every room relies on.
func Pool(ctx context.Context, url string, maxConns int) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", redact(err))
	}
	if maxConns == 0 {
		maxConns = max(8, 4*runtime.NumCPU())
	}
	c.MaxConns = int32(min(maxConns, 1000))
	c.ConnConfig.RuntimeParams["application_name"] = "shoal"
	// A list with optional filters takes 0.07 ms this way and up to 79 ms with a generic plan.
	c.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	// Starting helpers takes 20 ms and more, as long as a slow list.
	c.ConnConfig.RuntimeParams["max_parallel_workers_per_gather"] = "0"
	c.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// OldestServer is the oldest PostgreSQL that is supported, in server_version_num's form.
const OldestServer = 140000

func checkVersion(ctx context.Context, pool *pgxpool.Pool) error {
	var version int
	err := pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&version)
	if err != nil {
		return fmt.Errorf("connecting to the database: %w", err)
	}
	if version < OldestServer {
		return fmt.Errorf("this PostgreSQL is version %d; Shoal needs %d or newer", version/10000, OldestServer/10000)
	}
	return nil
}

// redact keeps a password in a wrong address out of logs.
func redact(err error) error {
	var bad *pgconn.ParseConfigError
	if errors.As(err, &bad) {
		return errors.New("it cannot be understood; it should look like postgres://user:password@host:5432/database")
	}
	return err
}
