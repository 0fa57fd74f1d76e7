package tracker

import (
	"context"
	"net/netip"
	"slices"

	"shoal/shared/announce"
)

// itself tells whether the tracker's own machine asks.
func itself(a netip.Addr) bool {
	return a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || a == netip.IPv6Loopback()
}

// handle does what one message of a viewer asks. It runs on the goroutine that reads the socket.
func (t *Tracker) handle(s *socket, f *frame) {
	ctx := context.Background() // a socket's life is no request's
	rules := t.rules(ctx)
	if !rules.Enabled || !s.count(t.unix()) {
		return
	}
	r := &f.request
	if err := r.Parse(f.b); err != nil {
		if t.Numbers.Malformed.Add(1); !s.told[announce.ID{}] {
			s.refuse(announce.ID{}, err.Error())
		}
		return
	}
	switch r.Kind {
	case announce.Answer:
		t.answer(s, r)
	case announce.Scrape:
		t.scrape(s, r)
	default:
		t.Numbers.Announces.Add(1)
		t.announce(ctx, s, r)
	}
}

// count tells whether the socket may say more in this window.
func (s *socket) count(now int64) bool {
	if w := now / budgetSeconds; w != s.window {
		s.window, s.messages, s.offers = w, 0, 0
	}
	s.messages++
	if s.messages > messagesMost && s.place != 0 {
		s.tracker.Numbers.Limited.Add(1)
		return false
	}
	return true
}

// toldMost is how many refusals a socket hears; then there is silence.
const toldMost = 8

// refuse says why, once for an infohash; the zero one stands for what is of none.
func (s *socket) refuse(hash announce.ID, why string) {
	if s.told[hash] || len(s.told) >= toldMost {
		return
	}
	if s.told == nil {
		s.told = map[announce.ID]bool{}
	}
	s.told[hash] = true
	s.say(&announce.Message{Kind: announce.Failure, Infohash: hash, Reason: why})
}

const reasonUnknown = "unknown info_hash"

func (t *Tracker) announce(ctx context.Context, s *socket, r *announce.Request) {
	w := t.known(r.Infohash)
	if w == nil {
		if r.Event == announce.Stopped {
			return
		}
		if len(s.told) >= toldMost {
			t.Numbers.Unknown.Add(1)
			return
		}
		video := t.ours(ctx, r.Infohash, s.place)
		if video == 0 {
			t.Numbers.Unknown.Add(1)
			s.refuse(r.Infohash, reasonUnknown)
			return
		}
		w = t.swarm(r.Infohash, video)
	}
	p, ok := t.member(ctx, s, w, r)
	if p == nil {
		reply := w.reply()
		if w.peers[r.PeerID] != nil {
			reply.Interval = int(soon.Seconds()) // the id may be free then
		}
		t.release(w)
		if ok {
			s.say(&reply) // a refused place hears what others do
		}
		return
	}
	p.update(r)
	reply := w.reply()
	give := t.grant(ctx, s, w, r)
	if give == 0 && len(r.Offers) > 0 {
		reply.Interval = int(soon.Seconds())
	}
	s.say(&reply)
	t.unspent(s, give-t.relay(w, p, r.Offers[:give]))
	t.release(w)
}

func (w *swarm) reply() announce.Message {
	c := w.counts()
	return announce.Message{Kind: announce.Reply, Infohash: w.hash, Complete: c.Complete, Incomplete: c.Incomplete, Interval: int(interval.Seconds())}
}

// member finds the socket's membership of a swarm, which is locked, or makes it. Without one, ok tells whether there is a reply.
func (t *Tracker) member(ctx context.Context, s *socket, w *swarm, r *announce.Request) (p *peer, ok bool) {
	s.members = slices.DeleteFunc(s.members, func(p *peer) bool { return p.gone.Load() })
	i := slices.IndexFunc(s.members, func(p *peer) bool { return p.swarm == w })
	switch {
	case i >= 0 && s.members[i].id != r.PeerID: // one id in a swarm and connection
		t.Numbers.Foreign.Add(1)
		return nil, false
	case r.Event == announce.Stopped:
		if i >= 0 {
			t.remove(s.members[i])
			s.members = slices.Delete(s.members, i, i+1)
		}
		return nil, false
	case i >= 0:
		return s.members[i], true
	}
	if owner := w.peers[r.PeerID]; owner != nil { // of another connection
		t.Numbers.Foreign.Add(1)
		owner.socket.doubt(s)
		return nil, true
	}
	if !t.admit(ctx, s, w) {
		t.Numbers.Limited.Add(1)
		return nil, true
	}
	p = t.add(w, s, r.PeerID)
	s.members = append(s.members, p)
	return p, true
}

