//go:build js

package browser

import (
	"sync"

	"shoal/app/dom"
)

// Back calls f when the network is back, or the person comes back to this tab, until stopped.
func Back(f func()) (stop func()) {
	var offs Offs
	offs.Add(
		On(Window, "online", func(Value) { f() }),
		On(Document, "visibilitychange", func(Value) {
			if Document.Get("visibilityState").String() == "visible" {
				f()
			}
		}),
		On(Window, "focus", func(Value) { f() }))
	return offs.Off
}

// Dropped calls f for files that are dropped or pasted anywhere on the page, until stopped. While some are dragged over
// it, html has data-drag.
func Dropped(f func([]dom.File)) (stop func()) {
	html := Document.Get("documentElement")
	dragged := func(e Value) bool {
		t := e.Get("dataTransfer")
		return !Nil(t) && t.Get("types").Call("includes", "Files").Bool()
	}
	over := func(e Value) {
		if dragged(e) {
			e.Call("preventDefault")
			e.Get("dataTransfer").Set("dropEffect", "copy")
			Flag(html, "data-drag", true)
		}
	}
	var offs Offs
	offs.Add(
		OnCapture(Window, "dragenter", over), OnCapture(Window, "dragover", over),
		OnCapture(Window, "dragleave", func(e Value) {
			if Nil(e.Get("relatedTarget")) { // left the window
				Flag(html, "data-drag", false)
			}
		}),
		OnCapture(Window, "drop", func(e Value) {
			Flag(html, "data-drag", false)
			if dragged(e) {
				e.Call("preventDefault")
				f(Files(e.Get("dataTransfer").Get("files")))
			}
		}),
		On(Window, "paste", func(e Value) {
			if c := e.Get("clipboardData"); !Nil(c) && c.Get("files").Length() > 0 {
				e.Call("preventDefault")
				f(Files(c.Get("files")))
			}
		}),
		func() { Flag(html, "data-drag", false) })
	return offs.Off
}

var guard struct {
	sync.Mutex
	off func()
}

// Guard asks before the tab is closed, until it is called with on false. Browsers choose the words themselves.
func Guard(on bool) {
	guard.Lock()
	defer guard.Unlock()
	switch {
	case on && guard.off == nil:
		guard.off = On(Window, "beforeunload", func(e Value) {
			e.Call("preventDefault")
			e.Set("returnValue", true) // older browsers
		})
	case !on && guard.off != nil:
		guard.off()
		guard.off = nil
	}
}
