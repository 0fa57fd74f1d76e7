package swarm

import (
	"time"

	"shoal/shared/announce"
	"shoal/shared/wire"
	"shoal/wasm/player"
)

// file is a rendition and its swarm.
type file struct {
	s       *Swarm
	hash    announce.ID
	address string // at the server
	t       wire.Torrent
	ready   bool // the torrent file is here
	loading bool
	broken  bool // the server's bytes are not those of the torrent
	pieces  []piece
	held    int
	early   []stretch // not checked yet
	sifting bool
	news    []int   // pieces heard of that others are to be told of
	rate    float64 // bytes that a second of playing takes

	mark struct { // the byte at is played at due, on the clock that stands still in pauses
		at  int64
		due time.Duration
	}
	marked bool
	cursor int64 // the first byte that the player has not got
	asks   []*ask
	pulls  []*pull
	shy    time.Duration // no pull ahead before: the last one failed
	peers  []*peer
	met    time.Duration // when we knew enough of them, on that clock
	call   call
}

// piece is a piece of the torrent.
type piece struct {
	body     player.Chunk // checked; nil while it is not here
	from     player.Origin
	checking bool
	by       *peer            // who sends it
	blocks   [][]player.Chunk // that came from by
	missing  int              // blocks
	holders  int              // peers that have it
	heard    time.Duration    // when somebody told that a viewer has it, 0 for never
	used     time.Duration
}

func (s *Swarm) fileOf(h announce.ID) *file {
	for _, f := range s.files {
		if f.hash == h {
			return f
		}
	}
	f := &file{s: s, hash: h}
	s.files = append(s.files, f)
	return f
}

// played tells whether the file is what plays now.
func (f *file) played() bool { return f == f.s.level || f == f.s.sound }

// learn takes the torrent file.
func (f *file) learn(b []byte) bool {
	if f.t.Parse(b) != nil {
		return false
	}
	f.ready = true
	f.pieces = make([]piece, f.t.Pieces())
	for _, a := range f.asks {
		a.end = min(a.end, f.t.Length)
	}
	f.rate = 150_000
	if d := f.s.video.Duration; d > 0 {
		f.rate = float64(f.t.Length) / d
	}
	f.sift()
	return true
}

func (f *file) index(at int64) int { return int(at / f.t.PieceLength) }

func (f *file) start(i int) int64 { return int64(i) * f.t.PieceLength }

func (f *file) end(i int) int64 { return f.start(i) + int64(f.t.Size(i)) }

// head is how many bytes a stretch at the beginning has at most that is only the initialisation section, for a place further on.
const head = 32 << 10

// expect notes when the player will play what it asks for.
func (f *file) expect(p player.Piece) {
	if p.Range.Offset == 0 && p.Range.Size < head {
		return
	}
	f.marked = true
	f.mark.at, f.mark.due = p.Range.Offset, f.s.pause.clock(f.s.w.Clock.Now())+p.Needed
	f.cursor = p.Range.Offset
}

// due is how long, in seconds, until what was asked for last is played.
func (f *file) due() float64 { return (f.mark.due - f.s.pause.clock(f.s.w.Clock.Now())).Seconds() }

// slack is how long, in seconds, until a byte is played.
func (f *file) slack(at int64) float64 {
	return f.due() + float64(at-f.mark.at)/f.rate
}

// window calls each with the pieces that will be played next, until it gives false.
func (f *file) window(each func(i int, slack float64) bool) {
	if !f.marked {
		return
	}
	most := f.s.limits.Cache / 2
	first := f.index(min(f.cursor, f.t.Length-1))
	base, step := f.slack(f.start(first)), float64(f.t.PieceLength)/f.rate
	for i := first; i < len(f.pieces); i++ {
		slack := base + float64(i-first)*step
		if slack > horizon || f.start(i)-f.cursor > most || !each(i, slack) {
			return
		}
	}
}

// halt ends what only a swarm needs.
func (f *file) halt() {
	for i := 0; i < len(f.pulls); {
		if p := f.pulls[i]; p.ahead && !p.wanted() {
			p.drop()
			continue
		}
		i++
	}
	f.call = call{}
}

// clear forgets everything; nothing more is heard.
func (f *file) clear() {
	for len(f.pulls) > 0 {
		f.pulls[0].drop()
	}
	for _, a := range f.asks {
		a.gone = true
	}
}

// arrived takes a piece whole, to be checked before anybody uses it.
func (f *file) arrived(i int, list []player.Chunk, from player.Origin, by announce.ID) {
	s, pc, gen := f.s, &f.pieces[i], f.s.gen
	f.release(i)
	pc.checking, pc.from = true, from
	body := s.w.Memory.Join(list)
	s.w.Memory.Hash(body, func(sum [20]byte) {
		s.heard(func() {
			if gen == s.gen && pc.checking {
				pc.checking = false
				f.checked(i, body, sum == f.t.Hash(i), by)
			}
		})
	})
}

func (f *file) checked(i int, body player.Chunk, good bool, by announce.ID) {
	s, pc := f.s, &f.pieces[i]
	defer s.later()
	if f.sifting && pc.from == player.Server {
		f.sifting = false
		defer f.sift()
	}
	if !good {
		s.stats.Bad++
		if pc.from == player.Server {
			f.broken = true
			return
		}
		s.ban(by)
		return
	}
	pc.body, pc.used = body, s.w.Clock.Now()
	f.held++
	s.stats.Kept += int64(body.Len())
	if pc.from == player.Peer {
		s.stats.FromViewers += int64(body.Len())
	}
	for _, p := range f.peers {
		p.tellHave(i)
	}
	for _, a := range append([]*ask(nil), f.asks...) {
		a.deliver()
	}
}

// release takes a piece from whom it was asked.
func (f *file) release(i int) {
	pc := &f.pieces[i]
	if p := pc.by; p != nil {
		pc.by, pc.blocks = nil, nil
		p.cancel(i)
	}
}
