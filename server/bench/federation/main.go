// Command federation measures how fast activities go out to a thousand servers of which some hang and some are down, and how fast others' come in.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// figure is one line of the table.
type figure struct {
	name   string
	value  float64
	unit   string
	target float64 // 0 for none
	least  bool    // the target is a lower bound
}

// part measures one side.
type part struct {
	name string
	run  func(context.Context) ([]figure, error)
}

// parts are run one after the other.
var parts = []part{
	{"deliveries", deliveries},
	{"intake", intake},
}

func main() {
	only := flag.String("part", "", "the part to measure; empty for all")
	simulate := flag.String("simulate", "", "be the other servers: how many good ones, and how many that hang, by a comma")
	limit := flag.Duration("limit", 15*time.Minute, "longest time for everything")
	flag.IntVar(&hosts, "hosts", hosts, "other servers")
	flag.IntVar(&activities, "activities", activities, "activities for each of them")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	run := func() error { return measure(ctx, *only) }
	if *simulate != "" {
		run = func() error { return serveOthers(ctx, *simulate) }
	}
	if err := run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, only string) error {
	var all []figure
	var failed error
	for _, p := range parts {
		if only != "" && only != p.name {
			continue
		}
		got, err := p.run(ctx)
		all = append(all, got...)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	fmt.Print(table(all))
	return failed
}

// table lines figures up.
func table(all []figure) string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "name\tours\ttarget\t")
	for _, f := range all {
		target, verdict := "", ""
		if f.target != 0 {
			sign, ok := "≤", f.value <= f.target
			if f.least {
				sign, ok = "≥", f.value >= f.target
			}
			target, verdict = fmt.Sprintf("%s %.4g %s", sign, f.target, f.unit), "MISS"
			if ok {
				verdict = "ok"
			}
		}
		fmt.Fprintf(w, "%s\t%.4g %s\t%s\t%s\n", f.name, f.value, f.unit, target, verdict)
	}
	_ = w.Flush()
	return s.String()
}