// admit tells whether the socket's place may join a swarm once more.
func (t *Tracker) admit(ctx context.Context, s *socket, w *swarm) bool {
	if s.place == 0 {
		return true
	}
	most := s.limit(t.rules(ctx).Joins, s.video == w.video)
	return len(s.members) < swarmsASocket && w.places[s.place] < most && t.budgets.take(t.unix(), s.place, 1, most, joins) == 1
}

// doubt asks a connection whether it lives, since another claims its id: a viewer whose network changed comes back with the id
// of a connection that nobody has missed yet.
func (s *socket) doubt(by *socket) {
	if s == by || !s.doubted.CompareAndSwap(0, s.tracker.unix()) {
		return
	}
	s.ping()
}

func (p *peer) update(r *announce.Request) {
	w := p.swarm
	p.heard = p.socket.tracker.unix()
	seed := r.Left == 0 || r.Event == announce.Completed
	switch {
	case seed && !p.seed:
		w.complete++
	case p.seed && !seed:
		w.complete--
	}
	if p.seed = seed; r.Event == announce.Completed {
		w.downloaded++
	}
}

// grant is how many of the offers are passed on: the policy's share of one answer, within the budgets of socket and place.
func (t *Tracker) grant(ctx context.Context, s *socket, w *swarm, r *announce.Request) int {
	rules := t.rules(ctx)
	n := min(len(r.Offers), rules.PerAnswer)
	if n == 0 || t.below(rules.Threshold, w.video) {
		return 0
	}
	if s.place == 0 {
		return n
	}
	trusted := s.video == w.video
	if !trusted {
		n = min(n, max(rules.PerAnswer/2, 1))
	}
	most := s.limit(rules.Offers, trusted)
	asked := n
	n = min(n, max(most/offersShare, 1)-s.offers)
	n = t.budgets.take(t.unix(), s.place, max(n, 0), most, offers)
	s.offers += n
	if n < asked {
		t.Numbers.Limited.Add(1)
	}
	return n
}

// unspent gives back what was granted and reached nobody.
func (t *Tracker) unspent(s *socket, n int) {
	if n > 0 && s.place != 0 {
		s.offers -= n
		t.budgets.refund(t.unix(), s.place, n, offers)
	}
}

// below tells whether too few watch a video for any of them to meet.
func (t *Tracker) below(threshold int, video int64) bool {
	if threshold == 0 {
		return false
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.viewers[video] < threshold
}

// relay passes each offer on to another viewer and tells how many it did. The swarm is locked.
func (t *Tracker) relay(w *swarm, p *peer, offers []announce.Offer) int {
	now := t.unix()
	i := 0
	w.pick(p, len(offers), func(q *peer) {
		o := &offers[i]
		i++
		p.wait(o.ID, q, now)
		q.socket.say(&announce.Message{Kind: announce.Offered, Infohash: w.hash, PeerID: p.id, OfferID: o.ID, Description: o.Description})
	})
	t.Numbers.Offers.Add(int64(i))
	if i < len(offers) && t.Seed != nil && p.socket.video != w.video {
		t.seed(p.socket, w.hash, announce.Offer{ID: offers[i].ID, Description: slices.Clone(offers[i].Description)})
	}
	return i
}

// answer passes an answer on when its offer was delivered to this socket, once, and says nothing otherwise.
func (t *Tracker) answer(s *socket, r *announce.Request) {
	w := t.known(r.Infohash)
	if w == nil {
		t.Numbers.Undelivered.Add(1)
		return
	}
	defer t.release(w)
	q, p := w.peers[r.PeerID], w.peers[r.To]
	if q == nil || p == nil || q.socket != s || !p.answered(r.OfferID, q, t.unix()) {
		t.Numbers.Undelivered.Add(1)
		return
	}
	t.Numbers.Answers.Add(1)
	p.socket.say(&announce.Message{Kind: announce.Answer, Infohash: w.hash, PeerID: q.id, OfferID: r.OfferID, Description: r.Answer})
}

// scrape tells the figures of swarms that are named.
func (t *Tracker) scrape(s *socket, r *announce.Request) {
	b := t.texts.Get().(*[]byte)
	*b = announce.AppendScrape((*b)[:0], t.figures(r.Hashes))
	s.put(parcel{text: b})
}

// figures are those of the swarms that there are, in the order of their infohashes.
func (t *Tracker) figures(hashes []announce.ID) []announce.Counts {
	var all []announce.Counts
	slices.SortFunc(hashes, func(a, b announce.ID) int { return slices.Compare(a[:], b[:]) })
	for _, h := range slices.Compact(hashes) {
		if w := t.known(h); w != nil {
			all = append(all, w.counts())
			w.mu.Unlock()
		}
	}
	return all
}
