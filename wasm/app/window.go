//go:build js

package main

import (
	"net/url"
	"time"

	"shoal/app/dom"
	"shoal/app/live"
	"shoal/app/pages"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/wasm/browser"
	"shoal/wasm/stage"
	"shoal/wasm/tab"
)

// window is the application: the page that is shown, the way to the next one, and what pages may ask of the browser.
type window struct {
	s       *session.Session
	root    *live.Root
	page    pages.Page
	url     *url.URL
	leave   func()        // ends what the page does while it stands
	waiting bool          // a page is on its way and takes long enough to say so
	visit   int           // counts navigations, so that a late answer is not shown
	key     int           // of the history entry
	next    int           // the next key
	kept    map[int]kept  // pages of earlier entries, for Back
	stop    func()        // ends the load under way
	stage   *stage.Stage  // the player
	restore browser.Value // puts back what the visitor did before the first drawing
	began   time.Duration // of the program
	served  time.Time     // the server's clock at began
	pushes  *tab.Pushes   // opened by the first who listens
	toasts  int
	more    int // lists that grew by themselves on this page
}

// kept is a page as it was left.
type kept struct {
	page pages.Page
	y    float64
}

func here() *url.URL {
	u, err := url.Parse(browser.Window.Get("location").Get("href").String())
	if err != nil {
		return &url.URL{Path: "/"}
	}
	return u
}

func clock() time.Duration {
	return time.Duration(browser.Window.Get("performance").Call("now").Float() * float64(time.Millisecond))
}

// draw gives the whole application as it is now.
func (w *window) draw() *dom.Element {
	if w.restore.IsUndefined() {
		w.restore = browser.Window.Get("shoalHold")
		if !browser.Nil(w.restore) {
			w.restore = w.restore.Invoke()
		}
	}
	f := pages.FrameOf(w.url.Path, w.page)
	f.Press = w.presses()
	if w.waiting {
		f.State, f.Layout = "loading", ""
		return parts.Shell(w.s, f, dom.Div(dom.Class("page wide"), dom.P(dom.Class("out"), dom.Role("status"), dom.Text(w.s.T("loading"))), parts.Skeletons(12)))
	}
	return parts.Shell(w.s, f, w.page.View(w.s))
}

// begin is called when the first drawing stands.
func (w *window) begin() {
	if !browser.Nil(w.restore) {
		w.restore.Invoke()
	}
	w.restore = browser.Window.Get("Boolean").New() // never undefined again
	w.kept = map[int]kept{}
	w.route()
	w.watchNetwork()
	w.extend()
	w.settle()
	w.play()
	browser.SetAttr(browser.Document.Get("documentElement"), "data-app", "live")
}

// settle starts what the page does while it stands.
func (w *window) settle() {
	w.unsettle()
	if p, ok := w.page.(pages.Settled); ok {
		w.leave = p.Settle(w.s)
	}
}

func (w *window) unsettle() {
	if w.leave != nil {
		w.leave()
		w.leave = nil
	}
}

func (w *window) presses() parts.Presses {
	return parts.Presses{
		Rail: func(e dom.Event) {
			e.Prevent()
			w.s.Rail = !w.s.Rail
			w.Cookie("rail", map[bool]string{true: "wide"}[w.s.Rail])
		},
		Theme: func(e dom.Event) {
			e.Prevent()
			theme := e.Data("theme-choice")
			if theme == "system" {
				theme = ""
			}
			w.Theme(theme)
		},
		Reload: func(dom.Event) { w.update() },
		Shut:   func(e dom.Event) { w.shut(e.Data("id"), false) },
		Act:    func(e dom.Event) { w.shut(e.Data("id"), true) },
	}
}
