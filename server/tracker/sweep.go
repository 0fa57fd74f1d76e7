package tracker

import "context"

// sweep asks silent lines whether they live, ends dead ones, drops who announces no more, and asks whether videos may still be shared.
func (t *Tracker) sweep(ctx context.Context) {
	now := t.unix()
	for _, s := range t.all() {
		s.tend(now)
	}
	for _, h := range t.hashes() {
		if w := t.known(h); w != nil {
			t.tidy(w, now)
			t.release(w)
		}
	}
	if t.checked.Load()+int64(checkEvery.Seconds()) <= now {
		t.checked.Store(now)
		t.check(ctx)
	}
}

// tend keeps a line alive or ends it.
func (s *socket) tend(now int64) {
	doubted := s.doubted.Load()
	switch {
	case now-s.heard.Load() > int64(deafAfter.Seconds()), doubted != 0 && now-doubted > int64(doubtTime.Seconds()):
		s.cut()
	case now-s.said.Load() > int64(pingAfter.Seconds()):
		s.ping()
	}
}

// tidy drops who has not announced for long. The swarm is locked.
func (t *Tracker) tidy(w *swarm, now int64) {
	for _, p := range w.peers {
		if now-p.heard > int64(peerLife.Seconds()) {
			t.remove(p)
		}
	}
	for k, p := range w.plain {
		if now-p.heard > int64(plainLife.Seconds()) {
			delete(w.plain, k)
		}
	}
}
