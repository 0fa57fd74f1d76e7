//go:build js

package main

import (
	"context"
	"net/url"

	"shoal/app/dom"
	"shoal/app/pages"
	"shoal/shared/api"
	"shoal/wasm/browser"
)

// show loads the page of an address and puts it in place of the present one.
func (w *window) show(u *url.URL, y float64) {
	p := pages.Find(u.Path)
	if p == nil {
		w.Load(u.String())
		return
	}
	if w.stop != nil {
		w.stop()
	}
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	w.visit++
	visit := w.visit
	later := browser.After(patience, func() {
		w.root.Do(func() {
			if visit == w.visit {
				w.waiting = true
				browser.Window.Call("scrollTo", 0, 0)
			}
		})
	})
	go func() {
		err := p.Load(ctx, w.s, u)
		w.root.Do(func() {
			later()
			if visit != w.visit {
				return
			}
			if api.Status(err) == 401 { // back here after signing in
				w.Load("/login?next=" + url.QueryEscape(u.RequestURI()))
				return
			}
			if watch, is := p.(*pages.Watch); is && err == nil && len(watch.Origins) > 0 {
				w.Load(u.String()) // only a page of its own may ask the other platform
				return
			}
			if err != nil {
				problem := pages.NewProblem(w.s, err, u.RequestURI())
				problem.Again = w.again
				p = problem
			}
			w.arrive(u, p, y)
		})
	}()
}

// arrive shows a loaded page: title, focus, scroll and the player follow when it stands.
func (w *window) arrive(u *url.URL, p pages.Page, y float64) {
	w.unsettle()
	w.waiting, w.more = false, 0
	w.page, w.url = p, u
	w.s.Now = w.served.Add(clock() - w.began)
	browser.Document.Set("title", p.Head(w.s).Title)
	body := browser.Body()
	browser.SetAttr(body, "data-page", p.Name())
	watch, _ := p.(*pages.Watch)
	browser.Flag(body, "data-tall", watch != nil && watch.Tall())
	w.root.Defer(func() {
		w.settle()
		w.play()
		w.look(u, y)
	})
}

// look moves focus and view to the new page.
func (w *window) look(u *url.URL, y float64) {
	if h1 := browser.ByID("h1"); !browser.Nil(h1) {
		h1.Call("focus", map[string]any{"preventScroll": true})
	}
	if u.Fragment != "" && y == 0 {
		if el := browser.ByID(u.Fragment); !browser.Nil(el) {
			el.Call("scrollIntoView")
			return
		}
	}
	browser.Window.Call("scrollTo", map[string]any{"top": y, "behavior": "instant"})
}

// Lists grow by themselves when their end comes near, a few times; after that the button does it, so that what stands
// below a list can be reached.
const (
	mostByItself = 3
	near         = 900 // pixels
)

func (w *window) extend() {
	browser.On(browser.Window, "scroll", func(browser.Value) {
		if w.more >= mostByItself || w.page.Name() != "browse" {
			return
		}
		b := browser.Find(browser.Document, `[data-test="more"]:not([aria-busy])`)
		if browser.Nil(b) || b.Call("getBoundingClientRect").Get("top").Float() > browser.Window.Get("innerHeight").Float()+near {
			return
		}
		w.more++
		b.Call("click")
	})
}

// again loads the present address once more.
func (w *window) again(e dom.Event) {
	e.Prevent()
	w.show(w.url, 0)
}
