//go:build js

package browser

import "syscall/js"

// Func makes f a function that scripts can call; release lets go of it.
func Func(f func(args []Value)) (fn Value, release func()) {
	made := js.FuncOf(func(_ Value, args []Value) any {
		f(args)
		return nil
	})
	return made.Value, onlyOnce(made.Release)
}

// OnResize calls f when the size of any of the elements changes, also when one leaves the document, until stopped.
func OnResize(f func(), elements ...Value) (stop func()) {
	if Nil(Window.Get("ResizeObserver")) {
		return func() {}
	}
	fn, release := Func(func([]Value) { f() })
	observer := Window.Get("ResizeObserver").New(fn)
	for _, el := range elements {
		observer.Call("observe", el)
	}
	return onlyOnce(func() {
		observer.Call("disconnect")
		release()
	})
}
