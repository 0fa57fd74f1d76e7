package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"

	"shoal/migrations"
	"shoal/server/db"
)

type cluster struct {
	folder   string
	bin      db.Binaries
	template string
	lock     *os.File // held open: its lock tells the watchdog that somebody is here
}

func (c *cluster) url(name string) string {
	return "postgres:///" + name + "?user=shoal&host=" + url.QueryEscape(c.folder)
}

func (c *cluster) admin(sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// start finds or starts the machine's test cluster and makes the template for the present migrations.
func start() (*cluster, error) {
	bin, err := db.FindBinaries("", "")
	if err != nil {
		return nil, err
	}
	c := &cluster{folder: filepath.Join("/tmp", fmt.Sprintf("shoal-test-%d", os.Getuid())), bin: bin}
	start, err := flock(c.folder+".start", syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer start.Close()
	if c.lock, err = flock(c.folder+".users", syscall.LOCK_SH); err != nil {
		return nil, err
	}
	if err := c.run(); err != nil {
		return nil, err
	}
	return c, c.prepare()
}

func flock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return f, syscall.Flock(int(f.Fd()), how)
}

func (c *cluster) run() error {
	if c.admin("SELECT 1") == nil {
		return nil
	}
	ctx := context.Background()
	if _, err := os.Stat(filepath.Join(c.folder, "PG_VERSION")); err != nil {
		if err := os.RemoveAll(c.folder); err != nil {
			return err
		}
		if err := c.bin.Init(ctx, c.folder, "--no-sync"); err != nil {
			return err
		}
	}
	options := "-k " + c.folder + " -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300 -c jit=off"
	if err := c.bin.Run(ctx, "pg_ctl", "-D", c.folder, "-l", filepath.Join(c.folder, "log"), "-w", "-o", options, "start"); err != nil {
		return err
	}
	return c.watch()
}

// watch leaves a process behind that stops the cluster once nobody has held the lock for a minute.
func (c *cluster) watch() error {
	script := `pid=$(head -n1 "$1/postmaster.pid"); n=0
while [ $n -lt 6 ]; do sleep 10; if flock -x -n "$1.users" true; then n=$((n+1)); else n=0; fi; done
flock -x "$1.start" kill -INT "$pid"`
	cmd := exec.Command("/bin/sh", "-c", script, "sh", c.folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Start()
}

// prepare makes the template and the database of the rolled-back transactions, once for each set of migrations.
func (c *cluster) prepare() error {
	sum := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, _ fs.DirEntry, err error) error {
		text, _ := migrations.Files.ReadFile(path)
		fmt.Fprint(sum, path, string(text))
		return err
	})
	if err != nil {
		return err
	}
	c.template = "template_" + hex.EncodeToString(sum.Sum(nil)[:8])
	if c.exists(c.template + "_tx") {
		return nil
	}
	making := c.template + "_making"
	if err := c.admin("DROP DATABASE IF EXISTS " + making + " WITH (FORCE)"); err != nil {
		return err
	}
	if err := c.admin("CREATE DATABASE " + making); err != nil {
		return err
	}
	if err := c.migrate(making); err != nil {
		return err
	}
	if !c.exists(c.template) {
		if err := c.admin("ALTER DATABASE " + making + " RENAME TO " + c.template); err != nil {
			return err
		}
	}
	return c.admin("CREATE DATABASE " + c.template + "_tx TEMPLATE " + c.template)
}

func (c *cluster) exists(name string) bool {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return false
	}
	defer conn.Close(ctx)
	var there bool
	_ = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	return there
}

func (c *cluster) migrate(name string) error {
	ctx := context.Background()
	pool, err := db.Pool(ctx, c.url(name), 4)
	if err != nil {
		return err
	}
	defer pool.Close()
	return db.Migrate(ctx, pool)
}
