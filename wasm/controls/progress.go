//go:build js

package controls

import (
	"math"
	"strconv"
	"time"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

const (
	positionsKey = "shoal.positions"
	saveEvery    = 5 * time.Second
)

// progress is where this person is in the video, kept here for guests and told to the server.
type progress struct {
	saved   time.Time
	at      float64 // of the last save
	offered float64 // where the person stopped, when playback had begun elsewhere
	resumed float64 // told once playback begins; 0 when there is nothing to tell
}

func (c *Controls) wireProgress() {
	gone := func(browser.Value) { c.saveProgress() }
	c.offs.Add(browser.On(browser.Window, "pagehide", gone), browser.On(c.video, "pause", gone), browser.On(c.video, "ended", gone))
}

// progressMoved saves every five seconds of playing.
func (c *Controls) progressMoved() {
	if c.state.Phase == player.Playing && time.Since(c.progress.saved) >= saveEvery {
		c.saveProgress()
	}
}

func (c *Controls) saveProgress() {
	at := c.state.Position
	if !c.loaded || c.v.UUID == "" || !c.played || c.state.UUID != "" && c.state.UUID != c.v.UUID || math.Abs(at-c.progress.at) < 1 {
		return
	}
	jumped := math.Abs(at-c.progress.at) > 2*saveEvery.Seconds()*MaxRate
	c.progress.saved, c.progress.at = time.Now(), at
	if c.o.Guest && c.mayKeep() {
		keep := at
		if !Worth(at, c.duration()) {
			keep = 0
		}
		browser.Store(positionsKey, string(Positions(browser.Stored(positionsKey)).With(c.v.UUID, keep)))
	}
	body := `{"currentTime":` + strconv.Itoa(int(at))
	if jumped {
		body += `,"viewEvent":"seek"`
	}
	post("/api/v1/videos/"+c.v.UUID+"/views", body+"}")
}

// post sends JSON that may outlive the page; nobody waits for the answer.
func post(path, body string) {
	_ = browser.Try(func() {
		ignore(browser.Window.Call("fetch", path, map[string]any{
			"method": "POST", "body": body, "keepalive": true, "credentials": "same-origin",
			"headers": map[string]any{"Content-Type": "application/json"},
		}))
	})
}

// resume goes to where the address or memory says. Playback that has begun elsewhere is never moved: then it is offered.
func (c *Controls) resume() {
	c.progress = progress{saved: time.Now()}
	saved := c.v.Position
	if c.o.Guest && saved == 0 && c.mayRead() {
		saved = Positions(browser.Stored(positionsKey)).At(c.v.UUID)
	}
	at, resumed := First(c.s, saved, c.duration())
	if at == 0 {
		return
	}
	now := c.state.Position
	there := now >= at-1 && now < at+8
	switch {
	case !there && c.state.Started && now > 1:
		if resumed {
			c.progress.offered = at
			c.toast(c.t("resume.offer", "at", Clock(at)), c.t("resume.go"), "continue")
		}
		return
	case !there:
		c.play.Seek(at)
	}
	if resumed {
		c.progress.resumed = at
	}
}

func (c *Controls) mayRead() bool { return !c.o.Embed }

// tellResumed says where playback went on, when it begins.
func (c *Controls) tellResumed() {
	if c.progress.resumed == 0 || !c.played {
		return
	}
	c.toast(c.t("resumed", "at", Clock(c.progress.resumed)), c.t("resumed.over"), "startOver")
	c.progress.resumed = 0
}
