package swarm

import (
	"shoal/shared/hls"
	"shoal/wasm/player"
)

// ask is a stretch that the player waits for.
type ask struct {
	f       *file
	at, end int64
	sink    player.Sink
	gone    bool // over or cancelled: the sink hears no more
	pulled  bool // the server was asked for it
	piece   player.Piece
	stop    func() // ends what the server was asked as if there were no swarm
}

// Fetch brings a stretch of a file, from viewers where they are sure to be in time and from the server where not.
func (s *Swarm) Fetch(p player.Piece, to player.Sink) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hash, ok := ParseHash(p.Infohash)
	if !ok || !s.keeps() {
		return s.pipe(nil, p, to)
	}
	f := s.fileOf(hash)
	s.turn(f, p.Infohash)
	f.address = p.File
	f.expect(p)
	if !s.sharing() {
		return s.pipe(f, p, to)
	}
	if f.call.began == 0 {
		f.call.began = max(s.w.Clock.Now(), 1)
	}
	s.wake()
	if f.broken || !f.ready && f.due() < urgent {
		return s.pipe(f, p, to)
	}
	a := &ask{f: f, at: p.Range.Offset, end: p.Range.End(), sink: to, piece: p}
	f.asks = append(f.asks, a)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		a.gone = true
		if a.stop != nil {
			a.stop()
		}
		f.forget(a)
		s.wake()
	}
}

// pass gives what waited for a swarm in vain to the server.
func (a *ask) pass() {
	s, gen := a.f.s, a.f.s.gen
	a.f.forget(a)
	hear := func(m said) {
		s.heard(func() {
			if m.c != nil {
				s.stats.FromServer += int64(m.c.Len())
				if gen == s.gen {
					a.f.past(a.at, m.c)
				}
				a.at += int64(m.c.Len())
			}
			s.out = append(s.out, m)
		})
	}
	a.ask()
	a.piece.Range = hls.Range{Offset: a.at, Size: a.end - a.at}
	a.stop = s.w.Server.Fetch(a.piece, player.Sink{
		Data: func(c player.Chunk, from player.Origin) { hear(said{a: a, c: c, from: from}) },
		End:  func(err error) { hear(said{a: a, err: err}) },
	})
}

// settle gives to the server what need not wait any longer for the torrent file.
func (f *file) settle() {
	if f.ready && !f.broken {
		return
	}
	for _, a := range append([]*ask(nil), f.asks...) {
		if f.broken || !f.hopes() || f.due() < urgent {
			a.pass()
		}
	}
	for len(f.pulls) > 0 {
		f.pulls[0].drop()
	}
}

// turn notes which file is played now.
func (s *Swarm) turn(f *file, infohash string) {
	for _, h := range s.video.Sounds {
		if h == infohash {
			s.sound = f
			return
		}
	}
	s.level = f
}

// pipe asks the server as if there were no swarm. What comes of a file is kept for the time when there is one.
func (s *Swarm) pipe(f *file, p player.Piece, to player.Sink) (cancel func()) {
	data, at, gen := to.Data, p.Range.Offset, s.gen
	to.Data = func(c player.Chunk, from player.Origin) {
		s.heard(func() {
			s.stats.FromServer += int64(c.Len())
			if f != nil && gen == s.gen {
				f.past(at, c)
			}
			at += int64(c.Len())
		})
		data(c, from)
	}
	return s.w.Server.Fetch(p, to)
}

// Text asks the server for a playlist.
func (s *Swarm) Text(address string, done func(string, error)) (cancel func()) {
	return s.w.Server.Text(address, done)
}

// deliver gives what is at hand.
func (a *ask) deliver() {
	f := a.f
	for a.at < a.end {
		i := f.index(a.at)
		pc := &f.pieces[i]
		if pc.body == nil {
			break
		}
		start := f.start(i)
		a.give(pc.body, start, pc.from)
		pc.used = f.s.w.Clock.Now()
	}
	f.cursor = max(f.cursor, a.at)
	if a.at >= a.end {
		a.finish(nil)
	}
}

// give passes on what the ask waits for of a chunk that begins at a place of the file.
func (a *ask) give(c player.Chunk, start int64, from player.Origin) {
	if a.gone || a.at < start || a.at >= a.end || a.at >= start+int64(c.Len()) {
		return
	}
	to := min(start+int64(c.Len()), a.end)
	a.f.s.out = append(a.f.s.out, said{a: a, c: c.Slice(int(a.at-start), int(to-start)), from: from})
	a.at = to
}

func (a *ask) finish(err error) {
	a.f.s.out = append(a.f.s.out, said{a: a, err: err})
	a.f.forget(a)
}

// forget takes an ask out of the file's list.
func (f *file) forget(a *ask) {
	for i, o := range f.asks {
		if o == a {
			f.asks = append(f.asks[:i:i], f.asks[i+1:]...)
			return
		}
	}
}
