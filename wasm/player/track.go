package player

import (
	"math"
	"time"
)

// piece is a stretch of time that was appended.
type piece struct {
	Span
	r *rendition
}

// batch is what is appended at once: part of a segment, or an initialisation section (seg -1).
type batch struct {
	chunks []Chunk
	r      *rendition
	seg    int
	last   bool // the segment is whole with it
	change bool // another codec begins
}

// hole is a segment that was appended and did not show.
type hole struct {
	r   *rendition
	seg int
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
		t.start(seg, max(0, t.fetch.segs[seg].From-at))
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

// covering is the piece that plays at a time: appended, or on its way to the source buffer.
func (t *track) covering(at float64) *piece {
	for i := range t.have {
		if pc := &t.have[i]; pc.covers(at) {
			return pc
		}
	}
	for _, b := range t.line {
		if b.last && b.seg >= 0 {
			if pc := (piece{b.r.segs[b.seg].Span, b.r}); pc.covers(at) {
				return &pc
			}
		}
	}
	return nil
}

func (pc piece) covers(at float64) bool { return pc.From-slack <= at && at < pc.To-slack }

// done tells whether all from a time to the end was appended.
func (t *track) done(from float64) bool {
	return t.flight == nil && len(t.line) == 0 && t.fetch.whole && t.next(from, math.Inf(1)) == len(t.fetch.segs)
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
		t.full()
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
	t.p.close(t.p.media.Now())
	t.p.pump()
}

// full makes room: first behind the position, then far ahead; else it waits for playback to go on.
func (t *track) full() {
	p := t.p
	at := p.media.Now().Position
	p.goal = max(8, p.goal*0.7)
	for _, s := range p.media.Buffered(t.buf) {
		if s.From < at-6 {
			p.media.Remove(t.buf, Span{0, at - 5}, p.heard(func(error) { t.append() }))
			return
		}
	}
	if far := at + p.goal; t.aheadTo() > far+1 {
		p.media.Remove(t.buf, Span{far, math.Inf(1)}, p.heard(func(error) { t.append() }))
		return
	}
	p.clock.After(time.Second, func() { p.heard(func(error) { t.append() })(nil) })
}

func (t *track) aheadTo() (to float64) {
	for _, s := range t.p.media.Buffered(t.buf) {
		to = max(to, s.To)
	}
	return to
}

// has notes a piece in the place of what it covers.
func (t *track) has(n piece) {
	var out []piece
	for _, o := range t.have {
		if o.From < n.From-slack && o.To > n.From {
			out = append(out, piece{Span{o.From, min(o.To, n.From)}, o.r})
		}
		if o.To > n.To+slack && o.From < n.To {
			out = append(out, piece{Span{max(o.From, n.To), o.To}, o.r})
		}
		if o.To <= n.From || o.From >= n.To {
			out = append(out, o)
		}
	}
	t.have = insert(out, n)
}

func insert(list []piece, n piece) []piece {
	i := 0
	for i < len(list) && list[i].From < n.From {
		i++
	}
	list = append(list, piece{})
	copy(list[i+1:], list[i:])
	list[i] = n
	return list
}

// audit forgets pieces that the browser has thrown away. One that never shows is a hole in the file and stays noted.
func (t *track) audit() {
	buffered := t.p.media.Buffered(t.buf)
	keep := t.have[:0]
	for _, pc := range t.have {
		if within(buffered, pc.Span) || t.lost(pc) {
			keep = append(keep, pc)
		}
	}
	t.have = keep
}

// lost counts how often a piece was lost without reason.
func (t *track) lost(pc piece) bool {
	at := t.p.media.Now().Position
	if pc.To < at || pc.From > at+t.p.goal {
		return false // evicted, as browsers may
	}
	h := hole{pc.r, pc.r.at(pc.From)}
	t.holes[h]++
	return t.holes[h] > 2
}

// within tells whether the middle of s is buffered; the edges may be off by half a second.
func within(buffered []Span, s Span) bool {
	edge := min(0.5, (s.To-s.From)/4)
	for _, b := range buffered {
		if b.From <= s.From+edge && s.To-edge <= b.To {
			return true
		}
	}
	return false
}

// ahead is how many seconds are buffered from a time on.
func ahead(buffered []Span, at float64) float64 {
	for _, b := range buffered {
		if b.From-0.3 <= at && at < b.To {
			return b.To - at
		}
	}
	return 0
}

// trim removes what lies far behind the position.
func (t *track) trim(at float64) {
	if b := t.p.media.Buffered(t.buf); len(b) > 0 && b[0].From < at-2*keepBehind {
		t.p.media.Remove(t.buf, Span{0, at - keepBehind}, t.p.heard(func(error) { t.audit() }))
	}
}
