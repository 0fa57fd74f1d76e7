// Command api measures the REST interface on a big platform beside a small one, both made up: go run ./server/bench/api.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"shoal/server/db"
	"shoal/server/rig"
)

func main() {
	binary := flag.String("binary", "bin/shoal", "the program to measure")
	videos := flag.Int("videos", 1_000_000, "videos of the big platform; a tenth as many people, five times as many comments")
	times := flag.Int("times", 200, "how often each question is asked")
	keep := flag.String("data", "", "folder of the big platform's data: used again when it is filled, and kept")
	only := flag.String("only", "", "questions whose name has these words")
	limit := flag.Duration("limit", 3*time.Hour, "longest time for everything")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	if err := run(ctx, *binary, *keep, *only, *videos, *times); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, binary, keep, only string, videos, times int) error {
	small, err := measured(ctx, binary, "", only, size{1000, 100, 5000}, times)
	if err != nil {
		return err
	}
	big, err := measured(ctx, binary, keep, only, size{videos, max(videos/10, 100), videos * 5}, times)
	if err != nil {
		return err
	}
	fmt.Print(table(big, small))
	return nil
}

// measured makes a platform, asks it everything, and takes it away unless it is to be kept.
func measured(ctx context.Context, binary, keep, only string, s size, times int) ([]figure, error) {
	fmt.Fprintf(os.Stderr, "%d videos, %d people, %d comments\n", s.videos, s.people, s.comments)
	folder := keep
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "shoal-bench-"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if err := os.Chmod(folder, 0o755); err != nil { // for PostgreSQL's user
		return nil, err
	}
	program, err := rig.Run(ctx, binary, filepath.Join(folder, "data"), "SHOAL_LIMITS_API=100000000/1s")
	if err != nil {
		return nil, err
	}
	defer program.Stop()
	client := &rig.Client{URL: program.URL}
	if err := client.SignIn(ctx, rig.AdminName, rig.AdminPassword); err != nil {
		return nil, err
	}
	d, err := db.Attach(ctx, db.Options{Folder: filepath.Join(folder, "data"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	conn, err := d.Pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	var have int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM video`).Scan(&have); err != nil {
		return nil, err
	}
	if have < s.videos {
		if err := fill(ctx, conn.Conn(), program.URL, s); err != nil {
			return nil, err
		}
	} else if _, err := conn.Exec(ctx, `ANALYZE`); err != nil { // as autovacuum does within minutes
		return nil, err
	}
	names, err := sample(ctx, conn)
	if err != nil {
		return nil, err
	}
	figures, err := ask(ctx, client, names, only, times)
	if err != nil {
		fmt.Fprintln(os.Stderr, program.Log())
	}
	return figures, err
}
