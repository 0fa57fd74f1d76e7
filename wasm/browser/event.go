//go:build js

package browser

import (
	"syscall/js"
	"time"
)

// On calls f for each event until off is called, which also lets go of the function. f must not block.
func On(target Value, event string, f func(e Value)) (off func()) {
	return listen(target, event, f, false)
}

// OnCapture is On before the elements below target hear of it; f may prevent the default.
func OnCapture(target Value, event string, f func(e Value)) (off func()) {
	return listen(target, event, f, map[string]any{"capture": true, "passive": false})
}

func listen(target Value, event string, f func(e Value), options any) (off func()) {
	fn := js.FuncOf(func(_ Value, args []Value) any {
		f(args[0])
		return nil
	})
	target.Call("addEventListener", event, fn, options)
	done := false
	return func() {
		if done {
			return
		}
		done = true
		target.Call("removeEventListener", event, fn, options)
		fn.Release()
	}
}

// Offs collects what is to be let go of together.
type Offs []func()

// Add keeps more functions to call.
func (o *Offs) Add(off ...func()) { *o = append(*o, off...) }

// Off calls and forgets them all.
func (o *Offs) Off() {
	for _, off := range *o {
		off()
	}
	*o = nil
}

// once is a function that releases itself when called; drop releases it unused.
func once(f func(args []Value)) (fn js.Func, drop func()) {
	done := false
	drop = func() {
		if !done {
			done = true
			fn.Release()
		}
	}
	fn = js.FuncOf(func(_ Value, args []Value) any {
		drop()
		f(args)
		return nil
	})
	return fn, drop
}

// After calls f once after d unless stopped before.
func After(d time.Duration, f func()) (stop func()) {
	fn, drop := once(func([]Value) { f() })
	id := js.Global().Call("setTimeout", fn, milliseconds(d))
	return func() {
		js.Global().Call("clearTimeout", id)
		drop()
	}
}

// Every calls f again and again until stopped.
func Every(d time.Duration, f func()) (stop func()) {
	fn := js.FuncOf(func(Value, []Value) any { f(); return nil })
	id := js.Global().Call("setInterval", fn, milliseconds(d))
	return onlyOnce(func() {
		js.Global().Call("clearInterval", id)
		fn.Release()
	})
}

// Soon calls f when what runs now has ended, before the browser draws.
func Soon(f func()) {
	fn, _ := once(func([]Value) { f() })
	js.Global().Call("queueMicrotask", fn)
}

// Idle calls f when the page has nothing better to do.
func Idle(f func()) {
	fn, _ := once(func([]Value) { f() })
	if Nil(js.Global().Get("requestIdleCallback")) {
		js.Global().Call("setTimeout", fn, 200)
		return
	}
	js.Global().Call("requestIdleCallback", fn, map[string]any{"timeout": 2000})
}

// NextFrame calls f before the browser draws next unless stopped before.
func NextFrame(f func()) (stop func()) {
	fn, drop := once(func([]Value) { f() })
	id := js.Global().Call("requestAnimationFrame", fn)
	return func() {
		js.Global().Call("cancelAnimationFrame", id)
		drop()
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func onlyOnce(f func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			f()
		}
	}
}

// Then hears how a promise ends. Either function may be nil.
func Then(promise Value, ok func(Value), bad func(error)) {
	var good, fail js.Func
	end := func() { good.Release(); fail.Release() }
	good = js.FuncOf(func(_ Value, args []Value) any {
		end()
		if ok != nil {
			ok(args[0])
		}
		return nil
	})
	fail = js.FuncOf(func(_ Value, args []Value) any {
		end()
		if bad != nil {
			bad(Exception{args[0]})
		}
		return nil
	})
	promise.Call("then", good, fail)
}

// Await waits for a promise. It may only be called from a goroutine of one's own, never from an event.
func Await(promise Value) (Value, error) {
	type end struct {
		v   Value
		err error
	}
	c := make(chan end, 1)
	Then(promise, func(v Value) { c <- end{v: v} }, func(err error) { c <- end{err: err} })
	e := <-c
	return e.v, e.err
}
