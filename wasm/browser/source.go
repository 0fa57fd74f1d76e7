//go:build js

package browser

import (
	"strconv"
	"syscall/js"

	"shoal/wasm/player"
)

// server is the source that asks the server for byte ranges.
type server struct{}

// fetching is a request whose body is read as it comes.
type fetching struct {
	sink       player.Sink
	reader     Value
	skip, left int64
	step, fail js.Func
	abort      Value
	reading    bool // a read has been asked for: the functions are still needed
	over       bool
}

func (server) Fetch(p player.Piece, to player.Sink) (cancel func()) {
	f := &fetching{sink: to, left: p.Range.Size, reader: js.Undefined(), abort: Window.Get("AbortController").New()}
	f.step = js.FuncOf(func(_ Value, args []Value) any {
		f.reading = false
		f.read(args[0])
		return nil
	})
	f.fail = js.FuncOf(func(Value, []Value) any {
		f.reading = false
		f.end(player.ErrNetwork)
		return nil
	})
	options := map[string]any{
		"headers": map[string]any{"Range": "bytes=" + strconv.FormatInt(p.Range.Offset, 10) + "-" + strconv.FormatInt(p.Range.End()-1, 10)},
		"signal":  f.abort.Get("signal"), "priority": "high",
	}
	Then(Window.Call("fetch", p.File, options), func(r Value) { f.answered(r, p.Range.Offset) }, func(error) { f.end(player.ErrNetwork) })
	return func() {
		if f.over {
			return
		}
		f.over = true
		f.abort.Call("abort")
		if !f.reading && !Nil(f.reader) {
			f.release()
		}
	}
}

func (f *fetching) answered(r Value, offset int64) {
	status := r.Get("status").Int()
	switch {
	case f.over:
		f.release()
		return
	case status == 200:
		f.skip = offset // the server gave the whole file
	case status != 206:
		f.end(player.StatusError(status))
		return
	}
	f.reader = r.Get("body").Call("getReader")
	f.next()
}

func (f *fetching) next() {
	f.reading = true
	f.reader.Call("read").Call("then", f.step, f.fail)
}

// read takes what one read brought.
func (f *fetching) read(result Value) {
	if f.over {
		f.release()
		return
	}
	if result.Get("done").Bool() {
		f.end(player.ErrNetwork) // too early
		return
	}
	v := result.Get("value")
	c := chunk{v, v.Get("byteLength").Int()}
	drop := min(f.skip, int64(c.n))
	f.skip -= drop
	take := min(int64(c.n)-drop, f.left)
	f.left -= take
	if take > 0 {
		f.sink.Data(c.Slice(int(drop), int(drop+take)), player.Server)
	}
	switch {
	case f.over: // cancelled meanwhile
	case f.left == 0:
		f.end(nil)
	default:
		f.next()
	}
}

func (f *fetching) end(err error) {
	f.release()
	if f.over {
		return
	}
	f.over = true
	if err == nil {
		Then(f.reader.Call("cancel"), nil, nil)
	}
	f.sink.End(err)
}

func (f *fetching) release() {
	f.step.Release()
	f.fail.Release()
}

func (server) Text(address string, done func(string, error)) (cancel func()) {
	over := false
	say := func(text string, err error) {
		if !over {
			done(text, err)
		}
	}
	bad := func(error) { say("", player.ErrNetwork) }
	Then(Window.Call("fetch", address), func(r Value) {
		if status := r.Get("status").Int(); status != 200 {
			say("", player.StatusError(status))
			return
		}
		Then(r.Call("text"), func(text Value) { say(text.String(), nil) }, bad)
	}, bad)
	return func() { over = true }
}
