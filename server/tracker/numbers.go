package tracker

import (
	"sync/atomic"

	"shoal/shared/api"
)

// Numbers count since the start. None of them names anybody.
type Numbers struct {
	Announces   atomic.Int64 // over WebSocket and HTTP
	Offers      atomic.Int64 // passed on
	Answers     atomic.Int64 // passed on
	Unknown     atomic.Int64 // infohashes that are not ours, or not shared
	Limited     atomic.Int64 // joins and offers beyond the limits, sockets beyond theirs
	Foreign     atomic.Int64 // peer ids of somebody else, second ids of one connection
	Undelivered atomic.Int64 // answers to no offer
	Malformed   atomic.Int64 // messages that were not understood
}

// Swarms is how many there are now.
func (t *Tracker) Swarms() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.swarms)
}

// Sockets is how many viewers are connected now.
func (t *Tracker) Sockets() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.sockets)
}

// Peers is how many memberships there are now: a viewer of a video's picture and sound is in two swarms.
func (t *Tracker) Peers() int {
	n := 0
	for _, h := range t.hashes() {
		if w := t.known(h); w != nil {
			n += len(w.peers) + len(w.plain)
			w.mu.Unlock()
		}
	}
	return n
}

// Figures are the numbers together.
func (t *Tracker) Figures() api.PeeringNumbers {
	t.prepare()
	n := &t.Numbers
	return api.PeeringNumbers{
		Swarms: t.Swarms(), Peers: t.Peers(), Sockets: t.Sockets(), Announces: n.Announces.Load(),
		Offers: n.Offers.Load(), Answers: n.Answers.Load(), Refused: n.Refused(),
	}
}

// Refused is all refusals together.
func (n *Numbers) Refused() int64 {
	return n.Unknown.Load() + n.Limited.Load() + n.Foreign.Load() + n.Undelivered.Load() + n.Malformed.Load()
}
