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

// hole is a segment that was appended and did not show.
type hole struct {
	r   *rendition
	seg int
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

// makeRoom makes room: first behind the position, then far ahead; else it waits for playback to go on.
func (t *track) makeRoom() {
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
