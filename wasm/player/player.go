package player

import (
	"strconv"
	"sync"
	"time"
)

// Player plays one video at a time. Make it with New.
type Player struct {
	media  Media
	source Source
	clock  Clock
	page   Page

	mu    sync.Mutex // a browser's goroutine may be parked by the collector in the middle of a call
	ears  map[int]func(Change)
	ear   int
	news  Change
	gen   int // counts media sources; what was asked under an earlier one is not heard
	ticks func()

	movie   *movie
	mode    Mode
	chooser *chooser
	chosen  int
	sound   int
	tracks  []*track // the one with the picture first
	head    *Head    // what the boot script feeds, until it is taken over
	eos     bool
	rose    bool    // the first step up was made
	goal    float64 // seconds to buffer ahead

	want      bool // to play
	started   bool
	mutedAuto bool
	loop      bool
	part      Span
	long      bool
	unlimited bool
	loadedAt  time.Duration
	soughtAt  time.Duration
	sought    bool // another time was asked for since Load
	stats     Stats
	shared    []Span // of the picture, that other viewers brought
	shown     int    // level on the screen
	tooMuch   int    // levels from here on lose frames; 0 for none

	watch watch
	trouble
}

// trouble is what went wrong.
type trouble struct {
	failed  ErrorKind
	why     ErrorKind // what fetching suffers from, shown when the picture stands still for too long
	doomed  bool      // nothing is left to try: fail as soon as the buffer is empty
	decoded time.Duration
	decodes int
}

// How far ahead is buffered, in seconds.
const (
	normalGoal = 30
	longGoal   = 120
	keepBehind = 30
)

// New makes a player of the given media element, source and page.
func New(m Media, s Source, c Clock, p Page) *Player {
	kept, _ := strconv.ParseFloat(p.Recall(bandwidthKey), 64)
	return &Player{media: m, source: s, clock: c, page: p, ears: map[int]func(Change){}, chosen: Auto, shown: -1, goal: normalGoal, chooser: newChooser(kept)}
}

// Options of Load.
type Options struct {
	Start    float64 // seconds
	Autoplay bool
	Lines    int   // 0 for the automatic choice, Sound for sound alone, else the most lines (480, 720 …)
	Head     *Head // what the page began to play, nil when nothing
}

// Sound stands for sound alone where levels are told by lines.
const Sound = -1

// Load plays another video in the same element. It does not wait.
func (p *Player) Load(b Video, o Options) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.empty(o.Head == nil)
	p.movie = newMovie(b, p.media.Supports)
	p.chosen = p.movie.wanted(o.Lines)
	p.loadedAt, p.want = p.clock.Now(), o.Autoplay
	p.say(^Change(0) &^ (StepDropped | LoopedBack))
	p.tickOn()
	switch level := p.first(); {
	case o.Head != nil && o.Head.Mode != "":
		p.adopt(o.Head)
	case level >= 0:
		p.mode = MSE
		p.open(p.movie.levels[level], o.Start)
	case len(p.movie.levels) > 0:
		p.openFile(o.Start)
	default:
		p.fail(Processing)
	}
}

// wanted turns a wish in lines into a level.
func (m *movie) wanted(lines int) int {
	best := Auto
	for i, r := range m.levels {
		if lines == Sound && r.sound || lines > 0 && !r.sound && !r.dead && (best < 0 || r.lines() <= lines) {
			best = i
		}
	}
	return best
}

// first is the level to begin with, -1 when media source plays none.
func (p *Player) first() int {
	if p.chosen >= 0 && !p.movie.levels[p.chosen].dead {
		return p.chosen
	}
	return p.auto()
}

// open gives the element a new source that begins with r at a time.
func (p *Player) open(r *rendition, at float64) {
	p.drop()
	p.eos = false
	mimes := []string{r.mime}
	p.tracks = []*track{newTrack(p, 0, r)}
	if s := p.soundFor(r); s != nil {
		mimes = append(mimes, s.mime)
		p.tracks = append(p.tracks, newTrack(p, 1, s))
	}
	p.media.Open(mimes, p.movie.boot.Duration, at, p.heard(func(err error) {
		if err != nil {
			p.broken()
		}
	}))
	if p.want {
		p.play()
	}
	p.pump()
}

// soundFor is the rendition of sound that belongs to a level without.
func (p *Player) soundFor(r *rendition) *rendition {
	if r.sound || r.Muxed || len(p.movie.sounds) == 0 {
		return nil
	}
	return p.movie.sounds[p.sound]
}

// drop ends what is under way for the present source.
func (p *Player) drop() {
	p.gen++
	for _, t := range p.tracks {
		t.cancel()
	}
	p.tracks, p.head = nil, nil
	p.watch = watch{}
}

// empty forgets the video; shut also takes it out of the element.
func (p *Player) empty(shut bool) {
	p.drop()
	if shut && p.movie != nil {
		p.media.Shut()
	}
	if p.ticks != nil {
		p.ticks()
		p.ticks = nil
	}
	p.movie, p.mode, p.chosen, p.sound, p.shown, p.tooMuch = nil, "", Auto, 0, -1, 0
	p.want, p.started, p.sought, p.eos, p.rose, p.part = false, false, false, false, false, Span{}
	p.stats, p.shared, p.trouble, p.goal = Stats{}, nil, trouble{}, normalGoal
	p.setGoal()
}

// setGoal is called when what the goal depends on has changed.
func (p *Player) setGoal() {
	p.goal = normalGoal
	if p.long {
		p.goal = longGoal
	}
}

// heard makes a callback for errors that holds the lock and is deaf after a change of source.
func (p *Player) heard(f func(error)) func(error) {
	gen := p.gen
	return func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if gen == p.gen {
			f(err)
		}
	}
}
