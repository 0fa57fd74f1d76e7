package player

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"shoal/shared/hls"
)

// world is a browser, a line and a clock that only moves when told.
type world struct {
	t       *testing.T
	now     time.Duration
	timers  []*timer
	p       *Player
	files   map[string]*file
	line    func(at time.Duration) float64 // bits per second
	delay   time.Duration
	calls   []*call
	refuse  func(address string) int // status, 0 to serve
	offline bool
	saver   bool
	w, h    int
	kept    map[string]string

	media   fakeMedia
	stalls  int
	still   time.Duration
	shown   []int // levels that were on the screen, in order
	fetched map[string]int64
	started int // fetches
	news    Change
	from    Origin
}

type timer struct {
	at time.Duration
	f  func()
}

// file is a rendition as the server has it.
type file struct {
	name string
	r    *rendition
	l    File
}

type call struct {
	due  time.Duration
	file *file
	at   int64
	end  int64
	owed float64
	sink Sink
	text func(string, error)
	addr string
	gone bool
}

type fakeChunk struct {
	f        *file
	from, to int64
}

func (c fakeChunk) Len() int { return int(c.to - c.from) }
func (c fakeChunk) Slice(from, to int) Chunk {
	return fakeChunk{c.f, c.from + int64(from), c.from + int64(to)}
}

// newWorld has levels of the given kbit/s, n seconds of video in segments of 4 s.
func newWorld(t *testing.T, seconds float64, kbits ...int) *world {
	w := &world{t: t, files: map[string]*file{}, kept: map[string]string{}, fetched: map[string]int64{}, delay: 40 * time.Millisecond, w: 1920, h: 1080}
	w.line = steady(10e6)
	w.media.w = w
	heights := []int{144, 240, 360, 480, 720, 1080, 1440, 2160}
	for i, k := range kbits {
		w.add(strconv.Itoa(i), seconds, k, heights[i+len(heights)-len(kbits)-2], true, "avc1.64001f,mp4a.40.2")
	}
	w.p = New(&w.media, w, w, w)
	w.p.Listen(func(c Change) { w.news |= c })
	return w
}

func (w *world) add(name string, seconds float64, kbits, height int, muxed bool, codecs string) *file {
	l := File{Height: height, Width: height * 16 / 9, FPS: 30, Bandwidth: int64(kbits) * 1000, Codecs: codecs, Address: name + ".mp4", Playlist: name + ".m3u8", Init: 1000, Muxed: muxed}
	r := &rendition{File: l, whole: true}
	at, size := l.Init, int64(kbits)*1000*4/8
	for from := 0.0; from < seconds; from += 4 {
		to := min(from+4, seconds)
		n := int64(float64(size) * (to - from) / 4)
		r.segs = append(r.segs, segment{hls.Range{Offset: at, Size: n}, Span{from, to}})
		at += n
	}
	for _, s := range r.segs[:min(3, len(r.segs))] {
		l.First = append(l.First, s.Size)
		l.Times = append(l.Times, int64(math.Round((s.To-s.From)*1000)))
	}
	f := &file{name: name, r: r, l: l}
	w.files[l.Address] = f
	w.files[l.Playlist] = f
	return f
}

func (w *world) boot(seconds float64) Video {
	b := Video{UUID: "u", Duration: seconds, Width: 1920, Height: 1080, Master: "master.m3u8"}
	for i := 0; ; i++ {
		f := w.files[strconv.Itoa(i)+".mp4"]
		if f == nil {
			return b
		}
		b.Levels = append(b.Levels, f.l)
	}
}

func steady(rate float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return rate }
}

// Clock.
func (w *world) Now() time.Duration { return w.now }
func (w *world) Soon(f func())      { w.After(0, f) }
func (w *world) After(d time.Duration, f func()) func() {
	t := &timer{w.now + d, f}
	w.timers = append(w.timers, t)
	return func() { t.f = nil }
}

// Page.
func (w *world) Online() bool             { return !w.offline }
func (w *world) Visible() bool            { return true }
func (w *world) SaveData() bool           { return w.saver }
func (w *world) Size() (int, int)         { return w.w, w.h }
func (w *world) Recall(key string) string { return w.kept[key] }
func (w *world) Remember(key, val string) { w.kept[key] = val }

