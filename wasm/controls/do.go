//go:build js

package controls

import (
	"math"
	"strconv"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

// do is the one place where wishes from buttons, menus, keys and the headset meet.
func (c *Controls) do(name, arg string, by float64) {
	switch name {
	case "play":
		c.togglePlay()
	case "seek":
		c.skip(by)
	case "part":
		c.seek(by * c.state.Duration)
	case "at":
		c.seek(by)
	case "frame":
		c.frame(by)
	case "chapter":
		c.chapter(int(by))
	case "faster":
		c.rate(c.state.Rate + by)
	case "rate":
		c.rate(by)
	case "louder":
		c.setVolume(c.state.Volume + by)
		c.flash(c.t("percent", "n", strconv.Itoa(percent(c.state.Volume+by))), "")
	case "mute":
		c.mute()
	case "unmute":
		c.play.SetMuted(false)
	case "remaining":
		c.d.Remaining = !c.d.Remaining
		c.keep()
		c.moved()
	case "captions":
		c.toggleCaptions()
	case "sub":
		c.setCaptions(arg, true)
	case "captionSize":
		c.captionSize(int(by))
	case "quality":
		c.openMenu("quality", c.test("pl-menu"))
	case "level":
		c.setLevel(int(by))
	case "lower":
		c.lower()
	case "track":
		c.play.SetSound(int(by))
	case "loop":
		c.toggleLoop()
	case "loopFrom", "loopTo":
		c.loopPart(name == "loopTo")
	case "long":
		c.long = !c.long
		c.play.SetLongBuffer(c.long)
	case "beyond":
		c.beyond = !c.beyond
		c.play.SetUnlimitedSize(c.beyond)
	case "retry":
		c.play.Retry()
	default:
		c.doAround(name, arg)
	}
}

// doAround is the part of do that concerns the surface and the page.
func (c *Controls) doAround(name, arg string) {
	switch name {
	case "full":
		c.toggleFull()
	case "theatre":
		c.toggleTheatre()
	case "mini":
		c.toggleMini()
	case "pip":
		c.togglePiP()
	case "close":
		c.closePlayer()
	case "stats":
		c.toggleStats()
	case "debug":
		c.copy(c.debugText())
	case "copy":
		c.copyLink(arg)
	case "sheet":
		c.openSheet()
	case "flag", "keys":
		c.flag(name, arg)
	case "styleReset":
		c.d.Style = NewDevice().Style
		c.keep()
		c.styleCaptions()
		c.turn("style")
	case "startOver":
		c.hideToast()
		c.seek(0)
		c.play.Play()
	case "continue":
		c.hideToast()
		c.seek(c.progress.offered)
	case "escape":
		c.escape()
	default:
		what := name
		if arg != "" {
			what += ":" + arg
		}
		c.wish(what)
	}
}

func (c *Controls) wish(what string) bool { return c.o.Wish != nil && c.o.Wish(what) }

func (c *Controls) togglePlay() {
	switch c.state.Phase {
	case player.Playing, player.Loading:
		if c.state.Phase == player.Playing || c.state.Started {
			c.play.Pause()
			c.flash("", "pause")
			c.say(c.t("paused"))
			return
		}
		c.play.Play()
	case player.Ended:
		c.play.Seek(0)
		c.play.Play()
	default:
		c.play.Play()
		c.flash("", "play")
		c.say(c.t("playing"))
	}
}

// seek goes to a time, shows the bar and says the time once the person rests.
func (c *Controls) seek(at float64) {
	at = math.Max(0, math.Min(at, c.state.Duration))
	c.state.Position = at
	c.play.Seek(at)
	c.moved()
	c.wake()
	c.saySeek(at)
}

func (c *Controls) skip(by float64) {
	c.seek(c.state.Position + by)
	sign := "+"
	if by < 0 {
		sign = "−"
	}
	c.flash(sign+strconv.Itoa(int(math.Abs(by)))+" s", "")
	c.peek(c.state.Position)
}

// frame steps while paused by the length of a picture of the level on the screen.
func (c *Controls) frame(step float64) {
	if c.state.Phase != player.Paused {
		return
	}
	fps := 25.0
	if i := c.state.Current; i >= 0 && i < len(c.state.Levels) && c.state.Levels[i].FPS > 0 {
		fps = float64(c.state.Levels[i].FPS)
	}
	c.seek(c.state.Position + step/fps)
}

func (c *Controls) chapter(step int) {
	to, ok := c.v.NextChapter(c.state.Position, step)
	if !ok {
		return
	}
	c.seek(to.At)
	if to.Title != "" {
		c.flash(to.Title, "")
	}
}

func (c *Controls) rate(rate float64) {
	rate = math.Round(math.Max(MinRate, math.Min(MaxRate, rate))*100) / 100
	c.play.SetRate(rate)
	text := c.t("speed.value", "n", rateText(rate))
	c.flash(text, "")
	c.say(c.t("speed.said", "n", rateText(rate)))
}

func (c *Controls) setVolume(to float64) {
	to = math.Max(0, math.Min(1, to))
	c.play.SetVolume(to)
	c.play.SetMuted(to == 0)
}

func (c *Controls) mute() {
	if c.state.Muted && c.state.Volume == 0 {
		c.play.SetVolume(.5)
	}
	c.play.SetMuted(!c.state.Muted)
	if c.state.Muted {
		c.flash("", "loud")
	} else {
		c.flash("", "muted")
	}
}

func percent(part float64) int { return int(math.Round(math.Max(0, math.Min(1, part)) * 100)) }

func (c *Controls) setLevel(level int) {
	c.play.SetLevel(level)
	c.d.Quality = 0
	name := c.t("quality.auto")
	if level >= 0 && level < len(c.state.Levels) {
		l := c.state.Levels[level]
		name = c.o.Words.LevelName(l)
		c.d.Quality = min(l.Height, l.Width)
		if l.Sound {
			c.d.Quality = Sound
		}
	}
	c.keep()
	c.say(c.t("quality.said", "quality", name))
}

// lower takes the next level down, after an error or a long stall.
func (c *Controls) lower() {
	if c.state.Current > 0 {
		c.play.SetLevel(c.state.Current - 1)
	} else if len(c.state.Levels) > 0 {
		c.play.SetLevel(0)
	}
	c.play.Retry()
}

func (c *Controls) toggleLoop() {
	c.loop = !c.loop
	c.play.SetLoop(c.loop, player.Span{})
	word := "loop.said.off"
	if c.loop {
		word = "loop.said.on"
	}
	c.say(c.t(word))
	if c.menu.page == "" {
		c.toast(c.t(word), "", "")
	}
}

// loopPart sets the start of a loop, then its end; an end without a start clears the loop.
func (c *Controls) loopPart(end bool) {
	now := c.state.Position
	switch {
	case !end:
		c.loopFrom = now
		c.toast(c.t("loop.from", "at", Clock(now)), "", "")
	case c.loopFrom < 0 || now <= c.loopFrom:
		c.loop, c.loopFrom = false, -1
		c.play.SetLoop(false, player.Span{})
		c.toast(c.t("loop.cleared"), "", "")
	default:
		c.loop = true
		c.play.SetLoop(true, player.Span{From: c.loopFrom, To: now})
		c.toast(c.t("loop.set", "from", Clock(c.loopFrom), "to", Clock(now)), "", "")
		c.loopFrom = -1
	}
}

func (c *Controls) flag(name, arg string) {
	switch {
	case name == "keys" && c.d.Keys == arg:
		c.d.Keys = ""
	case name == "keys":
		c.d.Keys = arg
	default:
		if on := c.d.flag(arg); on != nil {
			*on = !*on
		}
	}
	c.keep()
	c.applyDevice()
	if sheet := c.test("pl-sheet"); sheet.Get("open").Truthy() {
		for _, k := range []string{"off", "player"} {
			browser.Find(sheet, `[data-in="keys:`+k+`"]`).Set("checked", (c.d.Keys == k) == (k == "player"))
		}
	}
}
