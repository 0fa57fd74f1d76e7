package tracker

import (
	"context"
	"sync"

	"shoal/shared/announce"
)

const (
	gateSeconds = 10     // an answer about an infohash is believed
	gateMost    = 10_000 // answers kept
)

// gate remembers for a moment which infohashes are ours.
type gate struct {
	mu    sync.Mutex
	until int64
	video map[announce.ID]int64 // 0: not ours
}

func (g *gate) recall(now int64, hash announce.ID) (video int64, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now >= g.until || len(g.video) >= gateMost {
		g.until, g.video = now+gateSeconds, map[announce.ID]int64{}
	}
	video, known = g.video[hash]
	return video, known
}

func (g *gate) keep(hash announce.ID, video int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.video[hash] = video
}

// ours is the video of an infohash that may be shared, 0 for any other. Of unknown ones a place may ask a few.
func (t *Tracker) ours(ctx context.Context, hash announce.ID, of place) int64 {
	now := t.unix()
	if video, known := t.gate.recall(now, hash); known {
		return video
	}
	if t.budgets.take(now, of, 1, missesMost, misses) == 0 {
		return 0
	}
	found, err := t.Ours(ctx, []announce.ID{hash})
	if err != nil {
		if ctx.Err() == nil {
			t.Log.Error("asking for an infohash failed", "room", "tracker", "err", err)
		}
		return 0
	}
	t.gate.keep(hash, found[hash])
	return found[hash]
}

// check ends the swarms whose files may no longer be shared.
func (t *Tracker) check(ctx context.Context) {
	hashes := t.hashes()
	for len(hashes) > 0 {
		some := hashes[:min(len(hashes), 1000)]
		hashes = hashes[len(some):]
		found, err := t.Ours(ctx, some)
		if err != nil {
			if ctx.Err() == nil {
				t.Log.Error("asking for infohashes failed", "room", "tracker", "err", err)
			}
			return
		}
		for _, h := range some {
			if found[h] == 0 {
				t.end(h)
			}
		}
	}
}

func (t *Tracker) hashes() []announce.ID {
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]announce.ID, 0, len(t.swarms))
	for h := range t.swarms {
		out = append(out, h)
	}
	return out
}

// end sends everyone out of a swarm. Who is in no other may go.
func (t *Tracker) end(hash announce.ID) {
	w := t.known(hash)
	if w == nil {
		return
	}
	var told []*socket
	for _, p := range w.peers {
		told = append(told, p.socket)
		t.remove(p)
	}
	clear(w.plain)
	t.release(w)
	for _, s := range told {
		if s.live.Load() == 0 {
			s.turnAway()
			continue
		}
		s.say(&announce.Message{Kind: announce.Failure, Infohash: hash, Reason: announce.FailureOff})
	}
}