// Source.
func (w *world) Fetch(p Piece, to Sink) func() {
	c := &call{due: w.now + w.delay, file: w.files[p.File], at: p.Range.Offset, end: p.Range.End(), sink: to, addr: p.File}
	w.calls = append(w.calls, c)
	w.started++
	return func() { c.gone = true }
}

func (w *world) Text(address string, done func(string, error)) func() {
	c := &call{due: w.now + w.delay, file: w.files[address], text: done, addr: address}
	w.calls = append(w.calls, c)
	return func() { c.gone = true }
}

const beat = 20 * time.Millisecond

// run lets time pass.
func (w *world) run(d time.Duration) {
	for end := w.now + d; w.now < end; {
		w.now += beat
		w.serve()
		w.media.advance(beat)
		w.fire()
	}
}

func (w *world) fire() {
	for n := 0; ; n++ {
		if n > 10000 {
			w.t.Fatal("timers without end")
		}
		sort.SliceStable(w.timers, func(i, j int) bool { return w.timers[i].at < w.timers[j].at })
		if len(w.timers) == 0 || w.timers[0].at > w.now {
			return
		}
		f := w.timers[0].f
		w.timers = w.timers[1:]
		if f != nil {
			f()
		}
	}
}

// serve shares what the line brings in a beat among the calls.
func (w *world) serve() {
	var on []*call
	for _, c := range w.calls {
		if !c.gone && c.due <= w.now {
			on = append(on, c)
		}
	}
	for _, c := range on {
		w.give(c, w.line(w.now)*beat.Seconds()/8/float64(len(on)))
	}
	keep := w.calls[:0]
	for _, c := range w.calls {
		if !c.gone {
			keep = append(keep, c)
		}
	}
	w.calls = keep
}

func (w *world) give(c *call, bytes float64) {
	status := 0
	if w.refuse != nil {
		status = w.refuse(c.addr)
	}
	var err error
	switch {
	case w.offline:
		err = ErrNetwork
	case c.file == nil:
		err = StatusError(404)
	case status == -1:
		err = ErrNetwork
	case status != 0:
		err = StatusError(status)
	}
	switch {
	case c.text != nil && (err != nil || bytes > 0):
		c.gone = true
		text := ""
		if err == nil {
			text = c.file.playlist()
		}
		c.text(text, err)
	case c.text != nil:
	case err != nil:
		c.gone = true
		c.sink.End(err)
	default:
		c.owed += bytes
		n := min(int64(c.owed), c.end-c.at)
		c.owed -= float64(n)
		if n > 0 {
			chunk := fakeChunk{c.file, c.at, c.at + n}
			c.at += n
			w.fetched[c.file.name] += n
			c.sink.Data(chunk, w.from)
		}
		if c.at == c.end && !c.gone {
			c.gone = true
			c.sink.End(nil)
		}
	}
}

func (f *file) playlist() string {
	m := hls.Media{URI: f.l.Address, Init: hls.Range{Size: f.l.Init}}
	for _, s := range f.r.segs {
		m.Segments = append(m.Segments, hls.Segment{Range: s.Range, Duration: s.To - s.From})
	}
	return m.String()
}

// fakeMedia behaves like a media element with source buffers: it plays what is buffered and no more.
type fakeMedia struct {
	w       *world
	bufs    []*fakeBuffer
	at      float64
	rate    float64
	paused  bool
	ended   bool
	eos     bool
	file    string
	failed  bool
	noSound bool // refuses to play with sound before a gesture
	muted   bool
	volume  float64
	quota   float64 // seconds a buffer may hold, 0 for any
	begun   bool
	opens   int
	hole    Span // nothing is ever buffered here
	unknown string
	reject  error // of the next append
	shut    int
}

type fakeBuffer struct {
	has    []tagged
	init   *file
	head   int64 // bytes of an initialisation section so far
	next   int64 // offset that must come next in the present segment, 0 when a new one may begin
	resets int
}

type tagged struct {
	Span
	f *file
}

