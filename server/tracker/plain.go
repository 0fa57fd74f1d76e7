package tracker

import (
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"

	"shoal/shared/announce"
)

// plainKey names an HTTP client: nobody else can speak for it, since its address is that of the request.
type plainKey struct {
	address netip.AddrPort
	id      announce.ID
}

// plain is an HTTP client in a swarm. Its address is kept, since telling it to a few others is what it asks for.
type plain struct {
	place place
	seed  bool
	heard int64
}

// plainRequest is the query of an announce (BEP 3). An address in it does not count.
type plainRequest struct {
	hash, peer announce.ID
	port       uint16
	left       int64
	want       int
	event      string
}

func readPlain(r *http.Request) (p plainRequest, why string) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, "bad query"
	}
	if copy(p.hash[:], q.Get("info_hash")); len(q.Get("info_hash")) != len(p.hash) {
		return p, announce.ErrInfohash.Error()
	}
	if copy(p.peer[:], q.Get("peer_id")); len(q.Get("peer_id")) != len(p.peer) {
		return p, announce.ErrPeerID.Error()
	}
	port, err := strconv.ParseUint(q.Get("port"), 10, 16)
	if err != nil || port == 0 {
		return p, "invalid port"
	}
	p.port, p.event, p.left, p.want = uint16(port), q.Get("event"), -1, announce.MaxOffers
	if n, err := strconv.ParseInt(q.Get("left"), 10, 64); err == nil {
		p.left = n
	}
	if n, err := strconv.Atoi(q.Get("numwant")); err == nil && n >= 0 {
		p.want = n
	}
	return p, ""
}

func answerPlain(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write(b) // the client may be gone
}

func (t *Tracker) plainAnnounce(w http.ResponseWriter, r *http.Request) {
	rules := t.rules(r.Context())
	if !rules.Enabled {
		answerPlain(w, announce.AppendHTTPFailure(nil, announce.FailureOff))
		return
	}
	t.Numbers.Announces.Add(1)
	p, why := readPlain(r)
	if why != "" {
		t.Numbers.Malformed.Add(1)
		answerPlain(w, announce.AppendHTTPFailure(nil, why))
		return
	}
	n, from := networkOf(r)
	of := t.hours.place(t.unix(), n, itself(from.Addr()))
	video := t.ours(r.Context(), p.hash, of)
	if video == 0 {
		t.Numbers.Unknown.Add(1)
		answerPlain(w, announce.AppendHTTPFailure(nil, reasonUnknown))
		return
	}
	key := plainKey{netip.AddrPortFrom(from.Addr(), p.port), p.peer}
	answerPlain(w, t.plainly(video, key, n, of, p, rules.PerAnswer/2, max(rules.Joins/untrusted, 1), max(rules.Offers/untrusted, 1)))
}

// plainly brings an HTTP client into its swarm and tells it of others.
func (t *Tracker) plainly(video int64, key plainKey, n network, of place, r plainRequest, give, mostJoins, mostOffers int) []byte {
	w := t.swarm(r.hash, video)
	defer t.release(w)
	now := t.unix()
	me := w.plain[key]
	if r.event == announce.Stopped {
		delete(w.plain, key)
		return w.plainReply().Append(nil)
	}
	if me == nil && (len(w.plain) >= plainMost || t.budgets.take(now, of, 1, mostJoins, joins) == 0) {
		t.Numbers.Limited.Add(1)
		return w.plainReply().Append(nil)
	}
	if me == nil {
		me = &plain{place: of}
		if w.plain == nil {
			w.plain = map[plainKey]*plain{}
		}
		w.plain[key] = me
	}
	me.heard, me.seed = now, r.left == 0
	if r.event == announce.Completed {
		w.downloaded++
	}
	reply := w.plainReply()
	give = t.budgets.take(now, of, min(max(give, 1), r.want), mostOffers, offers)
	if t.Seed != nil && give > 0 && !me.seed {
		give -= addPeers(&reply, t.Seed.Reach())
	}
	w.tell(&reply, key, n, give)
	t.Numbers.Offers.Add(int64(len(reply.Peers)/6 + len(reply.Peers6)/18))
	return reply.Append(nil)
}

func (w *swarm) plainReply() announce.HTTPReply {
	c := w.counts()
	return announce.HTTPReply{Complete: c.Complete, Incomplete: c.Incomplete, Interval: plainSeconds, MinInterval: plainMinimum}
}

// tell adds at most k neighbours of a client to its answer, seeds only to those who are none.
func (w *swarm) tell(reply *announce.HTTPReply, key plainKey, n network, k int) {
	me, cut := w.plain[key], bound(len(w.plain))
	var can []netip.AddrPort
	for other, p := range w.plain {
		if other == key || me.seed && p.seed || w.keys.distance(n, coarse(other.address.Addr())) > cut {
			continue
		}
		can = append(can, other.address)
	}
	rand.Shuffle(len(can), func(i, j int) { can[i], can[j] = can[j], can[i] })
	addPeers(reply, can[:min(max(k, 0), len(can))])
}

// addPeers packs addresses and tells how many.
func addPeers(reply *announce.HTTPReply, all []netip.AddrPort) int {
	for _, a := range all {
		port := []byte{byte(a.Port() >> 8), byte(a.Port())}
		if a.Addr().Is4() {
			reply.Peers = append(append(reply.Peers, a.Addr().AsSlice()...), port...)
		} else {
			reply.Peers6 = append(append(reply.Peers6, a.Addr().AsSlice()...), port...)
		}
	}
	return len(all)
}

func (t *Tracker) plainScrape(w http.ResponseWriter, r *http.Request) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	named := q["info_hash"]
	switch {
	case !t.rules(r.Context()).Enabled:
		answerPlain(w, announce.AppendHTTPFailure(nil, announce.FailureOff))
		return
	case err != nil || len(named) == 0 || len(named) > announce.MaxHashes:
		t.Numbers.Malformed.Add(1)
		answerPlain(w, announce.AppendHTTPFailure(nil, announce.ErrInfohash.Error()))
		return
	}
	hashes := make([]announce.ID, 0, len(named))
	for _, h := range named {
		if len(h) == len(announce.ID{}) {
			hashes = append(hashes, announce.ID([]byte(h)))
		}
	}
	answerPlain(w, announce.AppendHTTPScrape(nil, t.figures(hashes)))
}
