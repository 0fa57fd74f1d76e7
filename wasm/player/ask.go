package player

import (
	"math"
	"time"
)

var _ Control = (*Player)(nil)

// do runs a wish under the lock, when there is a video.
func (p *Player) do(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.movie != nil {
		f()
	}
}

// Play goes on, from the start after the end.
func (p *Player) Play() { p.do(p.play) }

func (p *Player) play() {
	p.want = true
	p.say(PhaseChanged)
	p.tickOn()
	if m := p.media.Now(); m.Ended {
		p.media.SetPosition(0)
	}
	p.media.Play(p.heard(func(err error) {
		if err == ErrNotAllowed {
			p.playMuted()
		}
	}))
	p.pump()
}

// playMuted is the way of browsers that allow no sound before a gesture.
func (p *Player) playMuted() {
	if p.media.Now().Muted {
		p.want = false
		p.say(PhaseChanged)
		return
	}
	p.mutedAuto = true
	p.media.SetMuted(true)
	p.say(VolumeChanged)
	p.media.Play(p.heard(func(err error) {
		if err == ErrNotAllowed {
			p.want = false
			p.say(PhaseChanged)
		}
	}))
}

// Pause stays at the present frame.
func (p *Player) Pause() {
	p.do(func() {
		p.want = false
		p.media.Pause()
		p.say(PhaseChanged)
	})
}

// Seek goes to a time, buffered or not.
func (p *Player) Seek(seconds float64) {
	p.do(func() { p.seek(seconds) })
}

func (p *Player) seek(to float64) {
	if p.head != nil {
		p.takeOver()
	}
	to = max(0, min(to, p.duration(p.media.Now())-0.05))
	p.media.SetPosition(to)
	p.watch = watch{}
	p.refetch(to)
	p.say(PhaseChanged | PositionChanged)
}

// refetch turns to another time. While a thumb is dragged, fetches start when it rests, or at the tick.
func (p *Player) refetch(to float64) {
	now := p.clock.Now()
	hurry := now-p.soughtAt > 200*time.Millisecond
	p.soughtAt, p.sought = now, true
	for _, t := range p.tracks {
		t.sought(to)
	}
	if hurry {
		p.pump()
		return
	}
	p.clock.After(150*time.Millisecond, func() {
		p.heard(func(error) {
			if p.soughtAt == now {
				p.pump()
			}
		})(nil)
	})
}

// SetLevel fixes the level, or leaves the choice to the player with Auto.
func (p *Player) SetLevel(level int) {
	p.do(func() {
		if level < Auto || level >= len(p.movie.levels) || level == p.chosen {
			return
		}
		p.chosen = level
		p.say(LevelsChanged)
		switch {
		case p.mode == MSE && len(p.tracks) > 0:
			p.tracks[0].fresh = math.Inf(1)
			if level != Auto {
				p.tracks[0].fresh = p.media.Now().Position + 1
			}
			if p.tracks[0].ahead() > shortAhead {
				p.tracks[0].cancel() // what is under way is of the wrong level
			}
		case p.mode == Progressive && level != Auto:
			p.openFile(p.media.Now().Position)
		}
		p.pump()
	})
}

// SetSound chooses among renditions of sound.
func (p *Player) SetSound(track int) {
	p.do(func() {
		if track < 0 || track >= len(p.movie.sounds) || track == p.sound {
			return
		}
		p.sound = track
		p.say(LevelsChanged)
		if len(p.tracks) > 1 {
			t := p.tracks[1]
			t.cancel()
			t.fetch = p.movie.sounds[track]
			t.fresh = 0
			p.pump()
		}
	})
}

// SetRate changes the speed.
func (p *Player) SetRate(rate float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.media.SetRate(max(0.25, min(rate, 3)))
	p.say(RateChanged)
}

// SetVolume changes the volume; above nothing it also unmutes.
func (p *Player) SetVolume(volume float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.media.SetVolume(max(0, min(volume, 1)))
	p.say(VolumeChanged)
}

// SetMuted takes the sound away or gives it back.
func (p *Player) SetMuted(muted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mutedAuto = false
	p.media.SetMuted(muted)
	p.say(VolumeChanged)
}

// SetLoop repeats the video, or a part of it.
func (p *Player) SetLoop(on bool, part Span) {
	p.do(func() {
		p.loop, p.part = on, Span{}
		if on && part.To > part.From {
			p.part = part
		}
	})
}

// SetLongBuffer buffers further ahead.
func (p *Player) SetLongBuffer(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.long = on
	p.setGoal()
	p.pump()
}

// SetUnlimitedSize lets the automatic choice exceed the size on the screen.
func (p *Player) SetUnlimitedSize(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unlimited = on
	p.pump()
}

// Retry forgets what failed and goes on from the same position.
func (p *Player) Retry() {
	p.do(func() {
		broken := p.media.Now().Failed || p.failed == Decode || p.failed == Unsupported
		p.trouble = trouble{}
		for _, r := range append(p.movie.levels[:len(p.movie.levels):len(p.movie.levels)], p.movie.sounds...) {
			r.dead = !p.media.Supports(r.mime)
		}
		p.say(PhaseChanged)
		p.watch = watch{}
		at := p.media.Now().Position
		if level := p.first(); p.mode == MSE && level >= 0 && (broken || len(p.tracks) == 0) {
			p.open(p.movie.levels[level], at)
		} else if p.mode != MSE {
			p.openFile(at)
		}
		for _, t := range p.tracks {
			t.again()
		}
		p.play()
	})
}

// Close lets go of the media element.
func (p *Player) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.empty(true)
	p.say(^Change(0) &^ (StepDropped | LoopedBack))
}
