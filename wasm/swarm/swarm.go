package swarm

import (
	"sync"
	"time"

	"shoal/shared/announce"
	"shoal/wasm/player"
)

var _ player.Source = (*Swarm)(nil)

// Swarm is a player's source. Make it with New; it serves one video after the other.
type Swarm struct {
	w World

	mu     sync.Mutex // a browser's goroutine may be parked by the collector in the middle of a call
	limits Limits
	mode   Mode
	video  Video
	gen    int         // counts videos; what was asked for an earlier one is not heard
	id     announce.ID // ours among viewers, new for each video
	seed   uint64      // of choices that nobody must guess
	past   int64       // bytes that were not checked

	files  []*file
	level  *file // of the level that is played
	sound  *file // that plays beside it, nil when it is in the same file
	links  []*link
	banned []announce.ID

	desk   desk
	post   post
	up     upload
	pause  pause
	meters meters
	stats  Stats

	out      []said
	flushing bool
	wakes    bool // run will be called
	ticks    func()
}

// said is what a sink will hear.
type said struct {
	a     *ask
	c     player.Chunk // nil at the end
	asked bool         // only that the server was asked
	from  player.Origin
	err   error
}

// New makes a swarm that is held. Limits that are 0 where that makes no sense are the usual ones.
func New(w World, l Limits) *Swarm {
	s := &Swarm{w: w, limits: l.sane(), mode: Held}
	s.fresh()
	return s
}

func (l Limits) sane() Limits {
	if l.Cache <= 0 {
		l.Cache = PhoneCache
	}
	if l.Peers <= 0 {
		l.Peers = UsualPeers
	}
	return l
}

// fresh takes another name.
func (s *Swarm) fresh() {
	s.w.Random(s.id[:])
	copy(s.id[:], "-SH0001-")
	var b [8]byte
	s.w.Random(b[:])
	for _, c := range b {
		s.seed = s.seed<<8 | uint64(c)
	}
}

// Open turns to another video; what was shared of the last one is let go.
func (s *Swarm) Open(v Video) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.UUID == s.video.UUID {
		return
	}
	s.stop()
	s.gen++
	for _, f := range s.files {
		f.clear()
	}
	s.files, s.level, s.sound, s.banned, s.desk = nil, nil, nil, nil, desk{}
	s.stats.Kept, s.stats.Viewers, s.past = 0, 0, 0
	s.video = v
	s.fresh()
}

// SetMode starts or ends sharing. Off and Held close everything at once.
func (s *Swarm) SetMode(m Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m == s.mode {
		return
	}
	was := s.mode
	s.mode = m
	switch {
	case m == Held || m == Off:
		s.stop()
		if m == Off {
			s.dropPast()
		}
	case was == Held || was == Off:
		s.desk.refused, s.desk.again = NoReason, 0
	case m == On:
		for _, f := range s.files {
			for _, p := range f.peers {
				p.tellAll()
			}
		}
	}
	s.wake()
}

// SetLimits changes the viewer's limits at any time.
func (s *Swarm) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l.sane()
	s.wake()
}

// Close lets go of everything.
func (s *Swarm) Close() {
	s.Open(Video{})
	s.SetMode(Off)
}

// stop closes what is open to others. What is asked for goes on from the server.
func (s *Swarm) stop() {
	s.post.leave(s)
	for len(s.links) > 0 {
		s.links[0].drop()
	}
	s.desk.stop()
	for _, f := range s.files {
		f.halt()
	}
	if s.ticks != nil {
		s.ticks()
		s.ticks = nil
	}
	s.wake()
}

// sharing tells whether pieces may come from others.
func (s *Swarm) sharing() bool {
	return s.mode >= Receive && s.desk.refused == NoReason && s.video.UUID != ""
}

// wake runs the plan when the present event is over.
func (s *Swarm) wake() {
	if !s.wakes {
		s.wakes = true
		s.w.Clock.Soon(s.run)
	}
}

// How often the plan is looked at without an event, and how long events are collected.
const (
	tickEvery = 250 * time.Millisecond
	settle    = 40 * time.Millisecond
)

// later runs the plan soon, together with what comes meanwhile.
func (s *Swarm) later() {
	if !s.wakes {
		s.wakes = true
		s.w.Clock.After(settle, s.run)
	}
}

func (s *Swarm) run() {
	s.mu.Lock()
	s.wakes = false
	s.plan()
	s.leave()
}

func (s *Swarm) plan() {
	if s.sharing() {
		now := s.w.Clock.Now()
		s.desk.tick(s, now)
		s.post.tick(s, now)
	}
	for _, f := range s.files {
		f.plan()
	}
	if s.sharing() {
		s.up.serve(s)
		s.tickOn()
	}
}

func (s *Swarm) tickOn() {
	if s.ticks == nil && len(s.files) > 0 {
		s.ticks = s.w.Clock.After(tickEvery, func() {
			s.mu.Lock()
			s.ticks = nil
			s.tick()
			s.leave()
		})
	}
}

// tick looks after everything that time changes.
func (s *Swarm) tick() {
	if !s.sharing() {
		return
	}
	now := s.w.Clock.Now()
	s.meters.tick(s, now)
	s.look(now)
	s.evict()
	s.plan()
}

// heard makes a callback that holds the lock and is deaf once the video has changed.
func (s *Swarm) heard(f func()) {
	s.mu.Lock()
	f()
	s.leave()
}

// leave gives up the lock, and tells sinks what they have to hear, in order.
func (s *Swarm) leave() {
	if s.flushing {
		s.mu.Unlock()
		return
	}
	s.flushing = true
	for len(s.out) > 0 {
		m := s.out[0]
		s.out = s.out[1:]
		if m.a.gone {
			continue
		}
		s.mu.Unlock()
		switch {
		case m.asked:
			m.a.sink.Asked()
		case m.c != nil:
			m.a.sink.Data(m.c, m.from)
		default:
			m.a.sink.End(m.err)
		}
		s.mu.Lock()
	}
	s.out, s.flushing = nil, false
	s.mu.Unlock()
}
