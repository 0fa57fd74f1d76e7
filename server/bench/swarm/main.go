// Command swarm measures how much of a video viewers bring each other, with the players' own engine over WebRTC against a
// real server: go run ./server/bench/swarm.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/shoal", "the program to measure")
	only := flag.String("only", "", "scenes to run, by commas: "+strings.Join(names(), ","))
	pace := flag.Float64("pace", 2, "how many times faster than life everything runs: clocks, lines and playing")
	big := flag.Float64("big", 1, "the same for scenes of 64 viewers")
	cut := flag.Float64("seconds", filmSeconds, "seconds that are watched")
	out := flag.String("o", "", "file that the table is written to as well")
	profile := flag.String("profile", "", "file for a profile of this process")
	limit := flag.Duration("limit", 2*time.Hour, "longest time for everything")
	flag.Parse()

	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	b := &bench{binary: *binary, pace: *pace, big: *big, cut: *cut}
	err := b.run(ctx, strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }))
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
