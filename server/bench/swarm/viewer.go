package main

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"shoal/shared/hls"
	"shoal/wasm/native"
	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

// film is what all watch.
type film struct {
	uuid, address, infohash string
	media                   hls.Media
}

// viewer plays a rendition from beginning to end as a page does: the first two segments are fetched before the engine is
// there, then segments one after the other, until half a minute is buffered.
type viewer struct {
	index  int
	film   *film
	clock  native.Clock
	host   *native.Host
	swarm  *swarm.Swarm
	leave  float64 // seconds of the film after which the page is closed
	served atomic.Int64

	mu       sync.Mutex
	next     int     // segment to fetch
	got      int64   // bytes of segments
	part     int64   // of the one under way
	have     float64 // seconds of whole segments
	pos      float64
	fetching bool
	again    time.Duration
	joined   time.Duration
	started  time.Duration
	stalls   int
	stood    time.Duration
	waits    bool
	peers    int64
}

// Rules of playing: those of wasm/player.
const (
	headSegments = 2
	goal         = 30.0
	step         = 100 * time.Millisecond
)

func newViewer(ctx context.Context, b *bench, s scene, f *film, c native.Clock, i int) *viewer {
	v := &viewer{index: i, film: f, clock: c, leave: b.cut}
	if s.churn && i%2 == 1 {
		v.leave = b.cut / 2
	}
	up := &native.Uplink{Rate: s.uplink(i) / 8 * c.Pace}
	v.host = native.New(ctx, b.server.URL, net.IPv4(127, 0, byte(i+1), 1), c, up)
	v.host.Served = func(n int) { v.served.Add(int64(n)) }
	b.watch(v)
	if s.faults && i == liar {
		v.host.Spoil = func(body []byte) []byte {
			bad := append([]byte(nil), body...)
			bad[len(bad)/2] ^= 1
			return bad
		}
	}
	v.swarm = swarm.New(v.host.World(), s.limits())
	return v
}

// play returns when the film is over, or the viewer has left.
func (v *viewer) play(ctx context.Context, off bool) {
	v.joined = v.clock.Now()
	v.swarm.Open(swarm.Video{UUID: v.film.uuid, Duration: v.film.media.Length()})
	v.swarm.SetMode(swarm.On)
	if off {
		v.swarm.SetMode(swarm.Off)
	}
	tick := time.NewTicker(time.Duration(float64(step) / v.clock.Pace))
	defer tick.Stop()
	last := v.clock.Now()
	for ctx.Err() == nil {
		v.pump()
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		now := v.clock.Now()
		if v.advance(now-last) || v.pos >= v.leave {
			break
		}
		last = now
	}
}

// close lets go of everything, as a closed page does.
func (v *viewer) close() { v.swarm.Close() }

// advance lets the film go on for a while, if there is something to show.
func (v *viewer) advance(d time.Duration) (over bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	ahead := v.have - v.pos
	whole := v.next == len(v.film.media.Segments) && !v.fetching
	switch {
	case whole && ahead < 0.2:
		return true
	case v.started == 0:
		if v.got+v.part > 0 && (ahead > 0 || v.part > 64<<10) {
			v.started = v.clock.Now()
		}
	case v.waits:
		v.stood += d
		v.waits = ahead < 1 && !whole
	case ahead < d.Seconds() && !v.playsPart(d):
		v.waits = true
		v.stalls++
	default:
		v.pos += d.Seconds()
	}
	return false
}

// playsPart tells whether the segment under way has come far enough: its bytes are appended as they come.
func (v *viewer) playsPart(d time.Duration) bool {
	if v.next >= len(v.film.media.Segments) {
		return false
	}
	s := v.film.media.Segments[v.next]
	return v.have+s.Duration*float64(v.part)/float64(s.Size)-v.pos > d.Seconds()
}

func (v *viewer) pump() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fetching || v.next == len(v.film.media.Segments) || v.have-v.pos > goal || v.clock.Now() < v.again {
		return
	}
	s := v.film.media.Segments[v.next]
	p := player.Piece{File: v.film.address, Range: hls.Range{Offset: s.Offset + v.part, Size: s.Size - v.part}}
	p.Needed = max(0, time.Duration((v.have-v.pos)*float64(time.Second)))
	source := player.Source(v.swarm)
	if v.next < headSegments {
		source = v.host
	} else {
		p.Infohash = v.film.infohash
	}
	v.fetching = true
	source.Fetch(p, player.Sink{Asked: func() {}, Data: v.data, End: v.end})
}

func (v *viewer) data(c player.Chunk, from player.Origin) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.part += int64(c.Len())
	if from == player.Peer {
		v.peers += int64(c.Len())
	}
}

func (v *viewer) end(err error) {
	v.mu.Lock()
	v.fetching = false
	if s := v.film.media.Segments[v.next]; v.part >= s.Size {
		v.got += s.Size
		v.have += s.Duration
		v.next++
		v.part = 0
	} else if err != nil {
		v.again = v.clock.Now() + time.Second
	}
	v.mu.Unlock()
	v.pump()
}
