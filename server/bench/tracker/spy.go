package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"shoal/shared/announce"
)

const (
	intervals  = 3   // of honest viewers
	spyIDs     = 200 // of the passive spy, each on a connection of its own
	spyLines   = 10  // of the active spy, so that no limit of one connection stops it
	spyAsks    = 30  // announces on each line
	spyOffers  = 10  // of each
	mostSeen   = 3.0 // percent of the swarm learned from one place
	leastPeers = 8   // others that each honest viewer finds
)

// findings are what spies at one place learned of a swarm.
type findings struct {
	honest          int
	passive, active int // viewers whose session description the spy holds
	listed          int // swarms that a scrape without a name lists
	fewest, middle  int // others that honest viewers found
}

// spies measures what one place learns with each tracker.
func spies(ctx context.Context, binary string, n int) (string, error) {
	rows := [][]string{{"tracker", "viewers", "passive spy", "active spy", "swarms listed", "honest viewers find"}}
	var own findings
	for _, start := range []func() (*server, error){
		func() (*server, error) { return theirs(ctx) },
		func() (*server, error) { return ours(ctx, binary) },
	} {
		s, err := start()
		if err != nil {
			return table(rows...), err
		}
		own, err = spyOn(ctx, s, n)
		s.stop()
		if err != nil {
			return table(rows...), fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, own.row(s.name))
	}
	passive, active := own.percent(own.passive), own.percent(own.active)
	return table(rows...) + table(
		[]string{"passive spy learns at most", fmt.Sprintf("%.1f %%", passive), fmt.Sprintf("≤ %.0f %%", mostSeen), verdict(passive <= mostSeen)},
		[]string{"active spy learns at most", fmt.Sprintf("%.1f %%", active), fmt.Sprintf("≤ %.0f %%", mostSeen), verdict(active <= mostSeen)},
		[]string{"the loneliest honest viewer finds", fmt.Sprint(own.fewest), fmt.Sprintf("≥ %d", leastPeers), verdict(own.fewest >= leastPeers)},
	), nil
}

func (f findings) percent(n int) float64 { return 100 * float64(n) / float64(f.honest) }

func (f findings) row(name string) []string {
	return []string{
		name, fmt.Sprint(f.honest), fmt.Sprintf("%d (%.1f %%)", f.passive, f.percent(f.passive)),
		fmt.Sprintf("%d (%.1f %%)", f.active, f.percent(f.active)), fmt.Sprint(f.listed), fmt.Sprintf("%d at least, %d in the middle", f.fewest, f.middle),
	}
}

func spyOn(ctx context.Context, s *server, n int) (f findings, err error) {
	settle(ctx, s.pid)
	c, err := gather(ctx, s, n)
	defer c.close()
	if err != nil {
		return f, err
	}
	f.honest = n
	honest := map[announce.ID]bool{}
	for _, v := range c.viewers {
		honest[v.id] = true
	}
	if _, err := c.round(ctx, announce.Started, 1); err != nil {
		return f, err
	}
	passive, err := c.station(ctx, s, "127.250.1.", spyIDs, 0, 1)
	defer passive.close()
	if err != nil {
		return f, fmt.Errorf("the passive spy: %w", err)
	}
	if _, err := c.round(ctx, "", intervals); err != nil {
		return f, err
	}
	if err := c.quiet(ctx); err != nil {
		return f, err
	}
	f.passive = learned(passive, honest)
	f.fewest, f.middle = c.found(honest)
	passive.close()
	active, err := c.station(ctx, s, "127.251.1.", spyLines, spyOffers, spyAsks)
	defer active.close()
	if err != nil {
		return f, fmt.Errorf("the active spy: %w", err)
	}
	if err := active.quiet(ctx); err != nil {
		return f, err
	}
	f.active = learned(active, honest)
	f.listed, err = listed(ctx, s)
	return f, err
}

// station is a spy's connections from one network, each of which announces some times.
func (c *crowd) station(ctx context.Context, s *server, network string, lines, offers, times int) (*crowd, error) {
	spy := &crowd{}
	for i := range lines {
		v, err := spy.dial(ctx, s, network+fmt.Sprint(1+i))
		if err != nil {
			return spy, err
		}
		spy.viewers = append(spy.viewers, v)
		event := announce.Started
		for range times {
			if err := v.announceSome(ctx, event, offers); err != nil {
				return spy, err
			}
			event = ""
		}
	}
	return spy, nil
}

// learned is how many honest viewers' descriptions reached the spy.
func learned(spy *crowd, honest map[announce.ID]bool) int {
	all := map[announce.ID]bool{}
	for _, v := range spy.viewers {
		v.mu.Lock()
		for id := range v.met {
			if honest[id] {
				all[id] = true
			}
		}
		v.mu.Unlock()
	}
	return len(all)
}

// found is how many honest others the loneliest viewer and the one in the middle found.
func (c *crowd) found(honest map[announce.ID]bool) (fewest, middle int) {
	var all []int
	for _, v := range c.viewers {
		n := 0
		v.mu.Lock()
		for id := range v.met {
			if honest[id] {
				n++
			}
		}
		v.mu.Unlock()
		all = append(all, n)
	}
	slices.Sort(all)
	return all[0], all[len(all)/2]
}

// listed is how many swarms a scrape without a name tells.
func listed(ctx context.Context, s *server) (int, error) {
	address, err := s.address(ctx, "127.252.1.1")
	if err != nil {
		return 0, err
	}
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	if err != nil {
		return 0, err
	}
	defer ws.Close()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"action":"scrape"}`)); err != nil {
		return 0, err
	}
	if err := ws.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return 0, err
	}
	_, b, err := ws.ReadMessage()
	if err != nil {
		return 0, err
	}
	var in struct {
		Files map[string]any `json:"files"`
	}
	err = json.Unmarshal(b, &in)
	return len(in.Files), err
}
