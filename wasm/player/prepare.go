package player

import (
	"strings"
	"time"
)

// prepare fetches the playlist of a rendition, and its initialisation section when that will be wanted alone.
func (p *Player) prepare(r *rendition) {
	if r.getting || r.dead || p.doomed || !p.page.Online() {
		return
	}
	r.getting = true
	m := p.movie
	locked := func(f func()) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.movie == m {
			f()
		}
	}
	r.stop = p.source.Text(p.signed(r.Playlist), func(text string, err error) {
		locked(func() {
			r.stop = nil
			if err == nil {
				err = r.parse(text)
			}
			if err != nil {
				p.unprepared(r, err, locked)
				return
			}
			r.getting = false
			if p.head != nil {
				p.takeOver()
			}
			p.pump()
		})
	})
}

// unprepared tries again later, or gives the rendition up.
func (p *Player) unprepared(r *rendition, err error, locked func(func())) {
	kind := Network
	if status, answered := err.(StatusError); answered {
		kind = kindOf(int(status))
	}
	p.stats.Retries++
	if kind != Network && kind != Busy {
		p.lose(r, kind)
		return
	}
	p.why = kind
	wait := 500 * time.Millisecond << min(r.tries, 4)
	r.tries++
	p.clock.After(wait, func() { locked(func() { r.getting = false; p.pump() }) })
}

// lose gives up a rendition; playing goes on with another one, or fails when the buffer is empty.
func (p *Player) lose(r *rendition, kind ErrorKind) {
	r.dead = true
	for _, l := range p.movie.levels {
		if !l.dead && !l.sound && !p.isSound(r) {
			if p.chosen >= 0 && p.movie.levels[p.chosen].dead {
				p.chosen = Auto
				p.say(LevelsChanged)
			}
			p.pump()
			return
		}
	}
	p.why, p.doomed = kind, true
}

// isSound tells whether r is sound that levels need.
func (p *Player) isSound(r *rendition) bool {
	for _, s := range p.movie.sounds {
		if s == r {
			return true
		}
	}
	return false
}

// signed adds the token of a private video.
func (p *Player) signed(address string) string {
	token := p.movie.boot.FileToken
	if token == "" {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&videoFileToken=" + token
	}
	return address + "?videoFileToken=" + token
}
