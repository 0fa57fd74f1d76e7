package player

import "math"

// say tells listeners of changes once the present event is over.
func (p *Player) say(c Change) {
	if p.news == 0 {
		p.clock.Soon(p.tell)
	}
	p.news |= c
}

func (p *Player) tell() {
	p.mu.Lock()
	news := p.news
	p.news = 0
	ears := make([]func(Change), 0, len(p.ears))
	for i := range p.ear {
		if f := p.ears[i]; f != nil {
			ears = append(ears, f)
		}
	}
	p.mu.Unlock()
	for _, f := range ears {
		f(news)
	}
}

// Listen calls f after changes until stop is called.
func (p *Player) Listen(f func(Change)) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.ear
	p.ear++
	p.ears[i] = f
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.ears, i)
	}
}

// State is everything there is to show.
func (p *Player) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := State{Phase: Idle, Mode: p.mode, Error: p.failed, Chosen: p.chosen, Current: p.shown, Sound: p.sound, MutedAuto: p.mutedAuto, Started: p.started}
	m := p.media.Now()
	s.Rate, s.Volume, s.Muted = m.Rate, m.Volume, m.Muted
	if p.movie == nil {
		return s
	}
	s.UUID, s.Duration = p.movie.boot.UUID, p.duration(m)
	s.Position, s.Seeking, s.Stalled = m.Position, m.Seeking, p.watch.stalled
	s.Buffered = p.media.Played()
	s.Shared = both(s.Buffered, p.shared)
	s.Levels, s.Sounds = p.movie.state()
	s.Phase = p.phase(m)
	s.Stats = p.stats
	s.Stats.Ahead = ahead(s.Buffered, m.Position)
	s.Stats.Bandwidth = int64(p.chooser.est.rate())
	s.Stats.Frames, s.Stats.Dropped = p.media.Frames()
	return s
}

func (p *Player) duration(m Moment) float64 {
	if d := m.Duration; d > 0 && !math.IsInf(d, 0) {
		return d
	}
	return p.movie.boot.Duration
}

func (p *Player) phase(m Moment) Phase {
	switch {
	case p.failed != NoError:
		return Failed
	case m.Ended:
		return Ended
	case !p.want:
		return Paused
	case !p.started:
		return Loading
	}
	return Playing
}
