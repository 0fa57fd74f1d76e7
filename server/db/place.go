package db

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// longestSocket is what fits into a unix socket's address with PostgreSQL's file name behind it.
const longestSocket = 107 - len("/.s.PGSQL.5432")

// place is where the cluster lies: folder itself, or, when we are root and the folder is below one that the
// unprivileged user cannot enter (as /root is), a folder in /var/lib/shoal with a link to it at folder.
func place(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		return real, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	if os.Getuid() != 0 || enterable(filepath.Dir(folder)) {
		return folder, nil
	}
	elsewhere := filepath.Join("/var/lib/shoal", short(folder))
	if err := os.MkdirAll(elsewhere, 0o700); err != nil {
		return "", err
	}
	if err := os.Chmod("/var/lib/shoal", 0o755); err != nil {
		return "", err
	}
	return elsewhere, os.Symlink(elsewhere, folder)
}

func enterable(dir string) bool {
	for ; dir != "/"; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
	}
	return true
}

func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// socketFolder is inside the cluster, whose folder is 0700, or in the temporary folder when that path is too long.
func socketFolder(cluster string) (string, error) {
	if len(cluster) <= longestSocket {
		return cluster, nil
	}
	dir := filepath.Join(os.TempDir(), "shoal-"+short(cluster))
	if len(dir) > longestSocket {
		return "", fmt.Errorf("%s: the path is too long for a socket", dir)
	}
	cred, err := unprivileged()
	if err != nil {
		return "", err
	}
	if err := (Binaries{cred: cred}).own(dir); err != nil {
		return "", err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", err
	}
	want := uint32(os.Getuid())
	if cred != nil {
		want = cred.Uid
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || st.Uid != want || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	return dir, nil
}

// endLeftover clears what a killed server left: a postmaster that still runs is ended, a stale pid file removed.
// The data folder's own lock guarantees that no other Shoal uses it.
func endLeftover(cluster string) error {
	file := filepath.Join(cluster, "postmaster.pid")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil || !isPostmaster(pid, cluster) {
		return os.Remove(file)
	}
	for range int(stopLimit / (20 * time.Millisecond)) {
		if !isPostmaster(pid, cluster) {
			return nil
		}
		_ = syscall.Kill(pid, syscall.SIGINT)
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("an earlier PostgreSQL (process %d) still runs in %s and does not stop", pid, cluster)
}

func isPostmaster(pid int, cluster string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil && cwd == cluster // the postmaster's working folder is its data
}

// logWriter turns the cluster's lines into ours: what is wrong as warnings, the rest for those who look closely.
type logWriter struct{ log *slog.Logger }

func (w *logWriter) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		text := strings.TrimSpace(string(line))
		level := slog.LevelDebug
		for _, bad := range []string{"WARNING:", "ERROR:", "FATAL:", "PANIC:"} {
			// those who ask while it starts are ourselves
			if strings.Contains(text, bad) && !strings.Contains(text, "is starting up") {
				level = slog.LevelWarn
			}
		}
		w.log.Log(context.Background(), level, "postgres", "line", text)
	}
	return len(p), nil
}
