package player

import (
	"time"

	"shoal/shared/hls"
)

// flight is a fetch on its way: bytes of one rendition, cut at its segments and appended as they come.
type flight struct {
	t     *track
	r     *rendition
	parts []hls.Range // what is still to come, the first one under way
	at    int64       // offset of the next byte
	seg   int         // the segment it belongs to, -1 in the initialisation section
	stop  func()      // ends the fetch; nil while waiting to try again

	hold  []Chunk // received, not yet queued for the source buffer
	held  int
	began time.Duration
	first time.Duration // until the first byte came
	got   int64         // bytes since it began
}

// start fetches a segment of t.fetch, with its initialisation section when that must come before.
func (t *track) start(seg int) {
	r := t.fetch
	f := &flight{t: t, r: r, parts: []hls.Range{r.segs[seg].Range}, seg: seg}
	if t.fed != r {
		switch {
		case r.init != nil:
			t.add(batch{chunks: r.init, r: r, seg: -1, last: true})
		case seg == 0 && r.segs[0].Offset == r.Init:
			f.parts[0] = hls.Range{Size: r.segs[0].End()}
		default:
			f.parts = append([]hls.Range{{Size: r.Init}}, f.parts...)
		}
	}
	f.at = f.parts[0].Offset
	f.locate()
	t.flight = f
	f.run()
}

// run asks the source for the rest of the first part.
func (f *flight) run() {
	p := f.t.p
	f.began, f.got, f.first = p.clock.Now(), 0, 0
	gen := p.gen
	heard := func(do func()) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if gen == p.gen && f.t.flight == f {
			do()
		}
	}
	f.stop = p.source.Fetch(f.piece(), Sink{
		Data:  func(c Chunk, from Origin) { heard(func() { f.data(c, from) }) },
		End:   func(err error) { heard(func() { f.end(err) }) },
		Asked: func() { heard(f.sampleSoFar) },
	})
}

func (f *flight) piece() Piece {
	var needed float64
	if f.seg >= 0 {
		needed = max(0, f.r.segs[f.seg].From-f.t.p.media.Now().Position)
	}
	return Piece{
		File: f.t.p.signed(f.r.Address), Infohash: f.r.Infohash,
		Range:  hls.Range{Offset: f.at, Size: f.parts[0].End() - f.at},
		Needed: time.Duration(needed * float64(time.Second)),
	}
}

// locate finds the segment of the next byte.
func (f *flight) locate() {
	f.seg = -1
	for i, s := range f.r.segs {
		if s.Offset <= f.at && f.at < s.End() {
			f.seg = i
			return
		}
	}
}

// edge is where the present segment or the initialisation section ends.
func (f *flight) edge() int64 {
	if f.seg < 0 {
		return min(f.r.Init, f.parts[0].End())
	}
	return min(f.r.segs[f.seg].End(), f.parts[0].End())
}

func (f *flight) data(c Chunk, from Origin) {
	p := f.t.p
	p.received(from, c.Len())
	if from == Peer { // tells nothing of the line to the server
		f.sampleSoFar()
	} else {
		if f.got == 0 {
			f.first = p.clock.Now() - f.began
		}
		f.got += int64(c.Len())
	}
	f.t.tries = 0
	for c.Len() > 0 {
		if f.at == f.parts[0].End() && len(f.parts) > 1 { // a stream taken over goes through its parts by itself
			f.parts = f.parts[1:]
			f.at = f.parts[0].Offset
			f.locate()
		}
		if f.edge() <= f.at {
			break
		}
		n := int(min(int64(c.Len()), f.edge()-f.at))
		f.origin(from, n)
		f.hold = append(f.hold, c.Slice(0, n))
		f.held += n
		f.at += int64(n)
		c = c.Slice(n, c.Len())
		if f.at == f.edge() {
			f.flush(true)
			f.locate()
			if f.turned() {
				return
			}
		}
	}
	if f.seg >= 0 && f.eager() {
		f.flush(false)
	}
}

// turned ends a fetch of several segments at the edge between two when another level is better by now.
func (f *flight) turned() bool {
	p := f.t.p
	if f.seg < 0 || f.at >= f.parts[0].End() || f.t != p.tracks[0] {
		return false
	}
	f.sampleSoFar()
	gen := p.gen
	p.choose()
	if gen != p.gen {
		return true
	}
	if f.t.fetch == f.r {
		return false
	}
	f.t.cancel()
	p.pump()
	return true
}

