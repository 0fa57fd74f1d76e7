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
	loadTurns = 3
	warmTime  = time.Second
	loadTime  = 3 * time.Second
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
	kinds := []*kind{
		{name: "list of videos", path: func() string { return "/api/v1/videos" }, target: 0.8},
		{name: "one video", path: func() string { return "/api/v1/videos/" + any() }, target: 0.8},
		{name: "watch page", path: func() string { return "/w/" + any() }, target: 0.7},
		{name: "watch page, each made anew", path: func() string { return "/w/" + any() + "?n=" + strconv.Itoa(rand.Int()) }},
	}
	for range loadTurns {
		for _, k := range kinds {
			if err := b.ask(ctx, k); err != nil {
				return err
			}
		}
	}
	for _, k := range kinds {
		b.told(k)
	}
	return nil
}

// kind is one sort of address, and what its turns cost. Of medians over the turns a slow second of the machine falls out.
type kind struct {
	name   string
	path   func() string
	target float64 // ms; 0 for none
	whole, own, rate,
	middle, slow []float64
}

// ask is one turn.
func (b *bench) ask(ctx context.Context, k *kind) error {
	if _, err := b.load(ctx, k.path, warmTime); err != nil {
		return err
	}
	family := rig.Family(b.server.PID())
	before, alone, began := rig.CPU(family...), rig.CPU(family[0]), time.Now()
	took, err := b.load(ctx, k.path, loadTime)
	if err != nil {
		return err
	}
	spent, own, lasted := rig.CPU(family...)-before, rig.CPU(family[0])-alone, time.Since(began)
	slices.Sort(took)
	n := len(took)
	k.whole = append(k.whole, spent.Seconds()*1e3/float64(n))
	k.own = append(k.own, own.Seconds()*1e3/float64(n))
	k.rate = append(k.rate, float64(n)/lasted.Seconds())
	k.middle = append(k.middle, took[n/2].Seconds()*1e3)
	k.slow = append(k.slow, took[n*99/100].Seconds()*1e3)
	return nil
}

func (b *bench) told(k *kind) {
	b.add(row{name: k.name + ": CPU of server and PostgreSQL", ours: median(k.whole), unit: "ms/request", target: k.target, info: k.target == 0})
	b.add(row{name: "  of it the server", ours: median(k.own), unit: "ms/request", info: true})
	b.add(row{name: "  requests, 8 connections, load on the same cores", ours: median(k.rate), unit: "/s", info: true})
	b.add(row{name: "  median", ours: median(k.middle), unit: "ms", info: true})
	b.add(row{name: "  99th percentile", ours: median(k.slow), unit: "ms", info: true})
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
				err = get(ctx, client, b.server.URL+path())
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

func get(ctx context.Context, client *http.Client, url string) error {
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
