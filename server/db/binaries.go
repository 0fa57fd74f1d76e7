package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Binaries are a PostgreSQL installation and the user it runs as.
type Binaries struct {
	Folder string
	cred   *syscall.Credential // nil when we are no root: then we run it as ourselves
}

// ErrNoPostgres says how to get what is missing.
var ErrNoPostgres = errors.New("PostgreSQL is not installed. Debian, Ubuntu: sudo apt-get install postgresql postgresql-contrib. Fedora: sudo dnf install postgresql-server postgresql-contrib. Arch: sudo pacman -S postgresql. Or set database_url (SHOAL_DATABASE_URL) to a PostgreSQL you have")

// FindBinaries looks in folder if given, else where distributions put them, for the version that made cluster.
func FindBinaries(folder, cluster string) (Binaries, error) {
	cred, err := unprivileged()
	if err != nil {
		return Binaries{}, err
	}
	made := clusterVersion(cluster)
	for _, dir := range candidates(folder) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		b := Binaries{dir, cred}
		if made == "" || b.major() == made {
			return b, nil
		}
	}
	if made != "" {
		return Binaries{}, fmt.Errorf("the database in %s was made by PostgreSQL %s, which is not installed (sudo apt-get install postgresql-%s)", cluster, made, made)
	}
	return Binaries{}, ErrNoPostgres
}

func clusterVersion(cluster string) string {
	b, _ := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	return strings.TrimSpace(string(b))
}

func candidates(folder string) []string {
	if folder != "" {
		return []string{folder}
	}
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"} {
		found, _ := filepath.Glob(pattern)
		dirs = append(dirs, found...)
	}
	slices.SortFunc(dirs, func(a, b string) int { return number(b) - number(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	return append(dirs, "/usr/bin", "/usr/local/pgsql/bin")
}

// number is the digits of a path as one number: the version in /usr/lib/postgresql/15/bin.
func number(path string) int {
	n, _ := strconv.Atoi(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, path))
	return n
}

// major is the installation's major version.
func (b Binaries) major() string {
	out, err := exec.Command(filepath.Join(b.Folder, "postgres"), "--version").Output()
	if err != nil {
		return ""
	}
	words := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian ...)
	if len(words) < 3 {
		return ""
	}
	major, _, _ := strings.Cut(words[2], ".")
	return major
}

// Init makes a new cluster in folder.
func (b Binaries) Init(ctx context.Context, folder string, more ...string) error {
	if err := b.own(folder); err != nil {
		return err
	}
	args := append([]string{
		"-D", folder, "-U", "shoal", "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth-local=trust", "--auth-host=reject",
	}, more...)
	if out, err := b.command(ctx, "initdb", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// own makes folder, for the cluster's user alone.
func (b Binaries) own(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if b.cred == nil {
		return nil
	}
	return os.Chown(folder, int(b.cred.Uid), int(b.cred.Gid))
}

// Run runs one of the installation's programs as the cluster's user.
func (b Binaries) Run(ctx context.Context, name string, args ...string) error {
	if out, err := b.command(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

func (b Binaries) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(b.Folder, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: b.cred}
	return cmd
}

// unprivileged is the user PostgreSQL runs as when we are root, which it refuses to be.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"shoal", "postgres"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("started as root, and there is no user \"shoal\" or \"postgres\" to run the database as: %w", ErrNoPostgres)
}
