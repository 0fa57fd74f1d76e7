//go:build js

package controls

import (
	"shoal/wasm/browser"
	"shoal/wasm/player"
)

// session is what the system shows of the player: lock screen, headset, and a screen that stays on.
type session struct {
	media    browser.Value
	offs     browser.Offs
	lock     browser.Value // WakeLockSentinel
	asking   bool
	duration browser.Value // Intl.DurationFormat
}

func (c *Controls) wireSession() {
	c.session.media = navigator().Get("mediaSession")
	c.offs.Add(browser.On(browser.Document, "visibilitychange", func(browser.Value) {
		c.awake()
		if browser.Document.Get("hidden").Bool() {
			c.saveProgress()
		}
	}))
	if browser.Nil(c.session.media) {
		return
	}
	for name, do := range map[string]func(browser.Value){
		"play":         func(browser.Value) { c.play.Play() },
		"pause":        func(browser.Value) { c.play.Pause() },
		"stop":         func(browser.Value) { c.play.Pause() },
		"seekbackward": func(e browser.Value) { c.seek(c.state.Position - offset(e)) },
		"seekforward":  func(e browser.Value) { c.seek(c.state.Position + offset(e)) },
		"seekto":       func(e browser.Value) { c.seek(e.Get("seekTime").Float()) },
	} {
		fn, release := browser.Func(func(args []browser.Value) { do(args[0]) })
		if browser.Try(func() { c.session.media.Call("setActionHandler", name, fn) }) != nil {
			release()
			continue
		}
		c.session.offs.Add(func() {
			_ = browser.Try(func() { c.session.media.Call("setActionHandler", name, nil) })
			release()
		})
	}
}

func navigator() browser.Value { return browser.Window.Get("navigator") }

func offset(e browser.Value) float64 {
	if o := e.Get("seekOffset"); !browser.Nil(o) && o.Float() > 0 {
		return o.Float()
	}
	return 10
}

func (c *Controls) sessionChanged(ch player.Change) {
	if ch&(player.PhaseChanged|player.Loaded) == 0 {
		if ch&player.RateChanged != 0 {
			c.position()
		}
		return
	}
	c.awake()
	c.tellResumed()
	if browser.Nil(c.session.media) || !c.loaded {
		return
	}
	if ch&player.Loaded != 0 {
		c.metadata()
	}
	c.session.media.Set("playbackState", either(c.state.Phase == player.Playing, "playing", either(c.state.Started, "paused", "none")))
	c.position()
}

func (c *Controls) metadata() {
	class := browser.Window.Get("MediaMetadata")
	if browser.Nil(class) {
		return
	}
	about := map[string]any{"title": c.v.Title, "artist": c.v.Channel}
	if c.v.Poster != "" {
		about["artwork"] = []any{map[string]any{"src": c.v.Poster}}
	}
	var chapters []any
	for _, ch := range c.v.Chapters {
		chapters = append(chapters, map[string]any{"title": ch.Title, "startTime": ch.At})
	}
	if len(chapters) > 0 {
		about["chapterInfo"] = chapters
	}
	_ = browser.Try(func() { c.session.media.Set("metadata", class.New(about)) })
}

func (c *Controls) position() {
	if d := c.state.Duration; d > 0 && c.state.Rate > 0 && !browser.Nil(c.session.media) && !browser.Nil(c.session.media.Get("setPositionState")) {
		_ = browser.Try(func() {
			c.session.media.Call("setPositionState", map[string]any{"duration": d, "playbackRate": c.state.Rate, "position": min(d, max(0, c.state.Position))})
		})
	}
}

// awake keeps the screen on while a picture plays in sight.
func (c *Controls) awake() {
	s := &c.session
	locks := navigator().Get("wakeLock")
	if browser.Nil(locks) {
		return
	}
	sound := c.state.Current >= 0 && c.state.Current < len(c.state.Levels) && c.state.Levels[c.state.Current].Sound
	want := c.state.Phase == player.Playing && !sound && !browser.Document.Get("hidden").Bool()
	if !want {
		if !browser.Nil(s.lock) {
			ignore(s.lock.Call("release"))
			s.lock = browser.Value{}
		}
		return
	}
	if s.asking || !browser.Nil(s.lock) && !s.lock.Get("released").Bool() {
		return
	}
	s.asking = true
	browser.Then(locks.Call("request", "screen"), func(lock browser.Value) {
		s.asking, s.lock = false, lock
		c.awake()
	}, func(error) { s.asking = false })
}

func (c *Controls) endSession() {
	c.state.Phase = player.Idle
	c.awake()
	c.session.offs.Off()
	if !browser.Nil(c.session.media) {
		c.session.media.Set("metadata", nil)
		c.session.media.Set("playbackState", "none")
	}
}
