package player

import (
	"strconv"
	"strings"
	"time"

	"shoal/shared/hls"
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

// Head is what the boot script began before the player was here.
type Head struct {
	Mode       Mode
	Level      int // index in Boot.Levels
	Sound      int
	Start      float64
	Want       bool // playing, or about to
	Started    bool
	MutedAuto  bool
	FirstFrame float64 // seconds from the visit, 0 when there was none
	Failed     bool    // the source cannot be used
	Tracks     []HeadTrack
}

// HeadTrack is one source buffer of the boot script, the one with the picture first.
type HeadTrack struct {
	Parts func() []hls.Range // what it asked for until now, in order
	// Take ends the script's work: into tells how many of these bytes are in the source buffer, to hears the rest.
	Take func(to Sink) (into int64, took time.Duration, cancel func())
}

// adopt goes on from what the boot script does, as soon as the segments it fetches are known.
func (p *Player) adopt(h *Head) {
	p.mode, p.want, p.started, p.mutedAuto = h.Mode, h.Want, h.Started, h.MutedAuto
	p.stats.FirstFrame = h.FirstFrame
	if h.Mode != MSE {
		if p.media.Now().Failed {
			p.broken()
		}
		return
	}
	if h.Failed || h.Level >= len(p.movie.levels) {
		p.reopen(h.Start)
		return
	}
	r := p.movie.levels[h.Level]
	p.sound = max(0, h.Sound)
	p.tracks = []*track{newTrack(p, 0, r)}
	if s := p.soundFor(r); s != nil && len(h.Tracks) > 1 {
		p.tracks = append(p.tracks, newTrack(p, 1, s))
	}
	if len(p.tracks) != len(h.Tracks) {
		p.reopen(h.Start)
		return
	}
	p.head = h
	p.takeOver()
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

// takeOver takes the streams once all their segments are known; until then the script goes on by itself.
func (p *Player) takeOver() {
	for i, t := range p.tracks {
		if !t.knows(p.head.Tracks[i].Parts()) {
			p.prepare(t.fetch)
			return
		}
	}
	h := p.head
	p.head = nil
	for i, t := range p.tracks {
		t.take(h.Tracks[i])
	}
	p.pump()
}

func (t *track) knows(parts []hls.Range) bool {
	if t.fetch.whole {
		return true
	}
	end := t.fetch.Init
	for _, s := range t.fetch.segs {
		end = s.End()
	}
	for _, r := range parts {
		if r.End() > end {
			return false
		}
	}
	return true
}

// take notes what is in the source buffer and goes on with the stream behind it.
func (t *track) take(h HeadTrack) {
	f := &flight{t: t, r: t.fetch, parts: h.Parts(), began: t.p.clock.Now()}
	t.flight, t.fed = f, t.fetch
	f.at = f.parts[0].Offset
	gen := t.p.gen
	heard := func(do func()) {
		t.p.mu.Lock()
		defer t.p.mu.Unlock()
		if gen == t.p.gen && t.flight == f {
			do()
		}
	}
	into, took, cancel := h.Take(Sink{
		Data: func(c Chunk, from Origin) { heard(func() { f.data(c, from) }) },
		End:  func(err error) { heard(func() { f.end(err) }) },
	})
	f.stop = cancel
	t.p.stats.FromServer += into
	if t.buf == 0 {
		t.p.chooser.est.add(into, took, 0)
	}
	f.skip(into)
}

// skip goes over bytes that were appended before.
func (f *flight) skip(n int64) {
	for n > 0 && len(f.parts) > 0 {
		step := min(n, f.parts[0].End()-f.at)
		for _, s := range f.r.segs {
			if s.Offset >= f.parts[0].Offset && s.End() <= f.at+step && s.Offset >= f.at-s.Size {
				f.t.has(piece{s.Span, f.r})
			}
		}
		f.at += step
		n -= step
		if f.at == f.parts[0].End() && len(f.parts) > 1 {
			f.parts = f.parts[1:]
			f.at = f.parts[0].Offset
		} else if step == 0 {
			break
		}
	}
	f.locate()
}
