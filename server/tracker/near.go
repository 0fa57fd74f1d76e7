package tracker

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The neighbour graph: of a swarm of n, two places meet when their distance is below degree/n of all distances. So a place
// meets about degree viewers in an hour, whatever it asks and however many ids it takes.
const (
	degree     = 16
	atLeast    = 8  // the nearest are met even when fewer are below the bound
	countsMost = 8  // viewers of one place that count as members of the swarm, so that a place cannot thin the graph out
	besideMost = 64 // of one's own network that are remembered
)

// near is another viewer that one may meet, now or once the swarm is smaller.
type near struct {
	distance uint64
	peer     *peer
	times    uint32 // it was given an offer
}

// bound is the distance below which places meet in a swarm of n.
func bound(n int) uint64 {
	if n <= degree {
		return math.MaxUint64
	}
	return math.MaxUint64 / uint64(n) * degree
}

// wide is the bound of what is remembered: enough until the swarm has halved.
func wide(n int) uint64 { return bound(max(n/2, 1)) }

// survey makes the list of those near p anew, and puts p into theirs when all is true.
func (w *swarm) survey(p *peer, all bool) {
	p.base, p.window = w.n, w.keys.window
	cut, beside := wide(p.base), 0
	p.near = p.near[:0]
	for _, q := range w.peers {
		if q == p {
			continue
		}
		d := w.keys.distance(p.socket.network, q.socket.network)
		if d == 0 {
			beside++
		}
		if d <= cut && (d > 0 || beside <= besideMost) {
			p.near = append(p.near, near{distance: d, peer: q})
		}
		if all && q.window == w.keys.window {
			w.narrow(q)
			if d <= wide(q.base) {
				q.insert(near{distance: d, peer: p})
			}
		}
	}
	slices.SortFunc(p.near, byDistance)
}

func byDistance(a, b near) int {
	switch {
	case a.distance < b.distance:
		return -1
	case a.distance > b.distance:
		return 1
	}
	return 0
}

func (p *peer) insert(n near) {
	if len(p.near) == cap(p.near) {
		p.forget()
	}
	if n.distance == 0 && len(p.near) >= besideMost && p.near[besideMost-1].distance == 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(p.near, n, byDistance)
	p.near = slices.Insert(p.near, i, n)
}

// forget drops those who left.
func (p *peer) forget() {
	p.near = slices.DeleteFunc(p.near, func(n near) bool { return n.peer.gone.Load() })
}

// narrow drops what became too far as the swarm grew.
func (w *swarm) narrow(p *peer) {
	if w.n <= 2*p.base {
		return
	}
	p.base = w.n
	cut := wide(p.base)
	p.near = slices.DeleteFunc(p.near, func(n near) bool { return n.distance > cut })
}

// may is how many of p.near p may meet now: they are the first.
func (w *swarm) may(p *peer) int {
	if p.window != w.keys.window || w.n < p.base/2 {
		w.survey(p, false)
	}
	w.narrow(p)
	p.forget()
	cut := bound(w.n)
	i, _ := slices.BinarySearchFunc(p.near, cut, func(n near, cut uint64) int {
		if n.distance <= cut {
			return -1
		}
		return 1
	})
	return min(max(i, atLeast), len(p.near))
}

// pick hands at most k others to give, those who were given the fewest offers of p first.
func (w *swarm) pick(p *peer, k int, give func(*peer)) {
	choice := p.near[:w.may(p)]
	for k = min(k, len(choice)); k > 0; k-- {
		best := -1
		for i, from := 0, rand.IntN(len(choice)); i < len(choice); i++ {
			j := (from + i) % len(choice)
			if best < 0 || choice[j].times < choice[best].times {
				best = j
			}
		}
		choice[best].times++
		give(choice[best].peer)
	}
}
