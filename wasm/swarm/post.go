package swarm

import (
	"time"

	"shoal/shared/announce"
)

// post is the line to the tracker.
type post struct {
	sock  Socket
	open  bool
	tries int
	again time.Duration // no attempt before
}

// call is what the tracker knows of us in one swarm.
type call struct {
	began    time.Duration // when the player first wanted the file from a swarm
	said     bool
	replied  bool
	at       time.Duration // of the last announce
	interval time.Duration
	viewers  int
	tries    int // announces with offers since the last new connection
	next     time.Duration
	dialing  int
	ready    []*link
}

// Rules of announcing.
const (
	seeks     = 5 // connections that we look for ourselves; others find us
	needs     = 8 // when those do not send enough
	fewOffers = 3
	exposure  = 14 // viewers met, from which on only the lonely look for more
	lonely    = 3  // connections
	interval  = 2 * time.Minute
	tried     = 15 * time.Second // until it shows whether they do
)

// hopeful tells whether it is too early to think that there are no peers.
func (c *call) hopeful(now time.Duration) bool {
	return c.began > 0 && now-c.began < patience && (!c.replied || c.viewers > 1)
}

func (t *post) tick(s *Swarm, now time.Duration) {
	ready := false
	for _, f := range s.files {
		ready = ready || f.ready && !f.broken && f.played()
	}
	switch {
	case !ready || !s.desk.got || s.pause.rests:
	case t.sock == nil && now >= t.again && !s.desk.stale(now):
		t.connect(s)
	case t.open:
		for _, f := range s.files {
			if f.ready && !f.broken && f.played() {
				f.kindred()
				f.announce(now)
			}
		}
	}
}

func (t *post) connect(s *Swarm) {
	for _, f := range s.files {
		f.call.said, f.call.replied, f.call.ready = false, false, nil
	}
	var sock Socket
	still := func(f func()) func() {
		return func() {
			s.heard(func() {
				if t.sock == sock && sock != nil {
					f()
				}
			})
		}
	}
	sock = s.w.Sockets.Open(s.desk.p.Tracker, Line{
		Opened: still(func() { t.open, t.tries = true, 0; t.tick(s, s.w.Clock.Now()) }),
		Heard:  func(text []byte) { still(func() { t.heard(s, text) })() },
		Closed: func(code int) { still(func() { t.lost(s, code) })() },
	})
	t.sock = sock
}

// lost tries again, soon after the first time and not with everybody else at once.
func (t *post) lost(s *Swarm, code int) {
	now := s.w.Clock.Now()
	t.sock, t.open = nil, false
	if code == announce.CloseOff {
		s.desk.refused = Switched
		s.stop()
		return
	}
	wait := time.Second << min(t.tries, 7)
	t.tries++
	t.again = now + wait + time.Duration(mix(s.seed+uint64(now))%uint64(wait))
	for _, l := range append([]*link(nil), s.links...) {
		if l.mine && l.opened == 0 {
			l.drop() // no answer will come
		}
	}
}

// leave tells the tracker to forget us.
func (t *post) leave(s *Swarm) {
	if t.sock == nil {
		return
	}
	for _, f := range s.files {
		if f.call.said && t.open {
			t.send(announce.Request{Kind: announce.Announce, Infohash: f.hash, PeerID: s.id, Event: announce.Stopped, Left: -1})
		}
		began := f.call.began
		f.call = call{began: began}
	}
	t.sock.Close()
	*t = post{}
}

func (t *post) send(r announce.Request) { t.sock.Send(r.Append(nil)) }

// announce looks for others when there are too few, and else only says that we are here.
func (f *file) announce(now time.Duration) {
	c := &f.call
	every := c.interval
	if every == 0 {
		every = interval
	}
	switch {
	case !c.said:
		c.said, c.at = true, now
		f.tell(announce.Started, nil)
	case c.dialing == 0 && len(c.ready) > 0:
		f.offer(now)
	case c.replied && c.dialing == 0 && now >= c.next && f.seeks() > 0:
		c.next = now + 6*time.Second<<min(c.tries, 5)
		c.tries++
		for range f.seeks() {
			f.dial()
		}
	case now-c.at >= every:
		c.at = now
		f.tell("", nil)
	}
}

// seeks is how many more connections we look for.
func (f *file) seeks() int {
	s := f.s
	want := seeks
	if f.needy() {
		want = needs
	}
	if s.stats.Met >= exposure {
		want = lonely
	}
	n := want - len(s.links)
	if len(f.peers) == 0 && len(s.links) < s.most() {
		n = max(n, 1) // connected, but not about this file
	}
	return max(0, min(n, fewOffers, f.call.viewers-1-len(f.peers)))
}

