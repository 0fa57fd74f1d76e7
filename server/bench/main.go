// Command bench measures Shoal against a peer or a limit in one run, on this machine: go run ./server/bench.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// part is one group of measurements.
type part struct {
	name, says string
	run        func(*bench, context.Context) error
}

// parts run in this order: the machine is idle first, and what makes a film for the next comes before it.
var parts = []part{
	{"idle", "start and memory on an existing database", (*bench).idle},
	{"watchable", "a long H.264 film, from its last byte to its first playable second", (*bench).watchable},
	{"processing", "the ladder against one bare ffmpeg command", (*bench).processing},
	{"ranges", "byte ranges against nginx", (*bench).ranges},
	{"bytes", "what browsers load", (*bench).bytes},
	{"frame", "first frame on a cold visit against a bare hls.js page", (*bench).frames},
	{"requests", "requests a second, p99 and CPU with a thousand videos", (*bench).requests},
}

func main() {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	only := flag.String("only", "", "parts to run, by commas: "+strings.Join(names, ","))
	binary := flag.String("binary", "bin/shoal", "the program to measure")
	runs := flag.Int("runs", 5, "cold visits of each kind; the median counts")
	out := flag.String("o", "", "file that the table is written to as well")
	limit := flag.Duration("limit", 20*time.Minute, "longest time for everything")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	b := &bench{binary: *binary, runs: *runs}
	err := b.all(ctx, strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }))
	if err != nil && b.server != nil {
		fmt.Fprintln(os.Stderr, b.server.Log())
	}
	b.close()
	table := b.table()
	fmt.Print(table)
	if *out != "" {
		if err := os.WriteFile(*out, []byte(table), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) all(ctx context.Context, only []string) error {
	for _, name := range only {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	for _, p := range parts {
		if len(only) > 0 && !slices.Contains(only, p.name) {
			continue
		}
		began := time.Now()
		fmt.Fprintf(os.Stderr, "%s: %s …", p.name, p.says)
		if err := p.run(b, ctx); err != nil {
			fmt.Fprintln(os.Stderr)
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Fprintf(os.Stderr, " %.0f s\n", time.Since(began).Seconds())
	}
	return nil
}
