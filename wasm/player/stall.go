package player

import "time"

// When a picture that stands still has which consequence.
const (
	tickEvery   = 250 * time.Millisecond
	restEvery   = time.Second // while paused
	spinAfter   = 500 * time.Millisecond
	stepAfter   = 3 * time.Second
	renewAfter  = 8 * time.Second
	failAfter   = 20 * time.Second
	nudgeAfter  = 2 * time.Second
	decodeAgain = time.Minute
)

// watch follows the position.
type watch struct {
	at      float64
	since   time.Duration // the position has not moved since
	known   bool
	stalled bool
	stepped bool
	renewed bool
	nudges  int
	audited time.Duration
	frames  [2]int
}

func (p *Player) tickOn() {
	if p.ticks != nil {
		p.ticks()
	}
	every := tickEvery
	if !p.want {
		every = restEvery
	}
	p.ticks = p.clock.After(every, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.movie == nil {
			return
		}
		p.tickOn()
		p.tick()
	})
}

func (p *Player) tick() {
	now, m := p.clock.Now(), p.media.Now()
	p.follow(now, m)
	p.bridge(m)
	if len(p.tracks) == 0 {
		return
	}
	if now-p.watch.audited >= time.Second {
		p.watch.audited = now
		for _, t := range p.tracks {
			t.audit()
			t.trim(m.Position)
		}
		p.countFrames()
	}
	if p.doomed && p.tracks[0].ahead() < 0.3 {
		p.fail(p.why)
		return
	}
	p.abandon(now)
	p.pump()
}

// follow measures how long the picture stands still against the will of the person.
func (p *Player) follow(now time.Duration, m Moment) {
	w := &p.watch
	still := p.want && !m.Paused && !m.Ended && !m.Failed && w.known && m.Position == w.at
	if !still {
		p.moves(now, m)
		return
	}
	stuck := now - w.since
	if m.Ready >= 3 && !m.Seeking {
		p.nudge(stuck, m)
		return
	}
	if stuck >= spinAfter && !w.stalled {
		w.stalled = true
		if p.started && !m.Seeking {
			p.stats.Stalls++
		}
		p.say(PhaseChanged)
	}
	if w.stalled && p.started && !m.Seeking {
		p.stats.StalledFor += tickEvery.Seconds()
	}
	p.worry(stuck)
}

// moves notes that all is well.
func (p *Player) moves(now time.Duration, m Moment) {
	w := &p.watch
	moved := w.known && m.Position != w.at
	if moved && (w.stalled || p.failed == Network || p.failed == Busy || p.failed == Offline) && !m.Paused {
		p.failed = NoError
		p.say(PhaseChanged)
		w.stalled, w.stepped, w.renewed, w.nudges = false, false, false, 0
	}
	w.at, w.since, w.known = m.Position, now, true
}

// worry does what is due after so long a stall.
func (p *Player) worry(stuck time.Duration) {
	w := &p.watch
	switch {
	case p.doomed:
		p.fail(p.why)
	case !p.page.Online() && stuck >= stepAfter:
		p.fail(Offline)
	case stuck >= failAfter:
		kind := p.why
		if kind == NoError {
			kind = Network
		}
		p.fail(kind)
	case stuck >= renewAfter && !w.renewed:
		w.renewed = true
		for _, t := range p.tracks {
			t.renew()
		}
	case stuck >= stepAfter && !w.stepped:
		p.stepDown()
	}
}

// nudge helps a decoder that has data and does not go on.
func (p *Player) nudge(stuck time.Duration, m Moment) {
	w := &p.watch
	if stuck >= nudgeAfter*time.Duration(w.nudges+1) && w.nudges < 3 && p.started {
		w.nudges++
		p.media.SetPosition(m.Position + 0.1)
	}
}

// fail shows an error; fetching goes on where that may help.
func (p *Player) fail(kind ErrorKind) {
	if p.failed != kind {
		p.failed = kind
		p.watch.stalled = false
		p.say(PhaseChanged)
	}
}