// needy tells whether those we know do not send enough to get ahead.
func (f *file) needy() bool {
	short := false
	f.window(func(i int, slack float64) bool {
		if f.pieces[i].body == nil {
			short = slack < near
			return false
		}
		return true
	})
	return short && f.s.w.Clock.Now()-f.call.began > tried
}

func (f *file) dial() {
	s := f.s
	l := s.newLink(true)
	s.w.Random(l.offer[:])
	p := newPeer(s, l, f, true)
	f.call.dialing++
	p.conn = s.w.Dialer.Offer(s.desk.p.STUN, p.ear(), func(sdp string, err error) {
		s.heard(func() {
			if f.call.dialing > 0 {
				f.call.dialing--
			}
			if p.closed {
				return
			}
			if err != nil {
				l.drop()
				return
			}
			l.sdp = sdp
			f.call.ready = append(f.call.ready, l)
			if f.call.dialing == 0 && s.post.open {
				f.announce(s.w.Clock.Now())
			}
		})
	})
}

// offer announces with the offers that are ready.
func (f *file) offer(now time.Duration) {
	var offers []announce.Offer
	for _, l := range f.call.ready {
		if len(l.streams) > 0 {
			offers = append(offers, announce.Offer{ID: l.offer, Description: announce.Description("offer", l.sdp)})
			l.sdp = ""
		}
	}
	f.call.ready, f.call.at = nil, now
	f.s.stats.Met += len(offers)
	f.tell("", offers)
}

func (f *file) tell(event string, offers []announce.Offer) {
	left := int64(len(f.pieces)-f.held) * f.t.PieceLength
	f.s.post.send(announce.Request{
		Kind: announce.Announce, Infohash: f.hash, PeerID: f.s.id, Event: event, Uploaded: f.s.stats.Sent, Downloaded: f.s.stats.FromViewers,
		Left: left, Want: len(offers), Offers: offers,
	})
}

func (t *post) heard(s *Swarm, text []byte) {
	var m announce.Message
	if m.Parse(text) != nil {
		return
	}
	f := s.known(m.Infohash)
	switch {
	case m.Kind == announce.Failure:
		if m.Reason == announce.FailureOff {
			s.desk.refused = Switched
			s.stop()
		}
	case f == nil || m.PeerID == s.id:
	case m.Kind == announce.Reply:
		f.call.replied, f.call.viewers = true, m.Complete+m.Incomplete
		s.stats.Viewers = f.call.viewers
		f.call.interval = time.Duration(min(max(m.Interval, 30), 3600)) * time.Second
		f.announce(s.w.Clock.Now())
	case m.Kind == announce.Offered:
		f.answer(m)
	case m.Kind == announce.Answer:
		s.accept(m)
	}
}

// known is a file whose pieces we know.
func (s *Swarm) known(h announce.ID) *file {
	for _, f := range s.files {
		if f.hash == h && f.ready && !f.broken {
			return f
		}
	}
	return nil
}

// answer takes another viewer's offer when there is room.
func (f *file) answer(m announce.Message) {
	s := f.s
	if s.crowded() {
		s.makeRoom()
	}
	if s.crowded() || s.isBanned(m.PeerID) || f.meets(m.PeerID) {
		return
	}
	l := s.newLink(false)
	l.remote = m.PeerID
	p := newPeer(s, l, f, false)
	s.stats.Met++
	p.conn = s.w.Dialer.Answer(s.desk.p.STUN, announce.SDP(m.Description), p.ear(), func(sdp string, err error) {
		s.heard(func() {
			switch {
			case p.closed:
			case err != nil || !s.post.open:
				l.drop()
			default:
				s.post.send(announce.Request{
					Kind: announce.Answer, Infohash: f.hash, PeerID: s.id, To: m.PeerID, OfferID: m.OfferID, Answer: announce.Description("answer", sdp), Left: -1, Want: -1,
				})
			}
		})
	})
}

// makeRoom gives up the oldest of our own offers that nobody has answered.
func (s *Swarm) makeRoom() {
	for _, l := range s.links {
		if l.mine && l.opened == 0 && l.remote == (announce.ID{}) && s.w.Clock.Now()-l.made > 5*time.Second {
			l.drop()
			return
		}
	}
}

// meets tells whether a viewer is connected, or about to be.
func (f *file) meets(id announce.ID) bool {
	for _, l := range f.s.links {
		if l.remote == id {
			for _, p := range l.streams {
				if p.f == f {
					return true
				}
			}
		}
	}
	return false
}

// accept takes the answer to one of our offers.
func (s *Swarm) accept(m announce.Message) {
	for _, l := range s.links {
		if l.mine && l.offer == m.OfferID && l.opened == 0 && l.remote == (announce.ID{}) {
			if s.isBanned(m.PeerID) || l.streams[0].f.meets(m.PeerID) {
				l.drop()
				return
			}
			l.remote = m.PeerID
			l.streams[0].conn.Accept(announce.SDP(m.Description))
			return
		}
	}
}
