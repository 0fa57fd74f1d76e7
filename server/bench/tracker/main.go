// Command tracker measures Shoal's tracker beside npm's bittorrent-tracker in one run on this machine: what announces cost, and what a spy learns.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	part := flag.String("part", "cost", "what to measure: cost or spy")
	binary := flag.String("binary", "bin/shoal", "the program to measure")
	sizes := flag.String("viewers", "500,2000", "viewers of one video, by commas, for the cost")
	crowd := flag.Int("crowd", 1000, "honest viewers beside the spy")
	limit := flag.Duration("limit", 15*time.Minute, "longest time for everything")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	run := func(ctx context.Context) (string, error) { return cost(ctx, *binary, *sizes) }
	if *part == "spy" {
		run = func(ctx context.Context) (string, error) { return spies(ctx, *binary, *crowd) }
	}
	text, err := run(ctx)
	fmt.Print(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// table lines up rows of cells.
func table(rows ...[]string) string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	_ = w.Flush()
	return s.String()
}

// verdict is how a figure stands to its target.
func verdict(ok bool) string {
	if ok {
		return "ok"
	}
	return "MISS"
}
