//go:build js

package browser

import (
	"time"

	"shoal/shared/hls"
	"shoal/wasm/player"
)

// PageBoot is the boot object that the server wrote into the page, undefined when there is none.
func PageBoot() Value {
	el := ByID("boot")
	if Nil(el) {
		return Window.Get("undefined")
	}
	return ParseJSON(el.Get("textContent").String())
}

// ParseJSON lets the browser read JSON, undefined when it is none.
func ParseJSON(text string) Value {
	v := Window.Get("undefined")
	_ = Try(func() { v = Window.Get("JSON").Call("parse", text) })
	return v
}

// readVideo takes what the player needs from a boot object; the rest is the controls'.
func readVideo(v Value) player.Video {
	b := player.Video{
		UUID: text(v, "uuid"), Master: text(v, "master"), FileToken: text(v, "fileToken"),
		Duration: float(v, "duration"), Width: int(float(v, "width")), Height: int(float(v, "height")),
	}
	each(v.Get("levels"), func(l Value) { b.Levels = append(b.Levels, readFile(l)) })
	each(v.Get("audio"), func(a Value) {
		b.Audio = append(b.Audio, player.SoundFile{File: readFile(a), Name: text(a, "name"), Language: text(a, "language"), Default: a.Get("default").Truthy()})
	})
	if a := v.Get("audioOnly"); !Nil(a) {
		f := readFile(a)
		b.AudioOnly = &f
	}
	return b
}

func readFile(v Value) player.File {
	f := player.File{
		Height: int(float(v, "height")), Width: int(float(v, "width")), FPS: int(float(v, "fps")), Bandwidth: int64(float(v, "bandwidth")),
		Codecs: text(v, "codecs"), Infohash: text(v, "infohash"), Address: text(v, "file"), Playlist: text(v, "playlist"),
		Init: int64(float(v, "init")), Muxed: v.Get("muxed").Truthy(),
	}
	each(v.Get("first"), func(n Value) { f.First = append(f.First, int64(n.Float())) })
	each(v.Get("times"), func(n Value) { f.Times = append(f.Times, int64(n.Float())) })
	return f
}

func each(list Value, f func(Value)) {
	if Nil(list) {
		return
	}
	for i := range list.Length() {
		f(list.Index(i))
	}
}

func text(v Value, name string) string {
	if s := v.Get(name); !Nil(s) {
		return s.String()
	}
	return ""
}

func float(v Value, name string) float64 {
	if n := v.Get(name); !Nil(n) {
		return n.Float()
	}
	return 0
}

// told hears of media that came from the server: of which rendition, and from which byte on.
type told func(infohash string, at int64, c player.Chunk)

// takeHead takes what the boot script has begun for this video, nil when there is nothing.
func takeHead(m *media, uuid string, to told) *player.Head {
	b := Window.Get("shoalBoot")
	if Nil(b) || b.Get("taken").Truthy() || text(b, "mode") == "" || !b.Get("video").Equal(m.el) {
		return nil
	}
	if text(b, "uuid") != uuid { // the page was left before the program was here
		b.Set("taken", true)
		each(b.Get("tracks"), func(t Value) { t.Call("stop") })
		return nil
	}
	h := &player.Head{
		Mode: player.Mode(text(b, "mode")), Level: int(float(b, "level")), Sound: int(float(b, "sound")), Start: float(b, "start"),
		Want: !m.el.Get("paused").Bool() || m.el.Get("ended").Bool(), Started: m.el.Get("played").Length() > 0, MutedAuto: b.Get("mutedAuto").Truthy(),
	}
	if marks := Window.Get("performance").Call("getEntriesByName", "first-frame"); marks.Length() > 0 {
		h.FirstFrame = marks.Index(0).Get("startTime").Float() / 1000
	}
	if h.Mode != player.MSE {
		m.file = true
		b.Set("taken", true)
		return h
	}
	h.Failed = !b.Get("open").Truthy() || !Nil(m.el.Get("error"))
	var buffers []Value
	each(b.Get("tracks"), func(t Value) {
		h.Tracks = append(h.Tracks, headTrack(b, t, to))
		buffers = append(buffers, t.Get("buffer"))
	})
	if h.Failed {
		b.Set("taken", true)
		each(b.Get("tracks"), func(t Value) { t.Call("stop") })
		return h
	}
	m.adopt(b.Get("mediaSource"), buffers)
	return h
}

