package tracker

import (
	"sync"
	"sync/atomic"

	"shoal/shared/announce"
)

// swarm is everyone who announced the same infohash.
type swarm struct {
	hash  announce.ID
	video int64

	mu         sync.Mutex
	dead       bool // it left the tracker's map: a new one takes its place
	peers      map[announce.ID]*peer
	plain      map[plainKey]*plain
	keys       graphKeys
	places     map[place]int
	n          int // members as the neighbour graph counts them
	complete   int
	downloaded int
}

// peer is one viewer in one swarm.
type peer struct {
	id      announce.ID
	socket  *socket
	swarm   *swarm
	place   place // at the time it joined
	seed    bool
	gone    atomic.Bool
	heard   int64 // seconds of Unix time of its last announce
	near    []near
	base    int   // members of the swarm when near was made
	window  int64 // of the keys that near was made with
	pending []pending
}

// pending is an offer that was delivered and may be answered once.
type pending struct {
	offer announce.ID
	to    *peer
	until int64
}

const (
	answerTime  = 120 // seconds
	pendingMost = 64  // offers of one viewer that wait for an answer; the oldest go
)

// swarm finds or makes the swarm of an infohash and locks it. Two who come first at once get the same.
func (t *Tracker) swarm(hash announce.ID, video int64) *swarm {
	for {
		t.mu.RLock()
		w := t.swarms[hash]
		t.mu.RUnlock()
		if w == nil {
			t.mu.Lock()
			if w = t.swarms[hash]; w == nil {
				w = &swarm{hash: hash, video: video, peers: map[announce.ID]*peer{}, places: map[place]int{}}
				t.swarms[hash] = w
			}
			t.mu.Unlock()
		}
		if w.mu.Lock(); !w.dead {
			w.keep(t)
			return w
		}
		w.mu.Unlock()
	}
}

// known locks the swarm of an infohash, nil when there is none.
func (t *Tracker) known(hash announce.ID) *swarm {
	t.mu.RLock()
	w := t.swarms[hash]
	t.mu.RUnlock()
	if w == nil {
		return nil
	}
	if w.mu.Lock(); w.dead {
		w.mu.Unlock()
		return nil
	}
	w.keep(t)
	return w
}

// keep follows the hour.
func (w *swarm) keep(t *Tracker) {
	unix := t.unix()
	i := unix / hourSeconds * 2
	if unix%hourSeconds >= overlap {
		i++
	}
	if w.keys.window < i {
		if w.keys = t.hours.graph(unix, w.hash); w.keys.window < i {
			w.keys.window = i
		}
	}
}

// release unlocks the swarm and lets it go when nobody is left.
func (t *Tracker) release(w *swarm) {
	empty := len(w.peers) == 0 && len(w.plain) == 0
	w.dead = empty
	w.mu.Unlock()
	if !empty {
		return
	}
	t.mu.Lock()
	if t.swarms[w.hash] == w {
		delete(t.swarms, w.hash)
	}
	t.mu.Unlock()
}

// add puts a viewer into the swarm, which is locked.
func (t *Tracker) add(w *swarm, s *socket, id announce.ID) *peer {
	p := &peer{id: id, socket: s, swarm: w, place: s.place, heard: t.unix()}
	w.peers[id] = p
	w.settle(p.place, 1)
	w.survey(p, true)
	s.live.Add(1)
	t.watches(s, w.video, 1)
	return p
}

// settle counts members by place.
func (w *swarm) settle(at place, by int) {
	before := w.places[at]
	after := before + by
	if at == 0 {
		w.n += by // no limits for the machine itself
	} else {
		w.n += min(after, countsMost) - min(before, countsMost)
	}
	if w.places[at] = after; after == 0 {
		delete(w.places, at)
	}
}

// remove takes a viewer out of its swarm, which is locked.
func (t *Tracker) remove(p *peer) {
	if p.gone.Swap(true) {
		return
	}
	w := p.swarm
	p.near, p.pending = nil, nil
	delete(w.peers, p.id)
	w.settle(p.place, -1)
	if p.seed {
		w.complete--
	}
	p.socket.live.Add(-1)
	t.watches(p.socket, w.video, -1)
}

// watching is one connection's interest in a video, in any of its swarms.
type watching struct {
	socket *socket
	video  int64
}

// watches counts the connections that are in any swarm of a video.
func (t *Tracker) watches(s *socket, video int64, by int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := watching{s, video}
	before := t.watching[key]
	if t.watching[key] = before + by; before == 0 {
		t.viewers[video]++
	}
	if before+by > 0 {
		return
	}
	delete(t.watching, key)
	if t.viewers[video]--; t.viewers[video] == 0 {
		delete(t.viewers, video)
	}
}

// counts are the figures that a swarm tells, which is locked.
func (w *swarm) counts() announce.Counts {
	c := announce.Counts{Infohash: w.hash, Complete: w.complete, Downloaded: w.downloaded}
	for _, p := range w.plain {
		if p.seed {
			c.Complete++
		}
	}
	c.Incomplete = len(w.peers) + len(w.plain) - c.Complete
	return c
}

// wait remembers that p's offer was delivered to q.
func (p *peer) wait(offer announce.ID, q *peer, now int64) {
	if len(p.pending) == pendingMost {
		copy(p.pending, p.pending[1:])
		p.pending = p.pending[:pendingMost-1]
	}
	p.pending = append(p.pending, pending{offer, q, now + answerTime})
}

// answered tells whether q may answer p's offer; it may not again.
func (p *peer) answered(offer announce.ID, q *peer, now int64) bool {
	found := false
	keep := p.pending[:0]
	for _, o := range p.pending {
		switch {
		case o.until < now || o.to.gone.Load():
		case !found && o.offer == offer && o.to == q:
			found = true
		default:
			keep = append(keep, o)
		}
	}
	clear(p.pending[len(keep):])
	p.pending = keep
	return found
}
