package player

import (
	"time"

	"shoal/shared/hls"
)

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
		if p.sought && !t.flight.useful(t.next(p.media.Now().Position, p.ahead())) {
			t.cancel() // what is under way was for another time
		}
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
