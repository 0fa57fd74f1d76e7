//go:build js

package browser

import (
	"runtime"

	"shoal/wasm/player"
)

// collectEvery is the number of bytes after which Go is told to collect: what it refers to in JavaScript weighs
// nothing in its own heap, so it would keep media for minutes.
const collectEvery = 16 << 20

// media is a media element as the player sees it.
type media struct {
	el      Value
	class   Value // MediaSource, or ManagedMediaSource where there is nothing else; undefined without either
	source  Value
	buffers []*buffer
	ending  bool
	file    bool  // the browser plays an address by itself
	passed  int   // bytes appended since Go last let go of what it held
	still   Value // a copy of the last frame while the source changes
	tell    func(player.Event)
	offs    Offs
	opening Offs
}

func newMedia(el Value, tell func(player.Event)) *media {
	m := &media{el: el, tell: tell, class: Window.Get("MediaSource")}
	if Nil(m.class) {
		m.class = Window.Get("ManagedMediaSource")
	}
	m.source, m.still = Window.Get("undefined"), Window.Get("undefined")
	for event, e := range map[string]player.Event{
		"timeupdate": player.Moved, "play": player.Asked, "pause": player.Halted, "waiting": player.Waiting,
		"seeking": player.Sought, "seeked": player.Sought, "ended": player.Finished,
		"volumechange": player.Sounded, "ratechange": player.Paced, "resize": player.Resized,
	} {
		m.offs.Add(On(el, event, func(Value) { m.tell(e) }))
	}
	m.offs.Add(
		On(el, "playing", func(Value) { m.thaw(); m.tell(player.Frame) }),
		On(el, "loadeddata", func(Value) { m.drawn() }),
		On(el, "error", func(Value) {
			if !Nil(el.Get("error")) {
				m.tell(player.Broken)
			}
		}),
		On(el, "progress", func(Value) {
			if m.file {
				m.tell(player.Grew)
			}
		}),
	)
	return m
}

// drawn waits for the picture itself where the browser tells of it.
func (m *media) drawn() {
	if Nil(m.el.Get("requestVideoFrameCallback")) {
		m.thaw()
		return
	}
	fn, _ := once(func([]Value) {
		m.thaw()
		if !m.el.Get("paused").Bool() {
			m.tell(player.Frame)
		}
	})
	m.el.Call("requestVideoFrameCallback", fn)
}

func (m *media) Supports(mime string) bool {
	if m.el.Call("canPlayType", mime).String() == "" {
		return false
	}
	return !isMP4(mime) || !Nil(m.class) && m.class.Call("isTypeSupported", mime).Bool()
}

// isMP4 tells what goes into a source buffer from what the browser plays by itself.
func isMP4(mime string) bool { return len(mime) > 9 && mime[5:9] == "/mp4" }

func (m *media) Open(mimes []string, duration, at float64, done func(error)) {
	m.freeze()
	m.leave()
	m.file = false
	if Nil(m.class) {
		Soon(func() { done(player.ErrAppend) })
		return
	}
	if m.class.Equal(Window.Get("ManagedMediaSource")) {
		m.el.Set("disableRemotePlayback", true)
	}
	m.source = m.class.New()
	for range mimes {
		m.buffers = append(m.buffers, newBuffer(m))
	}
	url := Window.Get("URL").Call("createObjectURL", m.source).String()
	source := m.source
	m.opening.Add(
		On(source, "sourceopen", func(Value) {
			Window.Get("URL").Call("revokeObjectURL", url)
			if !m.opened(source) {
				done(m.fill(mimes, duration))
			}
		}),
		On(source, "startstreaming", func(Value) { m.tell(player.Grew) }),
	)
	m.el.Set("preload", "auto")
	m.el.Set("src", url)
	if at > 0 {
		m.el.Set("currentTime", at)
	}
}

// opened tells a source that opens again after its end from a new one.
func (m *media) opened(source Value) bool { return source.Get("sourceBuffers").Length() > 0 }

func (m *media) fill(mimes []string, duration float64) error {
	err := Try(func() {
		if duration > 0 {
			m.source.Set("duration", duration)
		}
		for i, mime := range mimes {
			m.buffers[i].join(m.source.Call("addSourceBuffer", mime))
		}
	})
	if err != nil {
		return player.ErrAppend
	}
	for _, b := range m.buffers {
		b.run()
	}
	return nil
}

// adopt takes a source that somebody else has opened, with its buffers.
func (m *media) adopt(source Value, buffers []Value) {
	m.source = source
	m.opening.Add(On(source, "startstreaming", func(Value) { m.tell(player.Grew) }))
	for _, sb := range buffers {
		b := newBuffer(m)
		b.join(sb)
		m.buffers = append(m.buffers, b)
	}
}

// leave lets go of the present source.
func (m *media) leave() {
	m.opening.Off()
	for _, b := range m.buffers {
		b.leave()
	}
	m.buffers, m.ending = nil, false
	m.source = Window.Get("undefined")
}

func (m *media) OpenFile(address string, at float64) {
	m.freeze()
	m.leave()
	m.file = true
	m.el.Set("preload", "auto")
	m.el.Set("src", address)
	if at > 0 {
		m.el.Set("currentTime", at)
	}
}

func (m *media) Shut() {
	m.leave()
	m.thaw()
	m.file = false
	m.el.Call("removeAttribute", "src")
	m.el.Call("load")
}

func (m *media) Append(buffer int, c []player.Chunk, done func(error)) {
	m.ending = false
	for _, part := range c {
		m.passed += part.Len()
	}
	if m.passed > collectEvery {
		m.passed = 0
		Idle(func() { go runtime.GC() })
	}
	m.buffers[buffer].add(op{do: func(sb Value) { sb.Call("appendBuffer", joined(c)) }, waits: true, done: done})
}

func (m *media) Remove(buffer int, s player.Span, done func(error)) {
	m.buffers[buffer].add(op{do: func(sb Value) { sb.Call("remove", s.From, s.To) }, waits: true, done: done})
}

func (m *media) ChangeType(buffer int, mime string) {
	m.buffers[buffer].add(op{do: func(sb Value) { sb.Call("changeType", mime) }})
}

func (m *media) Reset(buffer int) {
	m.buffers[buffer].add(op{do: func(sb Value) {
		if m.source.Get("readyState").String() == "open" {
			sb.Call("abort")
		}
	}})
}

func (m *media) End() {
	m.ending = true
	m.end()
}

// end is called whenever a buffer has nothing to do.
func (m *media) end() {
	for _, b := range m.buffers {
		if b.busy || len(b.ops) > 0 || Nil(b.sb) || b.sb.Get("updating").Bool() {
			return
		}
	}
	if m.ending && m.source.Get("readyState").String() == "open" {
		m.ending = false
		_ = Try(func() { m.source.Call("endOfStream") })
	}
}

func (m *media) Hungry() bool {
	if Nil(m.source) {
		return true
	}
	s := m.source.Get("streaming")
	return Nil(s) || s.Bool()
}

func (m *media) Buffered(buffer int) []player.Span {
	b := m.buffers[buffer]
	var out []player.Span
	if !Nil(b.sb) {
		_ = Try(func() { out = spans(b.sb.Get("buffered")) })
	}
	return out
}

func (m *media) Played() []player.Span { return spans(m.el.Get("buffered")) }

func spans(ranges Value) []player.Span {
	n := ranges.Length()
	out := make([]player.Span, n)
	for i := range n {
		out[i] = player.Span{From: ranges.Call("start", i).Float(), To: ranges.Call("end", i).Float()}
	}
	return out
}
