package main

import (
	"context"
	"testing"
	"time"

	"shoal/server/instance"
	"shoal/server/rig"
	"shoal/shared/api"
)

// alone waits until a page meets nobody.
const alone = trackers + ` === 0 && ` + connections + ` === 0`

// quickly tells whether a page meets nobody any more within a second.
const quickly = `new Promise((say) => { const end = performance.now() + 1000, look = () => ` + alone + ` ? say(true) : performance.now() > end ? say(false) : setTimeout(look, 20); look(); })`

// TestSharingIsTheViewersChoice goes through all choices on one platform, with one film.
func TestSharingIsTheViewersChoice(t *testing.T) {
	s := play(t)
	path := s.shoal(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, stage, string)
	}{
		{"silence", silenceIsAnAnswer},
		{"nothing before the answer", nothingBeforeTheAnswer},
		{"the switch", theSwitch},
		{"nothing to share", nothingToShare},
		{"the channel", theOwnerTurnsItOff},
		{"the platform", thePlatformTurnsItOff},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, s, path) })
	}
}

func nothingBeforeTheAnswer(t *testing.T, s stage, path string) {
	s.peering(t, func(p *instance.Peering) { p.Silence, p.STUN = api.SilenceAsks, []string{"stun:127.0.0.1:9"} })
	t.Cleanup(func() { s.peering(t, func(p *instance.Peering) { p.STUN = []string{} }) })
	v := s.viewer(t, path, "")
	v.is("held")
	v.moves()
	v.until(`getComputedStyle(document.querySelector('[data-test=ask]')).display !== 'none'`)
	v.until(`document.querySelector('video').currentTime > 12`) // longer than silence would take to be an answer
	if !eval[bool](v, `met.sockets.every((s) => !s.url.includes('/tracker/')) && met.connections.length === 0`) {
		t.Error("the page met others before it was allowed to")
	}
	for _, r := range v.Traffic() {
		if r.URL[max(0, len(r.URL)-8):] == "/peering" {
			t.Error("the page asked how to share before it was allowed to")
		}
	}
	v.click(test("ask-no"))
	v.is("off")
	v.until(`getComputedStyle(document.querySelector('[data-test=ask]')).display === 'none'`)
	if !eval[bool](v, `met.connections.length === 0`) {
		t.Error("no opened a connection")
	}
	v.quiet()

	other := s.viewer(t, path, "")
	other.is("held")
	other.click(test("ask-yes"))
	other.is("on")
	other.until(trackers + ` > 0`)
}

func silenceIsAnAnswer(t *testing.T, s stage, path string) {
	v := s.viewer(t, path, "")
	v.is("held")
	v.until(`document.querySelector('video').currentTime > 5`)
	v.is("held")
	v.is("on")
	if at := eval[float64](v, `document.querySelector('video').currentTime`); at < 9 {
		t.Errorf("sharing began after %.1f seconds of playing", at)
	}
}

func theSwitch(t *testing.T, s stage, path string) {
	first := s.viewer(t, path, agreed)
	first.is("on")
	second := s.viewer(t, path, agreed)
	second.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	second.press(test("pl-p2p"))
	second.sees(`.pl-share [role=switch]:checked`)
	second.press(`.pl-share [role=switch]`)
	second.is("off")
	if !eval[bool](second, quickly) {
		t.Error("after a second off the page still met others")
	}
	first.until(`document.querySelector('#player-host').dataset.peers === '0'`)
	second.moves()
	second.until(`document.querySelector('[data-test=pl-p2p]').textContent === 'Off'`)
	check(t, second.Keys("\u001b"))
	check(t, second.Keys("x"))
	second.is("on")
	second.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	check(t, second.Keys("x"))
	second.is("off")
	second.open(s.site + path + "?autoplay=1&muted=1")
	second.until(`document.documentElement.dataset.app === 'live'`)
	second.moves()
	second.is("off")
	if !eval[bool](second, `met.connections.length === 0 && `+trackers+` === 0`) {
		t.Error("the answer was not kept")
	}
	second.quiet()
}

func nothingToShare(t *testing.T, s stage, path string) {
	t.Run("no WebRTC", func(t *testing.T) {
		v := enter(t)
		check(t, v.Before(`delete window.RTCPeerConnection`))
		v.open(s.site + path + "?autoplay=1&muted=1")
		v.sees(test("pl-p2p"))
		v.is("unavailable")
		v.moves()
		v.until(`document.querySelector('[data-test=pl-p2p]').textContent === 'Server only' && getComputedStyle(document.querySelector('[data-test=ask]')).display === 'none'`)
		v.press(test("pl-p2p"))
		v.until(`document.querySelector('.pl-said').textContent.includes('WebRTC')`)
		v.quiet()
	})
	t.Run("data saver", func(t *testing.T) {
		v := enter(t)
		check(t, v.Before(spied+`;Object.defineProperty(navigator.connection, 'saveData', { value: true })`))
		check(t, v.Before(`localStorage.setItem('shoal.sharing', 'answer=on')`))
		v.open(s.site + path + "?autoplay=1&muted=1")
		v.sees(test("pl-p2p"))
		v.is("paused")
		v.moves()
		v.until(`document.querySelector('[data-test=pl-p2p]').textContent === 'Paused: data saver'`)
		if !eval[bool](v, alone+` && met.connections.length === 0`) {
			t.Error("it met others")
		}
	})
	t.Run("an unlisted, then private video", func(t *testing.T) {
		uuid := must(s.Upload(soon(t), film(t, "mine.mp4", small), map[string]any{"name": "Mine", "privacy": api.Private}))(t)
		must(s.Processed(soon(t), uuid))(t)
		v := enter(t)
		check(t, v.Before(spied+`;if (location.protocol === 'http:') localStorage.setItem('shoal.sharing', 'answer=on')`))
		v.signIn(s, "/my-library/videos")
		v.open(s.site + "/w/" + must(s.Video(soon(t), uuid))(t).ShortUUID + "?autoplay=1&muted=1")
		v.sees(test("pl-p2p"))
		v.is("unavailable")
		v.moves()
		if !eval[bool](v, alone+` && met.connections.length === 0`) {
			t.Error("it met others")
		}
	})
}

func theOwnerTurnsItOff(t *testing.T, s stage, path string) {
	v := s.viewer(t, path, agreed)
	v.is("on")
	v.until(trackers + ` > 0`)
	owner := enter(t)
	owner.signIn(s, "/c/root_channel")
	owner.live("channel")
	owner.sees(test("channel-share") + `:checked`)
	owner.click(test("channel-share"))
	v.is("unavailable")
	v.until(alone)
	v.moves()
	owner.open(s.site + "/c/root_channel")
	owner.live("channel")
	owner.sees(test("channel-share") + `:not(:checked)`)
	owner.click(test("channel-share"))
	owner.until(`document.body.innerText.includes('Saved')`)
	again := s.viewer(t, path, agreed)
	again.is("on")
	again.until(trackers + ` > 0`)
	owner.quiet()
}

func thePlatformTurnsItOff(t *testing.T, s stage, path string) {
	const within = 30 * time.Second
	first, second := s.viewer(t, path, agreed), s.viewer(t, path, agreed)
	second.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	s.peering(t, func(p *instance.Peering) { p.Enabled = false })
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for _, v := range []guest{first, second} {
		check(t, rig.Until(ctx, "the players to stop", func() (bool, error) {
			return rig.Eval[bool](v.Tab, `document.querySelector('#player-host').dataset.p2p === 'unavailable' && `+alone)
		}))
		v.moves()
	}
}
