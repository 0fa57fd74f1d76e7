//go:build js

package controls

import (
	"strconv"
	"time"

	"shoal/wasm/browser"
	"shoal/wasm/player"
)

const busyWait = 10 // seconds until a busy server is asked again

// notice is what covers the picture.
type notice struct {
	kind   string
	left   int // seconds until a busy server is asked again
	cancel func()
}

func (n *notice) stop() { drop(&n.cancel) }

// showNotice covers the picture with a failure or the end card, and takes it away again.
func (c *Controls) showNotice() {
	kind := ""
	switch {
	case c.state.Error != player.NoError:
		kind = string(c.state.Error)
	case c.state.Phase == player.Ended:
		kind = "end"
	}
	if kind == c.notice.kind {
		return
	}
	c.notice.stop()
	c.notice.kind = kind
	over := c.test("pl-overlay")
	browser.Flag(over, "hidden", kind == "")
	browser.SetAttr(over, "data-kind", kind)
	switch kind {
	case "":
		over.Set("textContent", "")
	case "end":
		over.Set("innerHTML", c.endCard())
		c.say(c.t("ended"))
	default:
		c.closeMenu(false)
		c.notice.left = busyWait
		c.fail(player.ErrorKind(kind))
	}
}

func (c *Controls) fail(kind player.ErrorKind) {
	seconds := strconv.Itoa(c.notice.left)
	over := c.test("pl-overlay")
	login := c.o.Login
	if login == "" {
		login = "/login"
	}
	if c.notice.left == busyWait || kind != player.Busy {
		over.Set("innerHTML", c.o.Words.Notice(kind, c.v, login, seconds).Markup())
	} else {
		browser.SetText(browser.Find(over, "p"), c.t("busy.text", "n", seconds))
	}
	if kind == player.Busy {
		c.notice.cancel = browser.After(time.Second, func() {
			c.notice.cancel = nil
			if c.notice.left--; c.notice.left <= 0 {
				c.play.Retry()
				return
			}
			c.fail(kind)
		})
	}
}

func (c *Controls) endCard() string {
	h := &html{w: c.o.Words}
	h.fill(`<div class="pl-notice"><button type="button" class="pl-again" data-test="pl-again" data-do="play" aria-label="{end.replay}">{icon replay}</button><p>{end}</p></div>`)
	return h.String()
}