// sampleSoFar tells the estimate what came until now, and counts anew.
func (f *flight) sampleSoFar() {
	f.sample()
	f.began, f.first = f.t.p.clock.Now(), 0
}

// eager tells whether parts of a segment are worth an append of their own.
// A picture that stands still waits for more than a moment of media, so that it does not stutter.
func (f *flight) eager() bool {
	const short, moment, large = 6, 1.2, 1 << 20 // seconds, seconds, bytes
	s := f.r.segs[f.seg]
	switch p := f.t.p; {
	case f.held == 0:
		return false
	case p.started && p.want && p.media.Now().Ready < 3:
		return float64(f.held) >= moment*float64(s.Size)/(s.To-s.From)
	}
	return f.held >= large || f.t.ahead() < short
}

func (t *track) ahead() float64 {
	return ahead(t.p.media.Buffered(t.buf), t.p.media.Now().Position)
}

func (f *flight) flush(last bool) {
	b := batch{chunks: f.hold, r: f.r, seg: f.seg, last: last}
	if f.seg < 0 && int64(f.held) == f.r.Init { // not when somebody else appended its beginning
		f.r.init = b.chunks
	}
	f.hold, f.held = nil, 0
	f.t.add(b)
}

// end comes with the fetch's own end: the part is here, or what is left must be asked for again.
func (f *flight) end(err error) {
	if len(f.parts) > 0 && f.at >= f.parts[0].End() {
		f.land()
		return
	}
	if err == nil {
		err = ErrNetwork
	}
	f.stop = nil
	f.sample()
	f.t.refused(f.r, err)
}

// land ends a part that arrived whole.
func (f *flight) land() {
	f.sample()
	if f.parts = f.parts[1:]; len(f.parts) > 0 {
		f.at = f.parts[0].Offset
		f.locate()
		f.run()
		return
	}
	f.stop = nil
	f.t.flight = nil
	f.t.p.why = NoError
	f.t.p.pump()
}

// sample tells the estimate what the line brought.
func (f *flight) sample() {
	if p := f.t.p; f.t == p.tracks[0] && f.got > 0 {
		p.chooser.est.add(f.got, p.clock.Now()-f.began, f.first)
		p.remember()
	}
	f.got = 0
}

// useful tells whether what comes next is what a seek wants: the segment under way, or the one behind the initialisation section.
func (f *flight) useful(seg int) bool {
	if f.r != f.t.fetch || seg < 0 || seg >= len(f.r.segs) {
		return false
	}
	if f.seg >= 0 {
		return seg == f.seg
	}
	at := f.r.Init
	if f.parts[0].End() <= at && len(f.parts) > 1 {
		at = f.parts[1].Offset
	}
	return f.r.segs[seg].Offset == at
}

func (f *flight) halt() {
	if f.stop != nil {
		f.stop()
		f.stop = nil
	}
}

// refused decides what a failed fetch means: again after a while, or never.
func (t *track) refused(r *rendition, err error) {
	p := t.p
	p.stats.Retries++
	status, answered := err.(StatusError)
	kind := Network
	if answered {
		kind = kindOf(int(status))
	}
	if answered && kind != Network && kind != Busy {
		t.cancel()
		p.lose(r, kind)
		return
	}
	p.why = kind
	wait := 500 * time.Millisecond << min(t.tries, 4)
	t.tries++
	t.notYet = p.clock.Now() + wait
	p.clock.After(wait, func() { p.heard(func(error) { t.resume() })(nil) })
}

func (t *track) resume() {
	if f := t.flight; f != nil && f.stop == nil && t.p.clock.Now() >= t.notYet && t.p.page.Online() {
		f.run()
		return
	}
	t.pump()
}

func kindOf(status int) ErrorKind {
	switch {
	case status == 401:
		return SignIn
	case status == 403:
		return Forbidden
	case status == 404 || status == 410:
		return Gone
	case status == 451:
		return Blocked
	case status == 429 || status == 503:
		return Busy
	case status >= 500 || status == 408 || status == 0:
		return Network
	}
	return Gone
}
