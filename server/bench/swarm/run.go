package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"shoal/shared/announce"
	"shoal/wasm/native"
)

// run plays the scenes that are asked for.
func (b *bench) run(ctx context.Context, only []string) error {
	for _, name := range only {
		if !slices.Contains(names(), name) {
			return fmt.Errorf("there is no scene %q", name)
		}
	}
	f, err := b.up(ctx)
	if err != nil {
		return err
	}
	for _, s := range scenes {
		if len(only) > 0 && !slices.Contains(only, s.name) {
			continue
		}
		pace := b.pace
		if s.n >= 64 {
			pace = b.big
		}
		began := time.Now()
		fmt.Fprintf(os.Stderr, "%s …", s.name)
		b.scene(ctx, s, f, pace)
		fmt.Fprintf(os.Stderr, " %.0f s\n%s", time.Since(began).Seconds(), b.table())
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (b *bench) scene(ctx context.Context, s scene, f *film, pace float64) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b.meetings = meetings{names: map[string]int{}, met: map[[2]int]bool{}}
	clock := native.Clock{Start: time.Now(), Pace: pace}
	joins := rand.New(rand.NewPCG(1, uint64(s.n)))
	var all sync.WaitGroup
	viewers := make([]*viewer, s.n)
	cpu := used()
	for i := range viewers {
		v := newViewer(ctx, b, s, f, clock, i)
		viewers[i] = v
		at := time.Duration(joins.Float64() * float64(s.spread) / pace)
		all.Go(func() {
			select {
			case <-time.After(at):
			case <-ctx.Done():
				return
			}
			v.play(ctx, s.off)
			if v.leave < b.cut {
				v.close()
			}
		})
	}
	all.Wait()
	b.results = append(b.results, b.result(s, pace, viewers, used()-cpu))
	for _, v := range viewers {
		v.close()
	}
}

// meetings are who was given whose session description, which holds their address.
type meetings struct {
	mu    sync.Mutex
	names map[string]int // by the name that ICE gives a connection
	met   map[[2]int]bool
}

// watch notes whose descriptions a viewer is given by the tracker.
func (b *bench) watch(v *viewer) {
	m := &b.meetings
	v.host.Described = func(sdp string) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.names[ufrag(sdp)] = v.index
	}
	v.host.Told = func(text []byte) {
		var t announce.Message
		if t.Parse(text) != nil || len(t.Description) == 0 {
			return
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if owner, ok := m.names[ufrag(announce.SDP(t.Description))]; ok {
			m.met[[2]int{owner, v.index}] = true
		}
	}
}

func ufrag(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	name, _, _ := strings.Cut(rest, "\r\n")
	return name
}

// most is to how many others the address of one viewer went, at most and in the middle.
func (m *meetings) most(n int) (most int, middle float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := make([]int, n)
	for pair := range m.met {
		counts[pair[0]]++
	}
	slices.Sort(counts)
	return counts[n-1], float64(counts[n/2])
}
