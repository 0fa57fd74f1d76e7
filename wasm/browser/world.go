//go:build js

package browser

import (
	"syscall/js"

	"shoal/shared/announce"
	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

// memory is bytes outside Go. Hashes are made by the browser, apart from the page's line.
type memory struct{}

func (memory) Read(to []byte, c player.Chunk, from int) {
	js.CopyBytesToGo(to, c.(chunk).v.Call("subarray", from, from+len(to)))
}

func (memory) Join(list []player.Chunk) player.Chunk {
	if len(list) == 1 {
		return chunk{list[0].(chunk).v.Call("slice"), list[0].Len()}
	}
	v := joined(list)
	return chunk{v, v.Get("byteLength").Int()}
}

func (memory) Hash(c player.Chunk, done func(sum [20]byte)) {
	digest := Window.Get("crypto").Get("subtle").Call("digest", "SHA-1", c.(chunk).v)
	Then(digest, func(sum Value) { done([20]byte(bytesOf(sum))) }, func(error) { done([20]byte{}) })
}

// bytesOf copies an ArrayBuffer into Go.
func bytesOf(buffer Value) []byte {
	v := Window.Get("Uint8Array").New(buffer)
	b := make([]byte, v.Get("byteLength").Int())
	js.CopyBytesToGo(b, v)
	return b
}

func random(b []byte) {
	v := Window.Get("Uint8Array").New(len(b))
	Window.Get("crypto").Call("getRandomValues", v)
	js.CopyBytesToGo(b, v)
}

// peering asks the server who may share a video and how.
func peering(uuid string, done func(swarm.Peering, error)) (cancel func()) {
	return ask("/api/v1/videos/"+uuid+"/peering", "json", func(v Value, err error) {
		if err != nil {
			done(swarm.Peering{}, err)
			return
		}
		done(readPeering(v), nil)
	})
}

func readPeering(v Value) swarm.Peering {
	p := swarm.Peering{Tracker: text(v, "tracker"), Peers: int(float(v, "peers")), Upload: int64(float(v, "upload"))}
	date := Window.Get("Date")
	p.Seconds = (date.Call("parse", text(v, "expires")).Float() - date.Call("now").Float()) / 1000
	each(v.Get("stun"), func(s Value) { p.STUN = append(p.STUN, s.String()) })
	each(v.Get("files"), func(f Value) {
		if hash, ok := swarm.ParseHash(text(f, "infohash")); ok {
			p.Files = append(p.Files, swarm.PeeringFile{Infohash: announce.ID(hash), Torrent: text(f, "torrent")})
		}
	})
	return p
}

func torrentFile(address string, done func([]byte, error)) (cancel func()) {
	return ask(address, "arrayBuffer", func(v Value, err error) {
		if err != nil {
			done(nil, err)
			return
		}
		done(bytesOf(v), nil)
	})
}

// ask fetches an address and reads its body as json, text or arrayBuffer.
func ask(address, as string, done func(Value, error)) (cancel func()) {
	over := false
	say := func(v Value, err error) {
		if !over {
			over = true
			done(v, err)
		}
	}
	bad := func(error) { say(Value{}, player.ErrNetwork) }
	Then(Window.Call("fetch", address), func(r Value) {
		if status := r.Get("status").Int(); status != 200 {
			say(Value{}, player.StatusError(status))
			return
		}
		Then(r.Call(as), func(v Value) { say(v, nil) }, bad)
	}, bad)
	return func() { over = true }
}

// sockets are the browser's WebSockets.
type sockets struct{}

type socket struct {
	v      Value
	closed bool
	offs   Offs
}

func (sockets) Open(address string, to swarm.Line) swarm.Socket {
	s := &socket{}
	opened := false
	if Try(func() { s.v = Window.Get("WebSocket").New(address) }) != nil { // a malformed address, or forbidden by the page's policy
		Soon(func() {
			if !s.closed {
				s.closed = true
				to.Closed(0)
			}
		})
		return s
	}
	s.offs.Add(
		On(s.v, "open", func(Value) { opened = true; to.Opened() }),
		On(s.v, "message", func(e Value) {
			if data := e.Get("data"); data.Type() == js.TypeString {
				to.Heard([]byte(data.String()))
			}
		}),
		On(s.v, "close", func(e Value) {
			code := 0
			if opened {
				code = e.Get("code").Int()
			}
			s.closed = true
			s.offs.Off()
			to.Closed(code)
		}))
	return s
}

func (s *socket) Send(text []byte) {
	if !s.closed && s.v.Get("readyState").Int() == 1 {
		s.v.Call("send", string(text))
	}
}

func (s *socket) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.offs.Off()
	if s.v.Truthy() {
		s.v.Call("close")
	}
}