func headTrack(b, t Value, to told) player.HeadTrack {
	return player.HeadTrack{
		Parts: func() []hls.Range { return parts(t) },
		Take: func(sink player.Sink) (int64, time.Duration, func()) {
			r := &relay{to: sink, parts: parts(t), infohash: text(t.Get("level"), "infohash"), told: to}
			return r.take(b, t)
		},
	}
}

func parts(t Value) (list []hls.Range) {
	each(t.Get("parts"), func(p Value) {
		from := int64(p.Index(0).Float())
		list = append(list, hls.Range{Offset: from, Size: int64(p.Index(1).Float()) - from})
	})
	return list
}

// relay passes on, in order, what the boot script had waiting and what it still receives.
type relay struct {
	to    player.Sink
	queue []chunk
	open  bool // what was waiting has been passed on
	ended bool
	err   error
	over  bool
	offs  Offs

	parts    []hls.Range // of which the bytes are that were not told yet
	infohash string
	told     told
}

func (r *relay) take(b, t Value) (into int64, took time.Duration, cancel func()) {
	b.Set("taken", true)
	into = int64(float(t, "appended"))
	lost := into
	each(t.Get("kept"), func(v Value) {
		c := chunk{v, v.Get("byteLength").Int()}
		lost -= int64(c.n)
		r.tell(c)
	})
	t.Set("kept", nil)
	r.pass(lost, func(int64, int64, int64) {})
	each(t.Get("queue"), func(v Value) { r.queue = append(r.queue, chunk{v, v.Get("byteLength").Int()}) })
	sink, dropSink := Func(func(args []Value) { r.data(chunk{args[0], args[0].Get("byteLength").Int()}) })
	onend, dropEnd := Func(func(args []Value) { r.end(reason(args[0])) })
	t.Set("sink", sink)
	t.Set("onend", onend)
	r.offs.Add(func() { t.Set("sink", nil); t.Set("onend", nil) }, dropSink, dropEnd)
	until := Window.Get("performance").Call("now").Float()
	if ended := float(t, "ended"); ended > 0 {
		until = ended
		r.ended, r.err = true, reason(t.Get("error"))
	}
	Soon(r.flush)
	took = time.Duration((until - float(t, "began")) * float64(time.Millisecond))
	return into, took, func() {
		if !r.over {
			r.over = true
			r.offs.Off()
			t.Call("stop")
		}
	}
}

func reason(e Value) error {
	if Nil(e) {
		return nil
	}
	if status := int(float(e, "status")); status != 0 {
		return player.StatusError(status)
	}
	return player.ErrNetwork
}

// tell says where in the file some bytes are.
func (r *relay) tell(c player.Chunk) {
	r.pass(int64(c.Len()), func(at, from, to int64) { r.told(r.infohash, at, c.Slice(int(from), int(to))) })
}

// pass goes over the next bytes: each of them that lie together in the file, by their place there and among themselves.
func (r *relay) pass(n int64, each func(at, from, to int64)) {
	for from := int64(0); from < n && len(r.parts) > 0; {
		p := &r.parts[0]
		step := min(p.Size, n-from)
		each(p.Offset, from, from+step)
		from += step
		if p.Offset, p.Size = p.Offset+step, p.Size-step; p.Size == 0 {
			r.parts = r.parts[1:]
		}
	}
}

func (r *relay) data(c chunk) {
	if !r.open {
		r.queue = append(r.queue, c)
		return
	}
	if !r.over {
		r.tell(c)
		r.to.Data(c, player.Server)
	}
}

func (r *relay) flush() {
	for i := 0; i < len(r.queue) && !r.over; i++ {
		r.tell(r.queue[i])
		r.to.Data(r.queue[i], player.Server)
	}
	r.queue, r.open = nil, true
	if r.ended {
		r.end(r.err)
	}
}

func (r *relay) end(err error) {
	if !r.open {
		r.ended, r.err = true, err
		return
	}
	if !r.over {
		r.over = true
		r.offs.Off()
		r.to.End(err)
	}
}
