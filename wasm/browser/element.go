//go:build js

package browser

import "shoal/wasm/player"

func (m *media) Now() player.Moment {
	el := m.el
	return player.Moment{
		Position: el.Get("currentTime").Float(), Duration: number(el.Get("duration")), Ready: el.Get("readyState").Int(),
		Paused: el.Get("paused").Bool(), Ended: el.Get("ended").Bool(), Seeking: el.Get("seeking").Bool(), Failed: !Nil(el.Get("error")),
		Rate: el.Get("playbackRate").Float(), Volume: el.Get("volume").Float(), Muted: el.Get("muted").Bool(), Height: el.Get("videoHeight").Int(),
	}
}

// number is 0 for NaN, which a duration is before it is known.
func number(v Value) float64 {
	if f := v.Float(); f == f {
		return f
	}
	return 0
}

func (m *media) Play(done func(error)) {
	promise := m.el.Call("play")
	if Nil(promise) {
		Soon(func() { done(nil) })
		return
	}
	Then(promise, func(Value) { done(nil) }, func(err error) {
		if e, ok := err.(Exception); ok && e.Name() == "NotAllowedError" {
			err = player.ErrNotAllowed
		}
		done(err)
	})
}

func (m *media) Pause()                { m.el.Call("pause") }
func (m *media) SetPosition(t float64) { m.el.Set("currentTime", t) }
func (m *media) SetVolume(v float64)   { m.el.Set("volume", v) }
func (m *media) SetMuted(on bool)      { m.el.Set("muted", on) }

func (m *media) SetRate(rate float64) {
	m.el.Set("defaultPlaybackRate", rate) // what a new source begins with
	m.el.Set("playbackRate", rate)
}

func (m *media) Frames() (total, dropped int) {
	if Nil(m.el.Get("getVideoPlaybackQuality")) {
		return 0, 0
	}
	q := m.el.Call("getVideoPlaybackQuality")
	return q.Get("totalVideoFrames").Int(), q.Get("droppedVideoFrames").Int()
}

// freeze lays a copy of the last frame over the element: a new source would show black.
func (m *media) freeze() {
	w, h := m.el.Get("videoWidth").Int(), m.el.Get("videoHeight").Int()
	if w == 0 || m.el.Get("readyState").Int() < 2 || m.el.Get("played").Length() == 0 || !Nil(m.still) || Nil(m.el.Get("parentNode")) {
		return
	}
	canvas := Make("canvas", "aria-hidden", "true", "class", "player-still")
	canvas.Set("width", w)
	canvas.Set("height", h)
	if Try(func() { canvas.Call("getContext", "2d").Call("drawImage", m.el, 0, 0, w, h) }) != nil {
		return
	}
	for property, value := range map[string]string{"position": "absolute", "inset": "0", "width": "100%", "height": "100%", "object-fit": "contain", "pointer-events": "none"} {
		Style(canvas, property, value)
	}
	m.el.Call("after", canvas)
	m.still = canvas
}

func (m *media) thaw() {
	Remove(m.still)
	m.still = Window.Get("undefined")
}

func (m *media) close() {
	m.leave()
	m.thaw()
	m.offs.Off()
}
