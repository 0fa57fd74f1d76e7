//go:build js

package browser

import (
	"time"

	"shoal/wasm/player"
	"shoal/wasm/sharing"
)

// reportEvery is how often the server is told how playing goes; only while bytes flow.
const reportEvery = 15 * time.Second

// reporter tells the server how playing goes.
type reporter struct {
	s      *Session
	uuid   string
	told   sharing.Counts
	counts sharing.Counts // errors and changes of level so far
	level  int
	failed bool
}

func (s *Session) report() {
	r := &reporter{s: s, level: -1}
	s.offs.Add(
		s.Player.Listen(r.heard),
		Every(reportEvery, r.send),
		On(Window, "pagehide", func(Value) { r.send() }))
}

func (r *reporter) heard(c player.Change) {
	state := r.s.Player.State()
	if c&player.Loaded != 0 && state.UUID != r.uuid {
		r.uuid, r.counts, r.level, r.failed = state.UUID, sharing.Counts{}, -1, false
		r.told = r.now(state)
	}
	if state.Current != r.level {
		if r.level >= 0 {
			r.counts.LevelsChanged++
		}
		r.level = state.Current
	}
	if failed := state.Phase == player.Failed; failed != r.failed {
		r.failed = failed
		if failed {
			r.counts.Errors++
		}
	}
}

// now is what is counted at present: bytes of the page, the rest of the video.
func (r *reporter) now(state player.State) sharing.Counts {
	f := r.s.Sharing.Status().Figures
	c := r.counts
	c.Server, c.Viewers, c.Sent, c.Stalls = f.FromServer, f.FromViewers, f.Sent, state.Stats.Stalls
	return c
}

func (r *reporter) send() {
	state := r.s.Player.State()
	if r.uuid == "" || state.Mode != player.MSE || !state.Started {
		return
	}
	now := r.now(state)
	since := now.Since(r.told)
	if since == (sharing.Counts{}) {
		return
	}
	r.told = now
	status := r.s.Sharing.Status()
	out := sharing.Report{UUID: r.uuid, Shares: status.State == sharing.On, Viewers: status.Viewers, Counts: since}
	if i := state.Current; i >= 0 && i < len(state.Levels) {
		out.Lines, out.FPS = state.Levels[i].Height, state.Levels[i].FPS
	}
	_ = Try(func() {
		Then(Window.Call("fetch", "/api/v1/metrics/playback", map[string]any{
			"method": "POST", "body": out.JSON(), "keepalive": true, "credentials": "same-origin", "headers": map[string]any{"Content-Type": "application/json"},
		}), nil, nil)
	})
}
