//go:build js

package browser

import (
	"syscall/js"
	"time"

	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

// gatherTime is how long candidates are waited for; then those found are used.
const gatherTime = 3 * time.Second

// dialer makes WebRTC connections.
type dialer struct{}

func (dialer) Able() bool { return !Nil(Window.Get("RTCPeerConnection")) }

// Offer begins a connection that another viewer may answer.
func (dialer) Offer(stun []string, to swarm.Ear, done func(string, error)) swarm.Conn {
	r := newRoad(stun, done)
	c := r.lay(to)
	r.describe(nil, "createOffer")
	return c
}

// Answer takes up the offer of another viewer.
func (dialer) Answer(stun []string, offer string, to swarm.Ear, done func(string, error)) swarm.Conn {
	r := newRoad(stun, done)
	c := &stream{road: r, ear: to}
	r.streams, r.first = append(r.streams, c), c
	r.describe(map[string]any{"type": "offer", "sdp": offer}, "createAnswer")
	return c
}

// road is a connection with its streams.
type road struct {
	pc      Value
	done    func(string, error)
	streams []*stream
	first   *stream // waits for the stream that the other side opens first
	offs    Offs
	over    bool
}

func newRoad(stun []string, done func(string, error)) *road {
	r := &road{done: done}
	var servers []any
	for _, s := range stun {
		servers = append(servers, map[string]any{"urls": s})
	}
	if Try(func() { r.pc = Window.Get("RTCPeerConnection").New(map[string]any{"iceServers": servers}) }) != nil {
		r.offs.Add(After(0, r.fail))
		return r
	}
	r.offs.Add(
		On(r.pc, "datachannel", func(e Value) { r.met(e.Get("channel")) }),
		On(r.pc, "connectionstatechange", func(Value) {
			if s := r.pc.Get("connectionState").String(); s == "failed" || s == "closed" {
				r.lost()
			}
		}))
	return r
}

// describe makes our side's description, after the other's when there is one, and gives it with all its candidates.
func (r *road) describe(other map[string]any, how string) {
	if !r.pc.Truthy() {
		return
	}
	bad := func(error) { r.fail() }
	then := func(p Value, next func(Value)) {
		Then(p, func(v Value) {
			if !r.over {
				next(v)
			}
		}, bad)
	}
	ours := func(Value) {
		then(r.pc.Call(how), func(v Value) {
			then(r.pc.Call("setLocalDescription", v), func(Value) { r.gather() })
		})
	}
	if other == nil {
		ours(Value{})
		return
	}
	then(r.pc.Call("setRemoteDescription", other), ours)
}

func (r *road) gather() {
	ready := func() {
		if r.done == nil || r.over {
			return
		}
		done := r.done
		r.done = nil
		done(r.pc.Get("localDescription").Get("sdp").String(), nil)
	}
	complete := func() bool { return r.pc.Get("iceGatheringState").String() == "complete" }
	if complete() {
		ready()
		return
	}
	r.offs.Add(After(gatherTime, ready), On(r.pc, "icegatheringstatechange", func(Value) {
		if complete() {
			ready()
		}
	}))
}

// fail is a description that could not be made.
func (r *road) fail() {
	if done := r.done; done != nil && !r.over {
		r.done = nil
		done("", swarm.ErrDial)
	}
	r.lost()
}

// lost ends all streams as the other side does.
func (r *road) lost() {
	for len(r.streams) > 0 {
		r.streams[0].end(true)
	}
}

// lay opens a stream of ours.
func (r *road) lay(to swarm.Ear) *stream {
	c := &stream{road: r, ear: to}
	r.streams = append(r.streams, c)
	if r.pc.Truthy() {
		c.carry(r.pc.Call("createDataChannel", "shoal"))
	}
	return c
}

// met is a stream that the other side opened.
func (r *road) met(channel Value) {
	if c := r.first; c != nil {
		r.first = nil
		c.carry(channel)
		return
	}
	if len(r.streams) == 0 || r.streams[0].ear.Sibling == nil {
		channel.Call("close")
		return
	}
	c := &stream{road: r}
	r.streams = append(r.streams, c)
	if c.ear = r.streams[0].ear.Sibling(c); c.ear.Heard == nil {
		c.dc = channel
		c.end(false)
		return
	}
	c.carry(channel)
}

// stream is a data channel.
type stream struct {
	road *road
	ear  swarm.Ear
	dc   Value
	offs Offs
	open bool
	over bool
}

func (c *stream) carry(dc Value) {
	c.dc = dc
	dc.Set("binaryType", "arraybuffer")
	dc.Set("bufferedAmountLowThreshold", swarm.LowWater)
	opened := func() {
		if !c.open && !c.over {
			c.open = true
			c.ear.Opened()
		}
	}
	c.offs.Add(
		On(dc, "open", func(Value) { opened() }),
		On(dc, "message", func(e Value) {
			if data := e.Get("data"); data.Type() == js.TypeObject && !c.over {
				v := Window.Get("Uint8Array").New(data)
				c.ear.Heard(chunk{v, v.Get("byteLength").Int()})
			}
		}),
		On(dc, "bufferedamountlow", func(Value) {
			if c.ear.Drained != nil && !c.over {
				c.ear.Drained()
			}
		}),
		On(dc, "close", func(Value) { c.end(true) }),
		On(dc, "error", func(Value) { c.end(true) }))
	if dc.Get("readyState").String() == "open" { // when the other side opened it
		c.offs.Add(After(0, opened))
	}
}

// Accept takes the answer to our offer.
func (c *stream) Accept(answer string) {
	r := c.road
	if r.over || !r.pc.Truthy() {
		return
	}
	_ = Try(func() {
		Then(r.pc.Call("setRemoteDescription", map[string]any{"type": "answer", "sdp": answer}), nil, func(error) { r.lost() })
	})
}

// Send puts head and body on the line together; only the head is copied out of Go.
func (c *stream) Send(head []byte, body player.Chunk) {
	if c.over || !c.open {
		return
	}
	n := len(head)
	if body != nil {
		n += body.Len()
	}
	v := Window.Get("Uint8Array").New(n)
	js.CopyBytesToJS(v, head)
	if body != nil {
		v.Call("set", body.(chunk).v, len(head))
	}
	for at := 0; at < n; at += swarm.MostFrame {
		frame := v.Call("subarray", at, min(n, at+swarm.MostFrame))
		_ = Try(func() { c.dc.Call("send", frame) }) // a channel that closes tells so by itself
	}
}

// Waiting is what the browser still holds.
func (c *stream) Waiting() int {
	if c.over || !c.open {
		return 0
	}
	return c.dc.Get("bufferedAmount").Int()
}

// Sibling opens another stream beside this one.
func (c *stream) Sibling(to swarm.Ear) swarm.Conn { return c.road.lay(to) }

// Close ends the stream, and the connection with the last one.
func (c *stream) Close() { c.end(false) }

func (c *stream) end(tell bool) {
	if c.over {
		return
	}
	c.over = true
	c.offs.Off()
	if c.dc.Truthy() {
		_ = Try(func() { c.dc.Call("close") })
	}
	r := c.road
	for i, s := range r.streams {
		if s == c {
			r.streams = append(r.streams[:i:i], r.streams[i+1:]...)
			break
		}
	}
	if len(r.streams) == 0 && !r.over {
		r.over = true
		r.offs.Off()
		if r.pc.Truthy() {
			r.pc.Call("close")
		}
	}
	if tell && c.ear.Closed != nil {
		c.ear.Closed()
	}
}
