package player

import "time"

// gaps up to this many seconds are jumped.
const gap = 0.8

// stepDown takes the level below in the middle of a stall, as soon as its playlist is here.
func (p *Player) stepDown() {
	r := p.below()
	switch {
	case r == nil || p.chosen != Auto:
		p.watch.stepped = true
	case !r.whole:
		p.prepare(r)
	default:
		p.watch.stepped = true
		p.chooser.flee(p.movie.index(p.tracks[0].fetch), p.clock.Now())
		p.drain(p.tracks[0], r)
		p.say(StepDropped)
	}
}

// below is the level under the one that is fetched, nil when there is none to change to.
func (p *Player) below() *rendition {
	if len(p.tracks) == 0 {
		return nil
	}
	r := p.tracks[0].fetch
	for i := p.movie.index(r) - 1; i >= 0; i-- {
		if l := p.movie.levels[i]; !l.dead && l.fits(r) {
			return l
		}
	}
	return nil
}

// drain gives up a fetch for one of a lower level.
func (p *Player) drain(t *track, r *rendition) {
	if f := t.flight; f != nil {
		f.sample()
	}
	t.cancel()
	p.change(t, r)
	t.pump()
}

// abandon gives up a segment that will come too late when a lower level comes sooner.
func (p *Player) abandon(now time.Duration) {
	t := p.tracks[0]
	f := t.flight
	if f == nil || f.seg < 0 || f.stop == nil || p.chosen != Auto || now-f.began < time.Second || f.got < leastSample {
		return
	}
	s := f.r.segs[f.seg]
	rate := float64(f.got) * 8 / (now - f.began).Seconds()
	left := float64(s.End()-f.at) * 8 / rate
	rest := float64(s.End()-f.at) / float64(s.Size) * (s.To - s.From)
	if left <= t.ahead()+rest {
		return
	}
	i := p.movie.index(f.r)
	lower := scene{levels: p.movie.levels[:max(i, 0)], fits: func(i int) bool {
		l := p.movie.levels[i]
		return l.whole && !l.dead && l.fits(f.r)
	}}.best(rate * safeShare)
	if lower >= 0 && float64(p.movie.levels[lower].Bandwidth)*(s.To-s.From)/rate < left {
		p.chooser.flee(i, now)
		p.drain(t, p.movie.levels[lower])
	} else if r := p.below(); r != nil {
		p.prepare(r)
	}
}

// renew asks for the rest over a new connection.
func (t *track) renew() {
	if r := t.fetch; t.flight == nil && r.stop != nil {
		r.stop()
		r.getting = false
		t.p.prepare(r)
	}
	if f := t.flight; f != nil {
		f.halt()
		t.notYet = 0
		f.run()
	}
}

// bridge jumps a gap in front of the position.
func (p *Player) bridge(m Moment) {
	if m.Ready >= 3 || m.Ended || p.movie == nil || len(p.tracks) == 0 {
		return
	}
	const edge = 0.1
	for _, s := range p.media.Played() {
		if s.From <= m.Position && m.Position < s.To-edge {
			return
		}
		if s.From > m.Position && (s.From-m.Position <= gap || p.hollow(m.Position, s.From)) {
			p.media.SetPosition(s.From + 0.01)
			return
		}
	}
}

// hollow tells whether all between was appended and yet there is nothing.
func (p *Player) hollow(from, to float64) bool {
	for _, t := range p.tracks {
		at := from
		for at < to-slack {
			pc := t.covering(at)
			if pc == nil || t.holes[hole{pc.r, pc.r.at(pc.From)}] < 2 {
				return false
			}
			at = pc.To
		}
	}
	return true
}

// countFrames keeps to lower levels when the machine cannot draw a higher one.
func (p *Player) countFrames() {
	w := &p.watch
	total, dropped := p.media.Frames()
	drawn, lost := total-w.frames[0], dropped-w.frames[1]
	if !p.page.Visible() { // a hidden page loses frames as it likes
		w.frames = [2]int{total, dropped}
		return
	}
	if drawn >= 0 && drawn < 150 {
		return
	}
	w.frames = [2]int{total, dropped}
	if drawn > 0 && lost*4 > drawn && p.shown > 0 {
		p.tooMuch = p.shown
	}
}

// broken is a media element or a source buffer that gave up: one new start, a step lower, then the error.
func (p *Player) broken() {
	now, m := p.clock.Now(), p.media.Now()
	if p.mode == NativeHLS && !p.started {
		p.openWhole(m.Position)
		return
	}
	if p.mode != MSE || p.decodes > 0 && now-p.decoded < decodeAgain {
		p.doomed = true
		p.fail(Decode)
		return
	}
	p.decoded = now
	p.decodes++
	if len(p.tracks) > 0 {
		p.chooser.flee(p.movie.index(p.tracks[0].fetch), now)
	}
	p.reopen(m.Position)
}
