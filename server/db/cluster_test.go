package db

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// folder is a short path that the cluster's user can enter, unlike t.TempDir's as root.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "shoal-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *DB {
	t.Helper()
	d, err := Open(context.Background(), Options{Folder: dir, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func count(t *testing.T, d *DB) (n int) {
	t.Helper()
	if err := d.Pool.QueryRow(context.Background(), `SELECT count(*) FROM kept`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestThePrivateClusterComesBackAfterEveryKindOfEnd(t *testing.T) {
	dir, ctx := folder(t), context.Background()
	d := open(t, dir)
	if _, err := d.Pool.Exec(ctx, `CREATE TABLE kept AS SELECT 1 AS n`); err != nil {
		t.Fatal(err)
	}
	d.Close()

	d = open(t, dir) // an ordinary start
	if count(t, d) != 1 {
		t.Fatal("the row is gone")
	}
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-d.Failed()
	d.Close()

	d = open(t, dir) // its own pid file is stale
	if count(t, d) != 1 {
		t.Fatal("the row is gone")
	}
	d.Close()

	// a pid file that names a process which is something else, as after a reboot
	stale := strconv.Itoa(os.Getpid()) + "\n" + dir + "/postgres\n"
	if err := os.WriteFile(filepath.Join(dir, "postgres", "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	d = open(t, dir)
	defer d.Close()
	if count(t, d) != 1 {
		t.Fatal("the row is gone")
	}
}

func TestALeftoverPostmasterIsEndedFirst(t *testing.T) {
	dir := folder(t)
	left := open(t, dir) // stands for one whose Shoal was killed: it still runs
	left.Pool.Close()
	d := open(t, dir)
	defer d.Close()
	<-left.Failed()
	if err := d.Pool.Ping(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTheClusterIsClosedToOthers(t *testing.T) {
	dir := folder(t)
	d := open(t, dir)
	defer d.Close()
	info, err := os.Stat(filepath.Join(dir, "postgres"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	var listen, user string
	if err := d.Pool.QueryRow(context.Background(), `SELECT current_setting('listen_addresses'), current_user`).Scan(&listen, &user); err != nil || listen != "" {
		t.Errorf("listens on %q, %v", listen, err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); os.Getuid() == 0 && ok && st.Uid == 0 {
		t.Error("it runs as root")
	}
}

func TestALongPathHasItsSocketElsewhere(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("long", 30))
	d := open(t, dir)
	defer d.Close()
	if len(d.cluster.socket) > longestSocket {
		t.Errorf("the socket is at %s", d.cluster.socket)
	}
}

func TestAFolderTheClustersUserCannotEnter(t *testing.T) {
	dir := folder(t)
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d := open(t, dir)
	real := d.cluster.folder
	d.Close()
	if os.Getuid() == 0 {
		defer os.RemoveAll(real)
		if link, err := os.Readlink(filepath.Join(dir, "postgres")); err != nil || link != real {
			t.Errorf("%s, %v", link, err)
		}
	}
	open(t, dir).Close() // and it is found again
}

func TestWithoutPostgreSQLThePersonIsToldWhatToInstall(t *testing.T) {
	_, err := FindBinaries(t.TempDir(), "")
	if !errors.Is(err, ErrNoPostgres) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Error(err)
	}
	made := t.TempDir()
	if err := os.WriteFile(filepath.Join(made, "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := FindBinaries("", made); err == nil || !strings.Contains(err.Error(), "postgresql-9") {
		t.Error(err)
	}
}

func TestADatabaseOfANewerShoalIsRefused(t *testing.T) {
	dir, ctx := folder(t), context.Background()
	d := open(t, dir)
	if _, err := d.Pool.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	d.Close()
	_, err := Open(ctx, Options{Folder: dir, Log: slog.Default()})
	if err == nil || !strings.Contains(err.Error(), "newer Shoal") {
		t.Error(err)
	}
}

func TestAWrongAddressDoesNotShowItsPassword(t *testing.T) {
	_, err := Pool(context.Background(), "postgres://u:geheim@[bad", 1)
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
}
