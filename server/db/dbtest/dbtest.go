// Package dbtest hands a test its own migrated database or a transaction that is rolled back.
//
// All test processes of a machine share one cluster in the temporary folder; it starts with the first and
// stops by itself when no test has used it for a while.
package dbtest

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db"
)

var shared = sync.OnceValues(start)

// URL is a new migrated database of the test's own; it is dropped at the end.
func URL(t testing.TB) string {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:12])
	if err := c.admin("CREATE DATABASE " + name + " TEMPLATE " + c.template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}

// New is a pool on a database of the test's own.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := db.Pool(context.Background(), URL(t), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

var pool = sync.OnceValues(func() (*pgxpool.Pool, error) {
	c, err := shared()
	if err != nil {
		return nil, err
	}
	return db.Pool(context.Background(), c.url(c.template+"_tx"), 8)
})

// Tx is a transaction on a database that all such tests share; it is rolled back at the end.
func Tx(t testing.TB) pgx.Tx {
	t.Helper()
	p, err := pool()
	if err != nil {
		t.Fatal(err)
	}
	tx, err := p.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}
