package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"shoal/server/rig"
	"shoal/shared/announce"
)

const (
	offersEach = 5      // of one announce, as the web's clients send
	announces  = 10_000 // that are measured
	atOnce     = 32     // announces under way
	warmers    = 100
	mostCPU    = 0.4 // of the peer's
	mostMemory = 30  // KiB of a viewer
)

// price is what a crowd cost a tracker.
type price struct {
	cpu     float64 // seconds for 10,000 announces, all offers answered
	rate    float64 // announces a second
	p99     time.Duration
	memory  float64 // KiB of a viewer
	answers float64 // of one announce
}

// cost measures both trackers with each number of viewers.
func cost(ctx context.Context, binary, sizes string) (string, error) {
	rows := [][]string{{"viewers", "tracker", "CPU s / 10,000 announces", "announces/s", "p99", "KiB a viewer", "answers an announce", "CPU ratio", "", "memory", ""}}
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return "", err
		}
		peer, err := priceOf(ctx, n, func() (*server, error) { return theirs(ctx) })
		if err != nil {
			return table(rows...), fmt.Errorf("bittorrent-tracker with %d viewers: %w", n, err)
		}
		own, err := priceOf(ctx, n, func() (*server, error) { return ours(ctx, binary) })
		if err != nil {
			return table(rows...), fmt.Errorf("our tracker with %d viewers: %w", n, err)
		}
		ratio := own.cpu / peer.cpu
		rows = append(rows, peer.row(n, "bittorrent-tracker "+peerVersion), append(own.row(n, "Shoal"),
			fmt.Sprintf("%.2f (≤ %.1f)", ratio, mostCPU), verdict(ratio <= mostCPU),
			fmt.Sprintf("%.1f (≤ %d)", own.memory, mostMemory), verdict(own.memory <= mostMemory)))
	}
	return table(rows...), nil
}

func (p price) row(n int, name string) []string {
	return []string{
		strconv.Itoa(n), name, fmt.Sprintf("%.2f", p.cpu), fmt.Sprintf("%.0f", p.rate), p.p99.Round(100 * time.Microsecond).String(),
		fmt.Sprintf("%.1f", p.memory), fmt.Sprintf("%.2f", p.answers),
	}
}

func priceOf(ctx context.Context, n int, start func() (*server, error)) (p price, err error) {
	s, err := start()
	if err != nil {
		return p, err
	}
	defer s.stop()
	if err := warm(ctx, s); err != nil {
		return p, err
	}
	settle(ctx, s.pid)
	before := rig.Resident(s.pid)
	c, err := gather(ctx, s, n)
	defer c.close()
	if err != nil {
		return p, err
	}
	if _, err := c.round(ctx, announce.Started, 1); err != nil {
		return p, err
	}
	if err := c.quiet(ctx); err != nil {
		return p, err
	}
	cpu, answered, began := settle(ctx, s.pid), c.got.Load(), time.Now()
	took, err := c.round(ctx, "", (announces+n-1)/n)
	if err != nil {
		return p, err
	}
	lasted := time.Since(began)
	if err := c.quiet(ctx); err != nil {
		return p, err
	}
	spent := rig.CPU(s.pid) - cpu
	slices.Sort(took)
	done := float64(len(took))
	return price{
		cpu: spent.Seconds() * 10_000 / done, rate: done / lasted.Seconds(), p99: took[len(took)*99/100],
		memory: float64(rig.Resident(s.pid)-before) / 1024 / float64(n), answers: float64(c.got.Load()-answered) / done,
	}, nil
}

// warm has some viewers come and go, so that what a server needs but once is not counted as theirs.
func warm(ctx context.Context, s *server) error {
	c, err := gather(ctx, s, warmers)
	defer c.close()
	if err == nil {
		_, err = c.round(ctx, announce.Started, 2)
	}
	if err == nil {
		err = c.quiet(ctx)
	}
	return err
}

// round has every viewer announce so many times, some at once, and tells how long each took.
func (c *crowd) round(ctx context.Context, event string, times int) (took []time.Duration, err error) {
	var mu sync.Mutex
	for range times {
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(atOnce)
		for _, v := range c.viewers {
			g.Go(func() error {
				began := time.Now()
				err := v.announce(ctx, event)
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return took, err
		}
	}
	return took, nil
}
