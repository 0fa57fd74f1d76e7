package player

import (
	"math"
	"time"
)

// batch is what is appended at once: part of a segment, or an initialisation section (seg -1).
type batch struct {
	chunks []Chunk
	r      *rendition
	seg    int
	last   bool // the segment is whole with it
	change bool // another codec begins
}

func newTrack(p *Player, buf int, r *rendition) *track {
	return &track{p: p, buf: buf, fetch: r, fresh: math.Inf(1), holes: map[hole]int{}}
}

// track is a source buffer and what is on its way to it.
type track struct {
	p     *Player
	buf   int
	fetch *rendition // what the next segment comes from
	fed   *rendition // whose initialisation section went in last
	have  []piece    // by time
	fresh float64    // pieces of other renditions from here on are fetched again
	holes map[hole]int

	flight *flight
	line   []batch // waits for the source buffer, first the one that is being appended
	adding bool
	notYet time.Duration // no fetch before
	tries  int
}

// pump starts the next fetch if one is due.
func (t *track) pump() {
	p := t.p
	if t.flight != nil || p.clock.Now() < t.notYet || p.doomed || !p.page.Online() {
		return
	}
	if len(t.line) > 64 || !p.media.Hungry() || t.leads() {
		return
	}
	at := p.media.Now().Position
	seg := t.next(at, p.ahead())
	switch {
	case seg == full:
		return
	case seg < 0:
		p.prepare(t.fetch)
		return
	}
	if !t.fetch.whole {
		p.prepare(t.fetch)
	}
	if seg < len(t.fetch.segs) {
		t.start(seg)
	}
}

// leads tells whether another track needs the line more.
func (t *track) leads() bool {
	for _, o := range t.p.tracks {
		if o != t && o.ahead() < shortAhead && t.ahead() > o.ahead()+shortAhead && (o.flight != nil || len(o.line) > 0) {
			return true
		}
	}
	return false
}

// unplayed is how much is buffered, in seconds, while nobody has pressed play yet.
const unplayed = 8

// ahead is how many seconds to buffer.
func (p *Player) ahead() float64 {
	if !p.want && !p.started {
		return min(p.goal, unplayed)
	}
	return p.goal
}

// full says that enough is buffered.
const full = -2

// next is the segment to fetch for playback from a time on: -1 when the playlist must tell, len(segs) when all is here.
func (t *track) next(from, goal float64) int {
	at := from
	for {
		pc := t.covering(at)
		if pc == nil || pc.r != t.fetch && pc.From >= t.fresh {
			return t.fetch.at(at)
		}
		if at = pc.To; at-from >= goal {
			return full
		}
	}
}

// sought ends what is fetched for elsewhere.
func (t *track) sought(to float64) {
	t.notYet, t.tries = 0, 0
	clear(t.holes)
	if t.p.chosen != Auto {
		t.fresh = min(t.fresh, to)
	}
	if f := t.flight; f != nil && !f.useful(t.next(to, t.p.ahead())) {
		t.cancel()
	}
}

// again forgets that fetching failed.
func (t *track) again() {
	t.notYet, t.tries = 0, 0
	if f := t.flight; f != nil && f.stop == nil {
		f.run()
	}
}

// cancel ends the fetch; a segment received in part is forgotten by the source buffer's parser.
func (t *track) cancel() {
	f := t.flight
	if f == nil {
		return
	}
	t.flight = nil
	f.halt()
	t.forget(f.seg)
}

func (t *track) forget(seg int) {
	keep := t.line[:0]
	for i, b := range t.line {
		if b.seg != seg || b.last || i == 0 && t.adding {
			keep = append(keep, b)
		}
	}
	t.line = keep
	for _, b := range keep {
		if b.seg != seg {
			return // nothing of it is in the buffer yet
		}
	}
	t.p.media.Reset(t.buf)
}

// add queues a batch behind the others.
func (t *track) add(b batch) {
	if b.seg < 0 {
		b.change = !b.r.sameCodec(t.fed)
		t.fed = b.r
	}
	t.line = append(t.line, b)
	t.append()
}

func (t *track) append() {
	if t.adding || len(t.line) == 0 {
		return
	}
	b := t.line[0]
	if b.change {
		t.p.media.ChangeType(t.buf, b.r.mime)
	}
	t.adding, t.p.eos = true, false
	t.p.media.Append(t.buf, b.chunks, t.p.heard(t.appended))
}

func (t *track) appended(err error) {
	t.adding = false
	switch err {
	case nil:
	case ErrQuota:
		t.makeRoom()
		return
	default:
		t.p.broken()
		return
	}
	b := t.line[0]
	t.line = t.line[1:]
	if b.last && b.seg >= 0 {
		t.has(piece{b.r.segs[b.seg].Span, b.r})
	}
	t.append()
	t.p.say(BufferChanged)
	t.p.bridge(t.p.media.Now())
	t.p.pump()
}
