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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// longestSocket is what fits into a unix socket's address with PostgreSQL's file name behind it.
const longestSocket = 107 - len("/"+socketName)

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

// endLeftover clears what a killed server left: PostgreSQL's processes are ended, then its stale pid and lock files removed.
// The data folder's own lock guarantees that no other Shoal uses it.
func endLeftover(cluster, socket string) error {
	for range int(stopLimit / (20 * time.Millisecond)) {
		left := inside(cluster)
		if len(left) == 0 {
			return removeAll(filepath.Join(cluster, "postmaster.pid"), filepath.Join(socket, socketName+".lock"), filepath.Join(socket, socketName))
		}
		endAll(left, leader(cluster))
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("an earlier PostgreSQL (processes %v) still runs in %s and does not stop", inside(cluster), cluster)
}

const socketName = ".s.PGSQL.5432"

// endAll lets the postmaster stop the others; those that lost theirs end at once.
func endAll(pids []int, postmaster int) {
	if slices.Contains(pids, postmaster) {
		_ = syscall.Kill(postmaster, syscall.SIGINT)
		return
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGQUIT)
	}
}

func removeAll(paths ...string) error {
	for _, p := range paths {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// leader is the postmaster, the process that the pid file names; 0 when there is none.
func leader(cluster string) int {
	text, _ := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(line)
	return pid
}

// inside are PostgreSQL's processes of the cluster: all of them work in its folder.
func inside(cluster string) (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, path := range found {
		name, err := os.ReadFile(path)
		if err != nil || strings.TrimSpace(string(name)) != "postgres" {
			continue
		}
		if cwd, err := os.Readlink(filepath.Join(filepath.Dir(path), "cwd")); err != nil || cwd != cluster {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// logWriter turns the cluster's lines into ours: what is wrong as warnings, the rest for those who look closely.
type logWriter struct{ log *slog.Logger }

func (w *logWriter) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		text := strings.TrimSpace(string(line))
		level := slog.LevelDebug
		for _, bad := range []string{"WARNING:", "ERROR:", "FATAL:", "PANIC:"} {
			// those who ask while it starts are ourselves
			if strings.Contains(text, bad) && !strings.Contains(text, "is starting up") && !strings.Contains(text, "not yet accepting") {
				level = slog.LevelWarn
			}
		}
		w.log.Log(context.Background(), level, "postgres", "line", text)
	}
	return len(p), nil
}
