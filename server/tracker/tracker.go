// Package tracker brings together those who watch the same rendition, over WebSocket and HTTP. It keeps its swarms in memory, writes
// nothing down, and lets a place meet only a few viewers of each swarm.
package tracker

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"shoal/server/instance"
	"shoal/shared/announce"
)

// Where the tracker stands.
const (
	Root         = "/tracker/"
	announcePath = Root + "announce"
	scrapePath   = Root + "scrape"
)

// Times of the tracker.
const (
	interval     = 120 * time.Second // between the announces of a WebSocket viewer
	soon         = 30 * time.Second  // the same while nobody is told of others
	plainSeconds = 600               // between the announces of an HTTP client
	plainMinimum = 60
	sweepEvery   = 5 * time.Second
	checkEvery   = 15 * time.Second // whether videos may still be shared
	pingAfter    = 45 * time.Second // of silence towards a viewer; proxies cut lines that are silent for a minute
	deafAfter    = 150 * time.Second
	peerLife     = 15 * time.Minute // without an announce
	plainLife    = 20 * time.Minute
	doubtTime    = 15 * time.Second // to show that one lives, when another claims one's id
	farewell     = 3 * time.Second  // for the viewer's side of a close
)

// Tracker answers below Root. Set its fields, then serve it and Run it.
type Tracker struct {
	// Policy is how viewers may share at present; fresh asks for it to be read anew.
	Policy func(ctx context.Context, fresh bool) (instance.Peering, error)
	// Ours tells which of these infohashes are of files that may be shared now, and of which video each is.
	Ours func(context.Context, []announce.ID) (map[announce.ID]int64, error)
	// Secret keys the tokens of viewers; it is the same on every node.
	Secret func(context.Context) ([]byte, error)
	// Changed, when not nil, is written to when another node may have changed the policy.
	Changed <-chan []byte
	// Seed is the server's own peer; nil for none.
	Seed Seed
	Log  *slog.Logger
	Now  func() time.Time // time.Now when nil

	Numbers Numbers

	prepared sync.Once
	policy   atomic.Pointer[instance.Peering]
	hours    hours
	budgets  budgets
	gate     gate
	frames   sync.Pool
	texts    sync.Pool
	seeding  seeding
	checked  atomic.Int64 // when it was last asked whether videos may still be shared

	mu       sync.RWMutex
	swarms   map[announce.ID]*swarm
	sockets  map[*socket]struct{}
	watching map[watching]int // swarms
	viewers  map[int64]int    // connections of each video
	open     sync.WaitGroup
	ended    bool
}

func (t *Tracker) prepare() {
	t.prepared.Do(func() {
		if t.Log == nil {
			t.Log = slog.Default()
		}
		if t.Now == nil {
			t.Now = time.Now
		}
		t.swarms, t.sockets, t.viewers = map[announce.ID]*swarm{}, map[*socket]struct{}{}, map[int64]int{}
		t.seeding.id = seedID()
		t.watching = map[watching]int{}
		t.frames.New = func() any { return &frame{b: make([]byte, 0, 4<<10)} }
		t.texts.New = func() any { b := make([]byte, 0, 2<<10); return &b }
	})
}

// ServeHTTP answers announces and scrapes, and opens sockets.
func (t *Tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.prepare()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	switch {
	case r.Method != http.MethodGet:
		http.Error(w, "Only GET is taken here.", http.StatusMethodNotAllowed)
	case r.URL.Path == announce.Path:
		t.openSocket(w, r)
	case r.URL.Path == announcePath:
		t.plainAnnounce(w, r)
	case r.URL.Path == scrapePath:
		t.plainScrape(w, r)
	default:
		http.NotFound(w, r)
	}
}

// rules is the policy as it was read last; it asks only when it never was.
func (t *Tracker) rules(ctx context.Context) instance.Peering {
	if p := t.policy.Load(); p != nil {
		return *p
	}
	return t.refresh(ctx, false)
}

// refresh reads the policy. While it cannot be read, the last one holds, and nobody shares before there was one.
func (t *Tracker) refresh(ctx context.Context, fresh bool) instance.Peering {
	p, err := t.Policy(ctx, fresh)
	if err != nil {
		if old := t.policy.Load(); old != nil {
			return *old
		}
		return instance.Peering{}
	}
	t.policy.Store(&p)
	return p
}

// Run keeps the swarms tidy until ctx ends, then closes every socket.
func (t *Tracker) Run(ctx context.Context) error {
	t.prepare()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			t.close()
			return nil
		case <-t.Changed:
			t.apply(ctx, true)
		case <-tick.C:
			t.apply(ctx, false)
			t.sweep(ctx)
		}
	}
}

// apply reads the policy and ends what it does not allow.
func (t *Tracker) apply(ctx context.Context, fresh bool) {
	if t.refresh(ctx, fresh).Enabled {
		return
	}
	for _, s := range t.all() {
		s.turnAway()
	}
}

// all is every open socket.
func (t *Tracker) all() []*socket {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]*socket, 0, len(t.sockets))
	for s := range t.sockets {
		out = append(out, s)
	}
	return out
}

// close ends every socket and waits for them.
func (t *Tracker) close() {
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	sockets := t.all()
	for _, s := range sockets {
		s.close(closeGoing, "")
	}
	gone := make(chan struct{})
	go func() { t.open.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-time.After(farewell):
	}
	for _, s := range sockets {
		s.cut()
	}
	<-gone
}

func (t *Tracker) unix() int64 { return t.Now().Unix() }

func random() (b [32]byte) {
	_, _ = rand.Read(b[:]) // never fails
	return b
}
