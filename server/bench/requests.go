package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"shoal/server/rig"
)

const (
	warmTime = time.Second
	loadTime = 5 * time.Second
)

// requests asks one kind of address at a time, as guests do, of a platform with a thousand videos.
func (b *bench) requests(ctx context.Context) error {
	if err := b.up(ctx); err != nil {
		return err
	}
	ids, err := b.fill(ctx)
	if err != nil {
		return err
	}
	any := func() string { return short(ids[rand.IntN(len(ids))]) }
	for _, kind := range []struct {
		name   string
		path   func() string
		target float64 // ms; 0 for none
	}{
		{"list of videos", func() string { return "/api/v1/videos" }, 0.8},
		{"one video", func() string { return "/api/v1/videos/" + any() }, 0.8},
		{"watch page", func() string { return "/w/" + any() }, 0.7},
		{"watch page, each made anew", func() string { return "/w/" + any() + "?n=" + strconv.Itoa(rand.Int()) }, 0},
	} {
		if _, err := b.load(ctx, kind.path, warmTime); err != nil {
			return err
		}
		family := rig.Family(b.server.PID())
		before, alone, began := rig.CPU(family...), rig.CPU(family[0]), time.Now()
		took, err := b.load(ctx, kind.path, loadTime)
		if err != nil {
			return err
		}
		spent, own, lasted := rig.CPU(family...)-before, rig.CPU(family[0])-alone, time.Since(began)
		slices.Sort(took)
		n := len(took)
		b.add(row{name: kind.name + ": CPU of server and PostgreSQL", ours: spent.Seconds() * 1e3 / float64(n), unit: "ms/request", target: kind.target, info: kind.target == 0})
		b.add(row{name: "  of it the server", ours: own.Seconds() * 1e3 / float64(n), unit: "ms/request", info: true})
		b.add(row{name: "  requests, 8 connections, load on the same cores", ours: float64(n) / lasted.Seconds(), unit: "/s", info: true})
		b.add(row{name: "  median", ours: took[n/2].Seconds() * 1e3, unit: "ms", info: true})
		b.add(row{name: "  99th percentile", ours: took[n*99/100].Seconds() * 1e3, unit: "ms", info: true})
	}
	return nil
}

// load asks on all lines at once for a while and gives how long each answer took.
func (b *bench) load(ctx context.Context, path func() string, lasting time.Duration) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: lines, MaxIdleConnsPerHost: lines, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var (
		mu    sync.Mutex
		all   []time.Duration
		first error
		group sync.WaitGroup
	)
	end := time.Now().Add(lasting)
	for range lines {
		group.Go(func() {
			var mine []time.Duration
			var err error
			for err == nil && time.Now().Before(end) {
				began := time.Now()
				err = ask(ctx, client, b.server.URL+path())
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			if first == nil {
				first = err
			}
		})
	}
	group.Wait()
	return all, first
}

func ask(ctx context.Context, client *http.Client, url string) error {
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", accepted)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return nil
}
