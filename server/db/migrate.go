package db

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"shoal/migrations"
)

// migrationLock is the advisory lock that lets one node at a time change the schema.
const migrationLock = 0x5340a1

// Migrate brings the schema forward, one node at a time, and refuses a database that a newer Shoal has changed.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	defer func() {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, _ = conn.Exec(undo, `SELECT pg_advisory_unlock($1)`, migrationLock)
	}()
	if err := migrateOwn(ctx, pool); err != nil {
		return fmt.Errorf("bringing the database forward: %w", err)
	}
	return migrateJobs(ctx, pool)
}

func migrateOwn(ctx context.Context, pool *pgxpool.Pool) error {
	sqlDB := stdlib.OpenDBFromPool(pool)
	defer sqlDB.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, sqlDB, migrations.Files)
	if err != nil {
		return err
	}
	present, newest, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if present > newest {
		return fmt.Errorf("the database is at step %d and this program knows %d: it was used by a newer Shoal; run that one, or restore a backup made before the upgrade", present, newest)
	}
	_, err = p.Up(ctx)
	return err
}

func migrateJobs(ctx context.Context, pool *pgxpool.Pool) error {
	m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("bringing the job tables forward: %w", err)
	}
	return nil
}
