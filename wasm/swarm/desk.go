package swarm

import (
	"time"

	"shoal/wasm/player"
)

// desk asks the server what it says about sharing.
type desk struct {
	p       Peering
	got     bool
	at      time.Duration // when it came
	asking  func()
	tries   int
	again   time.Duration // no question before
	refused Why
	why     Why // what does not work at present
	loads   []func()
}

func (d *desk) stop() {
	if d.asking != nil {
		d.asking()
		d.asking = nil
	}
	for _, cancel := range d.loads {
		cancel()
	}
	d.loads, d.got = nil, false
}

// stale tells whether the viewer's token is about to end.
func (d *desk) stale(now time.Duration) bool {
	return d.p.Seconds > 0 && (now-d.at).Seconds() > d.p.Seconds-5
}

func (d *desk) tick(s *Swarm, now time.Duration) {
	switch {
	case s.level == nil && s.sound == nil || s.pause.rests || d.asking != nil || now < d.again:
	case !s.w.Dialer.Able():
		d.refused = NoWebRTC
	case !d.got || d.stale(now) && s.post.sock == nil:
		d.ask(s)
	default:
		d.load(s)
	}
}

func (d *desk) ask(s *Swarm) {
	gen := s.gen
	d.asking = s.w.Peering(s.video.UUID, func(p Peering, err error) {
		s.heard(func() {
			if gen != s.gen || d.asking == nil {
				return
			}
			d.asking = nil
			d.answered(s, p, err)
		})
	})
}

func (d *desk) answered(s *Swarm, p Peering, err error) {
	now := s.w.Clock.Now()
	if status, ok := err.(player.StatusError); ok && (status == 403 || status == 404) {
		d.refused = NotHere
		s.stop()
		return
	}
	if err != nil {
		d.later(now)
		return
	}
	d.p, d.got, d.at, d.tries, d.why = p, true, now, 0, NoReason
	d.load(s)
}

// later tries again after a while, and longer each time.
func (d *desk) later(now time.Duration) {
	d.why = NoServer
	d.again = now + 5*time.Second<<min(d.tries, 5)
	d.tries++
}

// load fetches the torrent files of what is played.
func (d *desk) load(s *Swarm) {
	for _, f := range s.files {
		if f.ready || f.broken || f.loading || !f.played() {
			continue
		}
		f.broken = true // unless it is named
		for _, o := range d.p.Files {
			if o.Infohash == f.hash {
				f.broken = false
				f.load(o.Torrent)
			}
		}
	}
}

func (f *file) load(address string) {
	s, gen := f.s, f.s.gen
	f.loading = true
	s.desk.loads = append(s.desk.loads, s.w.File(address, func(b []byte, err error) {
		s.heard(func() {
			if gen != s.gen || !f.loading {
				return
			}
			f.loading = false
			if err != nil {
				s.desk.later(s.w.Clock.Now())
			} else if !f.learn(b) {
				f.broken = true
			}
			s.wake()
		})
	}))
}
