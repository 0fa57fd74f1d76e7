package db_test

import (
	"context"
	"testing"

	"shoal/server/db/dbtest"
)

func TestMigratedDatabaseIsReady(t *testing.T) {
	pool := dbtest.New(t)
	var n int
	err := pool.QueryRow(context.Background(), `SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'unaccent')`).Scan(&n)
	if err != nil || n != 2 {
		t.Fatalf("%d extensions, %v", n, err)
	}
}

func TestTransactionsAreRolledBack(t *testing.T) {
	tx := dbtest.Tx(t)
	if _, err := tx.Exec(context.Background(), `INSERT INTO oauth_client (id, secret) VALUES ('a', 'b')`); err != nil {
		t.Fatal(err)
	}
}
