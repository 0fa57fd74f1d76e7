package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"

	"shoal/server/instance"
	"shoal/server/rig"
)

// lying turns bits of what is sent to others, silent loses it; requests and the like pass.
const (
	lying  = `const send = RTCDataChannel.prototype.send; RTCDataChannel.prototype.send = function (b) { if (b.byteLength > 8000) { b = b.slice(); b[b.byteLength - 100] ^= 1; } return send.call(this, b); }`
	silent = `const send = RTCDataChannel.prototype.send; RTCDataChannel.prototype.send = function (b) { if (b.byteLength < 8000) return send.call(this, b); }`
)

// booked notes what a page appends, and how often the film stands still.
const booked = `window.appended = []; window.stood = 0;
	const append = SourceBuffer.prototype.appendBuffer;
	SourceBuffer.prototype.appendBuffer = function (b) { appended.push(new Uint8Array(b.buffer ? b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength) : b.slice(0))); return append.call(this, b); };
	new MutationObserver((all) => { for (const m of all) if (m.target.id === 'player-host' && m.target.hasAttribute('data-stalled')) stood++; }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-stalled'] });`

// inBase64 is what was appended, piece by piece.
const inBase64 = `Promise.all(appended.map((b) => new Promise((ok) => {
	const r = new FileReader();
	r.onload = () => ok(r.result.slice(r.result.indexOf(',') + 1));
	r.readAsDataURL(new Blob([b]));
})))`

func before(js string) func(*rig.Tab) error {
	return func(v *rig.Tab) error { return v.Before(js) }
}

// renditions are the bytes of all files of the videos.
func (s stage) renditions(t *testing.T) (all [][]byte) {
	t.Helper()
	for _, path := range kept(t, s.data+"/storage/hls") {
		if strings.HasSuffix(path, ".mp4") {
			all = append(all, must(os.ReadFile(path))(t))
		}
	}
	return all
}

// holds tells whether one of the files has the piece.
func holds(films [][]byte, piece []byte) bool {
	return slices.ContainsFunc(films, func(film []byte) bool { return bytes.Contains(film, piece) })
}

// appends makes sure that all that a booked page appended is of these films.
func (v guest) appends(t *testing.T, films [][]byte) {
	t.Helper()
	pieces := eval[[]string](v, inBase64)
	for i, b := range pieces {
		if got := must(base64.StdEncoding.DecodeString(b))(t); !holds(films, got) {
			t.Fatalf("append %d, of %d bytes, is not of the film", i, len(got))
		}
	}
	if len(pieces) == 0 || holds(films, []byte("no film")) {
		t.Error("nothing was looked at")
	}
}

func TestAViewerWhoSendsWrongBytesIsFoundOut(t *testing.T) {
	s := play(t)
	s.peering(t, func(p *instance.Peering) { p.Upload = 0 })
	path := s.shoal(t)
	liar := s.viewer(t, path, agreed, before(lying))
	liar.is("on")
	liar.loadsAll()
	v := s.viewer(t, path, agreed, before(booked))
	v.is("on")
	eval[bool](v, `(document.querySelector('[data-test=pl-menu]').click(), document.querySelector('[data-do=long]').click(), true)`)
	v.until(`+document.querySelector('#player-host').dataset.refused > 0`)
	v.until(`((v) => v.buffered.length && v.buffered.end(v.buffered.length - 1) > v.duration - 1)(document.querySelector('video'))`)
	v.appends(t, s.renditions(t))
	if n := eval[int](v, `stood`); n > 0 {
		t.Errorf("the film stood still %d times", n)
	}
	v.moves()
	v.quiet()
}

func TestAViewerWhoFallsSilentCostsNoStall(t *testing.T) {
	s := play(t)
	path := s.shoal(t)
	mute := s.viewer(t, path, agreed, before(silent))
	mute.is("on")
	mute.loadsAll()
	v := s.viewer(t, path, agreed, before(booked))
	v.is("on")
	v.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	v.loadsAll()
	if n := eval[int](v, `stood`); n > 0 {
		t.Errorf("the film stood still %d times", n)
	}
	v.moves()
}

func TestViewersLeaveAndServersRestart(t *testing.T) {
	data := dataFolder(t)
	p := run(t, data)
	c := &rig.Client{URL: p.URL}
	check(t, c.SignIn(soon(t), rig.AdminName, rig.AdminPassword))
	uuid := must(c.Upload(soon(t), film(t, "shoal.mp4", shoal), map[string]any{"name": "A shoal at noon"}))(t)
	must(c.Processed(soon(t), uuid))(t)
	s := stage{Client: c, site: p.URL}
	path := "/w/" + must(c.Video(soon(t), uuid))(t).ShortUUID
	first, second := s.viewer(t, path, agreed), s.viewer(t, path, agreed, before(booked))
	second.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	address := p.URL[len("http://"):]
	check(t, p.Stop())
	second.until(trackers + ` === 0`)
	second.moves()
	again := run(t, data, "SHOAL_LISTEN="+address, "SHOAL_URL="+p.URL)
	_ = again
	second.until(trackers + ` > 0`)
	third := s.viewer(t, path, agreed)
	third.until(`+document.querySelector('#player-host').dataset.peers > 0`)
	first.Close()
	third.Close()
	second.until(`document.querySelector('#player-host').dataset.peers === '0'`)
	second.is("on")
	second.moves()
	if n := eval[int](second, `stood`); n > 0 {
		t.Errorf("the film stood still %d times", n)
	}
}
