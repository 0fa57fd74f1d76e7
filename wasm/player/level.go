package player

import (
	"math"
	"strconv"
)

// pump starts what is due: the choice of a level, fetches, the end of the stream.
func (p *Player) pump() {
	if p.movie == nil || len(p.tracks) == 0 || p.head != nil {
		return
	}
	gen := p.gen
	if p.tracks[0].flight == nil && !p.choose() || gen != p.gen {
		return
	}
	for _, t := range p.tracks {
		t.pump()
	}
	if p.chosen == Auto && p.started && p.tracks[0].ahead() > shortAhead {
		if r := p.below(); r != nil && !r.whole {
			p.prepare(r) // so that it is at hand when the line gets worse
		}
	}
	p.finish()
}

// choose decides the level of the next segment; false means that it is better to wait for a playlist.
func (p *Player) choose() bool {
	t := p.tracks[0]
	i := p.chosen
	if i < 0 || p.movie.levels[i].dead {
		i = p.auto()
	}
	if i < 0 {
		return true
	}
	r := p.movie.levels[i]
	switch {
	case r == t.fetch:
		return true
	case !r.fits(t.fetch):
		p.open(r, p.media.Now().Position)
		return false
	case t.fetch.dead || t.reaches(r):
		p.change(t, r)
		return true
	}
	p.prepare(r)
	return p.chosen < 0 || t.ahead() < shortAhead
}

// reaches tells whether the segment of r that comes next is known.
func (t *track) reaches(r *rendition) bool {
	at := t.p.media.Now().Position
	for pc := t.covering(at); pc != nil && (pc.From < t.fresh || pc.r == r); pc = t.covering(at) {
		at = pc.To
	}
	k := r.at(at)
	return k >= 0 && (r.whole || k < len(r.segs))
}

// change goes on with another level. The first step up is made at once where the line allows it:
// what was buffered of the level that the visit began with is fetched again, except for the next seconds.
func (p *Player) change(t *track, r *rendition) {
	up := p.chosen == Auto && r.Bandwidth > t.fetch.Bandwidth
	if p.chosen == Auto {
		t.fresh = math.Inf(1)
	}
	if up && !p.rose && p.chooser.est.measured() && p.chooser.est.rate() > 3*float64(r.Bandwidth) {
		t.fresh = p.media.Now().Position + 2
	}
	p.rose = p.rose || up
	t.fetch = r
}

// auto is the level the chooser takes, -1 when none is left.
func (p *Player) auto() int {
	s := scene{now: p.clock.Now(), levels: p.movie.levels, current: -1}
	var from *rendition
	if len(p.tracks) > 0 {
		from = p.tracks[0].fetch
		s.ahead = p.tracks[0].ahead()
	}
	most := p.most()
	s.fits = func(i int) bool {
		r := p.movie.levels[i]
		return i <= most && !r.dead && !r.sound && (from == nil || from.dead || from.sound || r.fits(from))
	}
	for i, r := range p.movie.levels {
		if r == from {
			s.current = i
		}
	}
	if i := p.chooser.pick(s); i >= 0 {
		return i
	}
	most = len(p.movie.levels) // the lowest one that plays is above the size, or it is sound alone
	for i, r := range p.movie.levels {
		if !r.dead {
			return i
		}
	}
	return -1
}

// most is the highest level that the size of the player, the data saver and lost frames allow.
func (p *Player) most() int {
	lines := p.lines()
	for i, r := range p.movie.levels {
		switch {
		case p.tooMuch > 0 && i+1 >= p.tooMuch:
			return i
		case p.page.SaveData() && i+1 < len(p.movie.levels) && p.movie.levels[i+1].lines() > saverHeight:
			return i
		case lines > 0 && float64(r.Height) >= lines:
			return i
		}
	}
	return len(p.movie.levels) - 1
}

// lines is how many rows of device pixels the picture takes, 0 when that does not matter.
func (p *Player) lines() float64 {
	w, h := p.page.Size()
	b := p.movie.boot
	if p.unlimited || w == 0 || h == 0 || b.Width == 0 {
		return 0
	}
	const enough = 0.9 // a little enlargement is not seen
	return enough * min(float64(h), float64(w)*float64(b.Height)/float64(b.Width))
}

// finish tells the element when all is there.
func (p *Player) finish() {
	if p.eos {
		return
	}
	at := p.media.Now().Position
	for _, t := range p.tracks {
		if !t.done(at) {
			return
		}
	}
	p.eos = true
	p.media.End()
}

func (p *Player) received(from Origin, n int) {
	if from == Peer {
		p.stats.FromPeers += int64(n)
	} else {
		p.stats.FromServer += int64(n)
	}
}

const bandwidthKey = "shoal.bandwidth"

// remember keeps the estimate for the next visit.
func (p *Player) remember() {
	p.page.Remember(bandwidthKey, strconv.FormatInt(int64(p.chooser.est.rate()), 10))
}

// reopen begins anew with the level that is right now.
func (p *Player) reopen(at float64) {
	level := p.first()
	if level < 0 {
		p.fail(Unsupported)
		return
	}
	p.mode = MSE
	p.open(p.movie.levels[level], at)
}