func (m *fakeMedia) Supports(mime string) bool {
	return m.unknown == "" || !strings.Contains(mime, m.unknown)
}

func (m *fakeMedia) Open(mimes []string, _, at float64, done func(error)) {
	m.bufs, m.at, m.ended, m.eos, m.failed, m.begun = nil, at, false, false, false, false
	m.paused = true
	m.opens++
	for range mimes {
		m.bufs = append(m.bufs, &fakeBuffer{})
	}
	m.w.After(5*time.Millisecond, func() { done(nil) })
}

func (m *fakeMedia) Append(buffer int, c []Chunk, done func(error)) {
	b := m.bufs[buffer]
	m.w.After(time.Millisecond, func() {
		if m.reject != nil {
			err := m.reject
			m.reject = nil
			done(err)
			return
		}
		if m.quota > 0 && b.length() > m.quota {
			done(ErrQuota)
			return
		}
		m.eos = false
		for _, c := range c {
			b.append(m, c.(fakeChunk))
		}
		done(nil)
	})
}

func (b *fakeBuffer) length() (sum float64) {
	for _, s := range b.has {
		sum += s.To - s.From
	}
	return sum
}

// append turns bytes into time as a parser would, and complains about what does not follow.
func (b *fakeBuffer) append(m *fakeMedia, c fakeChunk) {
	t := m.w.t
	if c.from < c.f.l.Init {
		if c.from == 0 {
			b.init, b.head = nil, 0
		}
		if c.from != b.head {
			t.Fatalf("initialisation section of %s from %d where %d must come", c.f.name, c.from, b.head)
		}
		if b.head = c.to; c.to == c.f.l.Init {
			b.init, b.next, b.head = c.f, 0, 0
		}
		if c.to > c.f.l.Init {
			t.Errorf("one chunk holds initialisation section and media of %s", c.f.name)
		}
		return
	}
	if b.init != c.f {
		t.Fatalf("media of %s at %d without its initialisation section", c.f.name, c.from)
	}
	for _, s := range c.f.r.segs {
		if c.from < s.Offset || c.from >= s.End() {
			continue
		}
		if b.next != 0 && b.next != c.from || b.next == 0 && c.from != s.Offset {
			t.Fatalf("%s: bytes from %d where %d must come (segment at %d)", c.f.name, c.from, b.next, s.Offset)
		}
		if c.to > s.End() {
			t.Fatalf("%s: a chunk crosses the end of its segment", c.f.name)
		}
		if b.next = c.to; c.to == s.End() {
			b.next = 0
		}
		time := func(at int64) float64 {
			return s.From + (s.To-s.From)*float64(at-s.Offset)/float64(s.Size)
		}
		b.put(tagged{Span{time(c.from), time(c.to)}, c.f}, m.hole)
		return
	}
	t.Fatalf("%s has nothing at %d", c.f.name, c.from)
}

func (b *fakeBuffer) put(n tagged, hole Span) {
	b.cut(n.Span)
	for i, o := range b.has {
		if o.f == n.f && n.From-o.To < 0.001 && n.From >= o.To-0.001 {
			n.From = o.From
			b.has = append(b.has[:i], b.has[i+1:]...)
			break
		}
	}
	b.has = append(b.has, n)
	if hole.To > hole.From {
		b.cut(hole)
	}
	sort.Slice(b.has, func(i, j int) bool { return b.has[i].From < b.has[j].From })
}

func (b *fakeBuffer) cut(s Span) {
	var out []tagged
	for _, o := range b.has {
		if o.From < s.From {
			out = append(out, tagged{Span{o.From, min(o.To, s.From)}, o.f})
		}
		if o.To > s.To {
			out = append(out, tagged{Span{max(o.From, s.To), o.To}, o.f})
		}
	}
	b.has = out
}

func (m *fakeMedia) Remove(buffer int, s Span, done func(error)) {
	m.w.After(time.Millisecond, func() { m.bufs[buffer].cut(s); done(nil) })
}
func (m *fakeMedia) ChangeType(int, string) {}
func (m *fakeMedia) Reset(buffer int) {
	b := m.bufs[buffer]
	m.w.After(time.Millisecond, func() { b.next = 0; b.resets++ })
}
func (m *fakeMedia) End()         { m.eos = true }
func (m *fakeMedia) Hungry() bool { return true }

