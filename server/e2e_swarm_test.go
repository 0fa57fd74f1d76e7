package main

import (
	"testing"

	"shoal/server/instance"
	"shoal/server/rig"
)

// shoal is a film of one level that is long enough for pieces to travel.
var shoal = rig.Film{Width: 256, Height: 144, FPS: 12, Seconds: 60, Filter: "noise=alls=16:allf=t"}

// agreed is what the device of a viewer keeps who shares without a limit.
const agreed = "answer=on\nupload=0"

// spied notes in the page what would meet others: trackers' sockets and connections.
const spied = `window.met = { sockets: [], connections: [], fetches: [] };
	window.WebSocket = new Proxy(WebSocket, { construct(to, args) { const s = new to(...args); met.sockets.push(s); return s; } });
	if (window.RTCPeerConnection) window.RTCPeerConnection = new Proxy(RTCPeerConnection, { construct(to, args) { const c = new to(...args); met.connections.push(c); return c; } });`

// viewer opens a video as somebody whose device keeps these choices.
func (s stage) viewer(t testing.TB, path, choices string, before ...func(*rig.Tab) error) guest {
	t.Helper()
	v := enter(t)
	for _, f := range before {
		check(t, f(v.Tab))
	}
	check(t, v.Before(spied))
	check(t, v.Before(`if (location.protocol === 'http:' && !localStorage.getItem('began')) { localStorage.setItem('began', '1'); localStorage.setItem('shoal.sharing', `+rig.JS(choices)+`); }`))
	v.open(s.site + path + "?autoplay=1&muted=1")
	v.until(`document.documentElement.dataset.app === 'live'`)
	v.sees(test("pl-p2p"))
	return v
}

// loadsAll has the player load as far ahead as it can, until it has the whole film.
func (v guest) loadsAll() {
	v.t.Helper()
	eval[bool](v, `(document.querySelector('[data-test=pl-menu]').click(), document.querySelector('[data-do=long]').click(), true)`)
	v.until(`((v) => v.buffered.length && v.buffered.end(v.buffered.length - 1) > v.duration - 1)(document.querySelector('video'))`)
}

// is waits for the state of sharing.
func (v guest) is(state string) {
	v.t.Helper()
	v.until(`document.querySelector('#player-host').dataset.p2p === ` + rig.JS(state))
}

// press presses an element of the player's bar whether the bar is in sight or not.
func (v guest) press(css string) {
	v.t.Helper()
	v.sees(css)
	eval[bool](v, `(document.querySelector(`+rig.JS(css)+`).click(), true)`)
}

// figure is one of the figures that the player shows of sharing.
func (v guest) figure(name string) int64 {
	v.t.Helper()
	return eval[int64](v, `+(document.querySelector('#player-host').dataset[`+rig.JS(name)+`] || 0)`)
}

// trackers is how many sockets to the tracker are open, and connections how many of those to viewers.
const (
	trackers    = `met.sockets.filter((s) => s.url.includes('/tracker/') && s.readyState < 2).length`
	connections = `met.connections.filter((c) => c.connectionState !== 'closed').length`
)

func (s stage) shoal(t testing.TB) string {
	t.Helper()
	uuid := s.publish(t, film(t, "shoal.mp4", shoal), "A shoal at noon")
	must(s.Processed(soon(t), uuid))(t)
	return "/w/" + must(s.Video(soon(t), uuid))(t).ShortUUID
}

// peering changes how the platform lets viewers share.
func (s stage) peering(t testing.TB, change func(*instance.Peering)) {
	t.Helper()
	check(t, s.instance.Change(soon(t), func(all *instance.Settings) { change(&all.Peering) }))
}

func TestASecondViewerIsFedByTheFirst(t *testing.T) {
	s := play(t)
	s.peering(t, func(p *instance.Peering) { p.Upload = 0 })
	path := s.shoal(t)
	first := s.viewer(t, path, agreed)
	first.is("on")
	first.loadsAll()
	second := s.viewer(t, path, agreed)
	second.is("on")
	second.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	head := second.figure("rxServer")
	second.loadsAll()
	server, viewers := second.figure("rxServer")-head, second.figure("rxPeers")
	t.Logf("head start %d bytes, then %d from the server and %d from the other viewer", head, server, viewers)
	if viewers*100 < 80*(viewers+server) {
		t.Errorf("after the head start of %d bytes, %d came from the server and %d from the other viewer", head, server, viewers)
	}
	if sent := first.figure("tx"); sent == 0 {
		t.Error("the first viewer says that it sent nothing")
	}
	second.until(`getComputedStyle(document.querySelector('.pl-shared')).backgroundImage.includes('gradient')`)
	second.moves()
	first.quiet()
	second.quiet()
}
