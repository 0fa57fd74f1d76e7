//go:build js

package tab

import (
	"sync"

	"shoal/app/dom"
	"shoal/wasm/browser"
)

// Back calls f when the network is back, or the person comes back to this tab, until stopped.
func Back(f func()) (stop func()) {
	var offs browser.Offs
	offs.Add(
		browser.On(browser.Window, "online", func(browser.Value) { f() }),
		browser.On(browser.Document, "visibilitychange", func(browser.Value) {
			if browser.Document.Get("visibilityState").String() == "visible" {
				f()
			}
		}),
		browser.On(browser.Window, "focus", func(browser.Value) { f() }))
	return offs.Off
}

// Dropped calls f for files that are dropped or pasted anywhere on the page, until stopped. While some are dragged over
// it, html has data-drag.
func Dropped(f func([]dom.File)) (stop func()) {
	html := browser.Document.Get("documentElement")
	dragged := func(e browser.Value) bool {
		t := e.Get("dataTransfer")
		return !browser.Nil(t) && t.Get("types").Call("includes", "Files").Bool()
	}
	over := func(e browser.Value) {
		if dragged(e) {
			e.Call("preventDefault")
			e.Get("dataTransfer").Set("dropEffect", "copy")
			browser.Flag(html, "data-drag", true)
		}
	}
	var offs browser.Offs
	offs.Add(
		browser.OnCapture(browser.Window, "dragenter", over), browser.OnCapture(browser.Window, "dragover", over),
		browser.OnCapture(browser.Window, "dragleave", func(e browser.Value) {
			if browser.Nil(e.Get("relatedTarget")) { // left the window
				browser.Flag(html, "data-drag", false)
			}
		}),
		browser.OnCapture(browser.Window, "drop", func(e browser.Value) {
			browser.Flag(html, "data-drag", false)
			if dragged(e) {
				e.Call("preventDefault")
				f(Files(e.Get("dataTransfer").Get("files")))
			}
		}),
		browser.On(browser.Window, "paste", func(e browser.Value) {
			if c := e.Get("clipboardData"); !browser.Nil(c) && c.Get("files").Length() > 0 {
				e.Call("preventDefault")
				f(Files(c.Get("files")))
			}
		}),
		func() { browser.Flag(html, "data-drag", false) })
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
		guard.off = browser.On(browser.Window, "beforeunload", func(e browser.Value) {
			e.Call("preventDefault")
			e.Set("returnValue", true) // older browsers
		})
	case !on && guard.off != nil:
		guard.off()
		guard.off = nil
	}
}
