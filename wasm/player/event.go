package player

// Event tells the player what the element or the page reports.
func (p *Player) Event(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.movie == nil {
		return
	}
	m := p.media.Now()
	switch e {
	case Moved:
		p.moved(m)
	case Frame:
		p.frame(m)
	case Asked:
		p.want = true
		p.tickOn()
		p.say(PhaseChanged)
		p.pump()
	case Halted:
		if !m.Ended {
			p.want = false
		}
		p.say(PhaseChanged)
	case Waiting:
		p.bridge(m)
		p.pump()
	case Sought:
		p.elsewhere(m)
	case Finished:
		p.finished()
	case Broken:
		p.broken()
	case Sounded:
		if !m.Muted {
			p.mutedAuto = false
		}
		p.say(VolumeChanged)
	case Paced:
		p.say(RateChanged)
	case Resized:
		p.look(m)
		p.pump()
	case WentOnline:
		p.online()
	case WentOffline:
		p.say(PhaseChanged)
	case Grew:
		p.say(BufferChanged)
		p.pump()
	}
}

// elsewhere is a seek, ours or one that the browser's own controls made.
func (p *Player) elsewhere(m Moment) {
	p.say(PhaseChanged | PositionChanged)
	if m.Seeking {
		p.refetch(m.Position)
	}
	p.bridge(m)
}

func (p *Player) moved(m Moment) {
	p.say(PositionChanged)
	if p.loop && p.part.To > 0 && m.Position >= p.part.To && !m.Seeking {
		p.seek(p.part.From)
		p.say(LoopedBack)
	}
	if !p.started && m.Ready >= 2 && !m.Paused {
		p.frame(m)
	}
	p.look(m)
	p.pump()
}

// frame notes the first picture.
func (p *Player) frame(m Moment) {
	if !p.started {
		p.started = true
		if p.stats.FirstFrame == 0 {
			p.stats.FirstFrame = (p.clock.Now() - p.loadedAt).Seconds()
		}
		p.say(PhaseChanged)
	}
	p.look(m)
}

// look finds out which level is on the screen.
func (p *Player) look(m Moment) {
	if len(p.tracks) == 0 || !p.started {
		return
	}
	t := p.tracks[0]
	r := t.fed
	if pc := t.covering(m.Position); pc != nil {
		r = pc.r
	}
	for i, l := range p.movie.levels {
		if l == r && i != p.shown {
			p.shown = i
			p.say(LevelsChanged)
		}
	}
}

func (p *Player) finished() {
	if p.loop {
		p.seek(p.part.From)
		p.play()
		p.say(LoopedBack)
		return
	}
	p.say(PhaseChanged | PositionChanged)
}

// online begins again at once what waited for the network.
func (p *Player) online() {
	if p.failed == Offline || p.failed == Network {
		p.failed = NoError
	}
	p.watch.since = p.clock.Now()
	for _, t := range p.tracks {
		t.again()
	}
	p.say(PhaseChanged)
	p.pump()
}
