package swarm

import (
	"math"
	"time"
)

// Times in seconds until a byte is played, and what they mean.
const (
	urgent  = 10.0 // the server is asked for what is not here yet
	surely  = 3.0  // what a peer will have sent that long before is left to it
	near    = 22.0 // first come, first served below; beyond, the rarest first
	bucket  = 30.0 // of each stretch of that length
	farOwed = 2.0  // worth of what is not needed soon that is asked for at a time
	horizon = 90.0 // nothing is fetched that is played later
	soonest = 13.0 // the server's share is asked for at the latest
)

// Bounds of pulls under way for one file.
const (
	mostPulls = 2
	mostAhead = 2
	stripe    = 256 << 10 // bytes asked of the server at once for the share
)

// patience is how long after its start sharing is waited for, with a buffer that is long enough.
const patience = 8 * time.Second

// plan decides what is fetched for a file, from whom.
func (f *file) plan() {
	f.settle()
	if !f.ready || f.broken {
		return
	}
	for _, a := range append([]*ask(nil), f.asks...) {
		a.deliver()
	}
	for _, a := range f.asks {
		f.cover(a)
	}
	f.trim()
	if f.s.sharing() && f.played() {
		f.request()
		f.share()
		f.gossip()
	}
}

// acquainted tells whether we know for a while what others have.
func (f *file) acquainted(now time.Duration) bool {
	n, longest := 0, time.Duration(0)
	for _, p := range f.peers {
		if p.greeted {
			n++
			longest = max(longest, now-p.since)
		}
	}
	if n < seeks-2 && longest < settled || n == 0 {
		return false
	}
	if f.met == 0 {
		f.met = f.s.pause.clock(now)
	}
	return true
}

// settled is how long after the first peer others are waited for.
const settled = 3 * time.Second

// hopes tells whether waiting for peers is worth while.
func (f *file) hopes() bool {
	if !f.s.sharing() || f.broken {
		return false
	}
	for _, p := range f.peers {
		if p.greeted {
			return true
		}
	}
	return f.call.hopeful(f.s.w.Clock.Now())
}

// cover asks the server for what the player waits for and nobody else brings in time.
func (f *file) cover(a *ask) {
	if f.s.w.Clock.Now() < f.shy && f.hopes() {
		return
	}
	due := urgent
	if !f.hopes() {
		due = math.Inf(1)
	}
	for at := a.at; at < a.end && f.busy() < mostPulls; {
		i := f.index(at)
		if !f.lacks(i, at, a.end, due) {
			at = f.end(i)
			continue
		}
		to := i + 1
		for f.start(to) < a.end && to < len(f.pieces) && f.lacks(to, f.start(to), a.end, due) {
			to++
		}
		end := f.end(to - 1)
		if at == a.at && a.end-at < f.t.PieceLength {
			end = min(end, a.end) // a few bytes are not worth a piece, where they go straight to the player
		}
		if at == a.at {
			a.ask()
		}
		f.pull(at, end, false)
		a.pulled = true
		at = end
	}
}

// ask tells the player that time before now was not the line's.
func (a *ask) ask() {
	if !a.pulled && a.sink.Asked != nil {
		a.f.s.out = append(a.f.s.out, said{a: a, asked: true})
		a.f.s.wake()
	}
}

// lacks tells whether piece i must come from the server now.
func (f *file) lacks(i int, from, to int64, due float64) bool {
	pc := &f.pieces[i]
	slack := f.slack(max(from, f.start(i)))
	if pc.body != nil || pc.checking || slack > due || f.brings(i, from, to) {
		return false
	}
	return pc.by == nil || slack < surely+pc.by.eta()
}

// busy is the number of pulls that the player waits for.
func (f *file) busy() (n int) {
	for _, p := range f.pulls {
		if !p.ahead {
			n++
		}
	}
	return n
}

// trim ends pulls of the share that are of no use any more, after a seek or on another level.
func (f *file) trim() {
	for i := 0; i < len(f.pulls); {
		p := f.pulls[i]
		slack := f.slack(p.at)
		if p.wanted() || f.played() && (slack > -1 && slack < 2*horizon) || p.end-p.at < 32<<10 {
			i++
			continue
		}
		p.drop()
	}
	if !f.played() {
		for i := range f.pieces {
			if f.pieces[i].by != nil {
				f.release(i)
			}
		}
	}
}

// share takes from the server what no peer has, in an order of its own, so that viewers hold different pieces.
func (f *file) share() {
	ahead, now := len(f.pulls)-f.busy(), f.s.w.Clock.Now()
	if ahead >= mostAhead || !f.acquainted(now) || now < f.shy {
		return
	}
	met := (f.s.pause.clock(now) - f.met).Seconds()
	per := max(1, int(stripe/f.t.PieceLength))
	f.window(func(i int, slack float64) bool {
		if slack < urgent || !f.orphan(i) || slack > f.chance(i/per, slack+met) {
			return true
		}
		to := i + 1
		for to < len(f.pieces) && to/per == i/per && f.orphan(to) {
			to++
		}
		for n := i; n < to; n++ {
			f.hears(n)
		}
		f.pull(f.start(i), f.end(to-1), true)
		ahead++
		return ahead < mostAhead
	})
}

// orphan tells that a piece is nowhere near, and not on its way.
func (f *file) orphan(i int) bool {
	pc := &f.pieces[i]
	return pc.body == nil && !pc.checking && pc.by == nil && pc.holders == 0 && !f.rumoured(i) && !f.brings(i, f.start(i), f.end(i))
}

// chance is how long before it is played a stripe that nobody has is taken from the server. Most come late and few early, so that
// among many viewers mostly one is first and the others hear of it in time (as timers of multicast protocols are drawn).
// known is how long before it is played we could have taken it at all.
func (f *file) chance(stripe int, known float64) float64 {
	n := 2.0
	for _, p := range f.peers {
		if p.greeted {
			n++
		}
	}
	n = max(n, float64(f.s.stats.Viewers))
	u := float64(mix(f.s.seed+uint64(stripe)*0x9e3779b97f4a7c15)>>11) / (1 << 53)
	early := 1 - math.Log(1+u*(skew*n-1))/math.Log(skew*n)
	return soonest + max(0, min(known, horizon)-5-soonest)*early
}

// skew is how much rarer early turns are than late ones, for each viewer.
const skew = 4

// mix spreads the bits of a number (the finalizer of SplitMix64).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