func (m *fakeMedia) Buffered(buffer int) (out []Span) {
	for _, s := range m.bufs[buffer].has {
		if n := len(out); n > 0 && s.From-out[n-1].To < 0.001 {
			out[n-1].To = max(out[n-1].To, s.To)
		} else {
			out = append(out, s.Span)
		}
	}
	return out
}

func (m *fakeMedia) Played() []Span {
	if len(m.bufs) == 0 {
		return nil
	}
	out := m.Buffered(0)
	for i := 1; i < len(m.bufs); i++ {
		var both []Span
		for _, a := range out {
			for _, b := range m.Buffered(i) {
				if s := (Span{max(a.From, b.From), min(a.To, b.To)}); s.To > s.From {
					both = append(both, s)
				}
			}
		}
		out = both
	}
	return out
}

func (m *fakeMedia) OpenFile(address string, at float64) {
	m.file, m.at, m.bufs = address, at, nil
	m.paused = true
}

func (m *fakeMedia) Shut()               { m.bufs, m.file, m.paused, m.at = nil, "", true, 0; m.shut++ }
func (m *fakeMedia) Pause()              { m.paused = true; m.w.event(Halted) }
func (m *fakeMedia) SetRate(r float64)   { m.rate = r }
func (m *fakeMedia) SetVolume(v float64) { m.volume = v }
func (m *fakeMedia) SetMuted(on bool)    { m.muted = on }
func (m *fakeMedia) Frames() (int, int)  { return 0, 0 }

func (m *fakeMedia) Play(done func(error)) {
	if m.noSound && !m.muted {
		m.w.Soon(func() { done(ErrNotAllowed) })
		return
	}
	m.paused = false
	m.w.Soon(func() { done(nil) })
}

func (m *fakeMedia) SetPosition(t float64) {
	m.at, m.ended = t, false
	m.begun = m.begun && m.ready() >= 2
	m.w.event(Sought)
}

func (w *world) event(e Event) { w.Soon(func() { w.p.Event(e) }) }

func (m *fakeMedia) ready() int {
	for _, s := range m.Played() {
		if s.From <= m.at && m.at < s.To {
			if s.To-m.at > 0.1 || m.eos {
				return 4
			}
			return 2
		}
	}
	return 1
}

func (m *fakeMedia) Now() Moment {
	ready := m.ready()
	rate := m.rate
	if rate == 0 {
		rate = 1
	}
	return Moment{Position: m.at, Ready: ready, Paused: m.paused, Ended: m.ended, Seeking: ready < 2 && !m.begun, Failed: m.failed, Muted: m.muted, Rate: rate, Volume: m.volume}
}

// advance plays for a while.
func (m *fakeMedia) advance(d time.Duration) {
	w := m.w
	if len(m.bufs) == 0 {
		return
	}
	if m.ready() >= 2 && !m.begun {
		m.begun = true
		w.event(Frame)
	}
	if m.paused || m.ended {
		return
	}
	m.note()
	if m.ready() < 3 {
		if m.eos {
			m.ended = true
			w.event(Finished)
			return
		}
		if m.begun {
			w.still += d
			if w.still == 5*d { // less is not seen
				w.stalls++
			}
		}
		return
	}
	w.still = 0
	played := m.Played()
	for _, s := range played {
		if s.From <= m.at && m.at < s.To {
			m.at = min(m.at+d.Seconds(), s.To)
		}
	}
	if m.eos && len(played) > 0 && m.at >= played[len(played)-1].To-0.001 {
		m.ended = true
		w.event(Finished)
	}
	w.event(Moved)
}

// note keeps which level is on the screen.
func (m *fakeMedia) note() {
	for _, s := range m.bufs[0].has {
		if s.From <= m.at && m.at < s.To {
			n, _ := strconv.Atoi(s.f.name)
			if k := len(m.w.shown); k == 0 || m.w.shown[k-1] != n {
				m.w.shown = append(m.w.shown, n)
			}
		}
	}
}
