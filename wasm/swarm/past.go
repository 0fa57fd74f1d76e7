package swarm

import (
	"shoal/shared/announce"
	"shoal/wasm/player"
)

// stretch is media of the server that was not checked: it came before the pieces were known, or holds a part of one.
type stretch struct {
	at, end int64
	list    []player.Chunk
}

// mostPast is how many bytes of such media are kept.
const mostPast = 32 << 20

// Took hears of media that the server sent past the swarm.
func (s *Swarm) Took(infohash string, at int64, c player.Chunk) {
	s.mu.Lock()
	s.stats.FromServer += int64(c.Len())
	if hash, ok := ParseHash(infohash); ok && s.keeps() {
		f := s.fileOf(hash)
		s.turn(f, infohash)
		f.past(at, c)
		s.wake()
	}
	s.leave()
}

// keeps tells whether what comes may be shared one day.
func (s *Swarm) keeps() bool { return s.video.UUID != "" && (s.mode == Held || s.sharing()) }

// past keeps some bytes, but none twice.
func (f *file) past(at int64, c player.Chunk) {
	if f.broken || !f.s.keeps() {
		return
	}
	for i := 0; i < len(f.early); i++ {
		r, end := f.early[i], at+int64(c.Len())
		switch {
		case at < r.at && r.at < end:
			f.past(r.at, c.Slice(int(r.at-at), c.Len()))
			c = c.Slice(0, int(r.at-at))
		case at < r.at || r.end <= at:
		case end <= r.end:
			return
		default:
			c, at = c.Slice(int(r.end-at), c.Len()), r.end
			i = -1
		}
	}
	f.s.past += int64(c.Len())
	f.early = append(f.early, stretch{at, at + int64(c.Len()), []player.Chunk{c}})
	f.join()
	f.s.forgetPast()
	f.sift()
}

// join makes one of the last stretch and those that it touches.
func (f *file) join() {
	last := len(f.early) - 1
	r := f.early[last]
	rest := f.early[:0]
	for _, o := range f.early[:last] {
		switch {
		case o.end == r.at:
			r = stretch{o.at, r.end, append(o.list, r.list...)}
		case o.at == r.end:
			r = stretch{r.at, o.end, append(r.list, o.list...)}
		default:
			rest = append(rest, o)
		}
	}
	f.early = append(rest, r)
}

// forgetPast keeps within the bound; what came first goes first.
func (s *Swarm) forgetPast() {
	for _, f := range s.files {
		for s.past > mostPast && len(f.early) > 0 {
			r := &f.early[0]
			n := int64(r.list[0].Len())
			s.past -= n
			r.at, r.list = r.at+n, r.list[1:]
			if len(r.list) == 0 {
				f.early = f.early[1:]
			}
		}
	}
}

// sift makes a piece of what was kept, if there is a whole one; when it is checked the next one has its turn.
func (f *file) sift() {
	if !f.ready || f.broken || f.sifting {
		return
	}
	for n := 0; n < len(f.early); n++ {
		r := f.early[n]
		i := int((r.at + f.t.PieceLength - 1) / f.t.PieceLength)
		if i >= len(f.pieces) || f.end(i) > r.end {
			continue
		}
		f.early = append(f.early[:n:n], f.early[n+1:]...)
		f.s.past -= r.end - r.at
		f.leftover(r.cut(r.at, f.start(i)))
		f.leftover(r.cut(f.end(i), r.end))
		if pc := &f.pieces[i]; pc.body == nil && !pc.checking {
			f.sifting = true
			f.arrived(i, r.cut(f.start(i), f.end(i)).list, player.Server, announce.ID{})
			return
		}
		n = -1
	}
}

func (f *file) leftover(r stretch) {
	if r.at < r.end {
		f.early = append(f.early, r)
		f.s.past += r.end - r.at
	}
}

// cut is a part of a stretch.
func (r stretch) cut(from, to int64) (part stretch) {
	part = stretch{at: from, end: to}
	at := r.at
	for _, c := range r.list {
		a, b := max(from, at), min(to, at+int64(c.Len()))
		if a < b {
			part.list = append(part.list, c.Slice(int(a-at), int(b-at)))
		}
		at += int64(c.Len())
	}
	return part
}

// dropPast forgets what is not to be shared any more.
func (s *Swarm) dropPast() {
	s.past = 0
	for _, f := range s.files {
		f.early = nil
	}
}
