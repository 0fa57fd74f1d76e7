package main

import (
	"strings"
	"testing"

	"shoal/server/rig"
)

// What is seen of an embedded player from the page around it.
const (
	inside  = `document.querySelector('iframe').contentWindow`
	beneath = inside + `.document.querySelector`
	lonely  = inside + `.met.connections.length === 0 && !` + inside + `.met.sockets.some((s) => s.url.includes('/tracker/'))`
	meeting = inside + `.met.sockets.some((s) => s.url.includes('/tracker/') && s.readyState === 1)`
)

// framed opens a page that shows a video's embed page, as somebody whose device keeps these choices.
func (s stage) framed(t *testing.T, uuid, choices string) guest {
	t.Helper()
	v := enter(t)
	check(t, v.Before(spied))
	check(t, v.Before(`if (location.protocol === 'http:' && !localStorage.getItem('began')) { localStorage.setItem('began', '1'); localStorage.setItem('shoal.sharing', `+rig.JS(choices)+`); }`))
	v.open(s.site + "/about?wasm=false")
	eval[bool](v, `(document.body.innerHTML = '<h1>A page elsewhere</h1><iframe width="640" height="360" title="A video" allow="autoplay" src="/videos/embed/`+uuid+`?autoplay=1&muted=1"></iframe>', true)`)
	v.until(inside + `.document.documentElement.dataset.app === 'live' && ` + beneath + `('#player-host')`)
	return v
}

// shares waits for the state of sharing in the frame.
func (v guest) shares(state string) {
	v.t.Helper()
	v.until(beneath + `('#player-host').dataset.p2p === ` + rig.JS(state))
}

func (v guest) pressInside(css string) {
	v.t.Helper()
	v.until(beneath + `(` + rig.JS(css) + `)`)
	eval[bool](v, `(`+beneath+`(`+rig.JS(css)+`).click(), true)`)
}

func TestAnEmbeddedPlayerSharesAfterAGesture(t *testing.T) {
	s := play(t)
	uuid := s.publish(t, film(t, "shoal.mp4", shoal), "A shoal at noon")
	t.Run("one who was never asked", func(t *testing.T) {
		v := s.framed(t, uuid, "")
		v.shares("held")
		v.until(beneath + `('[data-test=pl-ask]:not([hidden])')`)
		v.until(beneath + `('video').currentTime > 12`) // longer than silence would take to be an answer
		v.shares("held")
		if !eval[bool](v, lonely+` && !localStorage.getItem('shoal.sharing')`) {
			t.Error("it met others, or kept an answer, before anything was pressed")
		}
		v.click("iframe")
		v.pressInside(test("pl-share-yes"))
		v.shares("on")
		v.until(meeting)
		v.until(`!` + beneath + `('[data-test=pl-ask]:not([hidden])')`)
		v.pressInside(test("pl-p2p"))
		v.pressInside(`.pl-share [role=switch]`)
		v.shares("off")
		v.until(inside + `.met.sockets.every((s) => !s.url.includes('/tracker/') || s.readyState > 1)`)
		if answer := eval[string](v, `localStorage.getItem('shoal.sharing')`); !strings.Contains(answer, "answer=off") {
			t.Errorf("kept: %q", answer)
		}
		v.quiet()
	})
	t.Run("one who said yes elsewhere", func(t *testing.T) {
		v := s.framed(t, uuid, agreed)
		v.shares("held")
		v.until(beneath + `('video').currentTime > 2`)
		if !eval[bool](v, lonely+` && !`+beneath+`('[data-test=pl-ask]:not([hidden])')`) {
			t.Error("it met others, or asked, before anything was pressed")
		}
		v.click("iframe")
		v.shares("on")
		v.until(meeting)
		v.quiet()
	})
	t.Run("one who says no", func(t *testing.T) {
		v := s.framed(t, uuid, "")
		v.shares("held")
		v.click("iframe")
		v.pressInside(test("pl-share-no"))
		v.shares("off")
		if !eval[bool](v, lonely) {
			t.Error("it met others")
		}
	})
}
