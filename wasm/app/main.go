//go:build js

// Command app is the page application in the browser: it takes over the page the server drew and goes on from there.
package main

import (
	"encoding/json"

	goapp "github.com/maxence-charriere/go-app/v9/pkg/app"

	"shoal/app/live"
	"shoal/app/pages"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/shared/api"
	"shoal/wasm/browser"
)

func main() {
	w := &window{}
	if !w.take() {
		return
	}
	w.root = live.NewRoot(w.draw, w.begin)
	goapp.RouteWithRegexpFunc(".*", func() goapp.Composer { return w.root })
	goapp.RunWhenOnBrowser()
}

// take reads what the server wrote into the page.
func (w *window) take() bool {
	el := browser.ByID("state")
	if browser.Nil(el) {
		return false
	}
	var state struct {
		Facts session.Facts   `json:"facts"`
		Name  string          `json:"name"`
		Page  json.RawMessage `json:"page"`
	}
	if json.Unmarshal([]byte(el.Get("textContent").String()), &state) != nil {
		return false
	}
	w.url = here()
	w.s = &session.Session{Facts: state.Facts, Words: text.For(state.Facts.Lang), Browser: w, API: api.Client{Do: fetch}}
	w.began = clock()
	w.served = state.Facts.Now
	w.page = pages.Find(w.url.Path)
	if state.Name == "problem" || w.page == nil {
		w.page = &pages.Problem{Again: w.again}
	}
	if w.page.Name() != state.Name { // the service worker gave another page, such as the one for offline
		w.page = &pages.Problem{Here: w.url.RequestURI(), Again: w.again}
		return true
	}
	if watch, ok := w.page.(*pages.Watch); ok {
		if boot := browser.ByID("boot"); !browser.Nil(boot) {
			watch.BootJSON = json.RawMessage(boot.Get("textContent").String())
		}
	}
	return json.Unmarshal(state.Page, w.page) == nil
}
