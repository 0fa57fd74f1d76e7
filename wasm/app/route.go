//go:build js

package main

import (
	"net/url"
	"strings"
	"time"

	"shoal/app/pages"
	"shoal/wasm/browser"
)

// patience is how long the old page stays before the new one's place is shown empty.
const patience = 150 * time.Millisecond

// route takes links, forms and the history over from go-app, whose way loses scroll, focus and modified clicks.
func (w *window) route() {
	browser.Window.Set("onclick", nil)
	browser.Window.Set("onpopstate", nil)
	h := browser.Window.Get("history")
	h.Set("scrollRestoration", "manual")
	if s := h.Get("state"); !browser.Nil(s) && !browser.Nil(s.Get("key")) {
		w.key = s.Get("key").Int()
	}
	w.next = w.key + 1
	w.mark(w.key)
	browser.On(browser.Window, "pagehide", func(browser.Value) { h.Set("scrollRestoration", "auto") })
	browser.On(browser.Window, "pageshow", func(browser.Value) { h.Set("scrollRestoration", "manual") })
	browser.On(browser.Window, "popstate", w.popped)
	browser.On(browser.Document, "click", w.clicked)
	browser.On(browser.Document, "submit", w.submitted)
}

// mark names the history entry, so that its page and scroll are found again.
func (w *window) mark(key int) {
	browser.Window.Get("history").Call("replaceState", map[string]any{"key": key}, "")
}

// clicked follows links to our own pages. What the visitor wants otherwise (another tab, a download, another site) and
// what another listener has answered is the browser's.
func (w *window) clicked(e browser.Value) {
	if e.Get("defaultPrevented").Bool() || e.Get("button").Int() != 0 {
		return
	}
	for _, key := range []string{"metaKey", "ctrlKey", "shiftKey", "altKey"} {
		if e.Get(key).Bool() {
			return
		}
	}
	target := e.Get("target")
	if browser.Nil(target) || browser.Nil(target.Get("closest")) {
		return
	}
	a := target.Call("closest", "a[href]")
	if browser.Nil(a) || a.Call("hasAttribute", "download").Bool() || browser.Nil(a.Get("href")) {
		return
	}
	if t := browser.Attr(a, "target"); t != "" && t != "_self" {
		return
	}
	u, err := url.Parse(a.Get("href").String())
	if err != nil || !w.ours(u) {
		return
	}
	if u.Path == w.url.Path && u.RawQuery == w.url.RawQuery && u.Fragment != "" {
		return // within the page
	}
	e.Call("preventDefault")
	w.root.Do(func() { w.visitNew(u) })
}

// ours tells whether an address is a page of the application.
func (w *window) ours(u *url.URL) bool {
	if u.Host != w.url.Host || u.Scheme != w.url.Scheme || u.Query().Get("wasm") == "false" {
		return false
	}
	if u.Path == "/login" || u.Path == "/setup" { // passwords belong to plain forms on fresh pages
		return false
	}
	if to, ok := pages.Alias(u); ok {
		if t, err := u.Parse(to); err == nil {
			*u = *t
		}
	}
	return pages.Find(u.Path) != nil
}

// submitted turns forms that only ask into navigations; those that change things go their plain way unless a page takes them.
func (w *window) submitted(e browser.Value) {
	form := e.Get("target")
	if e.Get("defaultPrevented").Bool() || strings.ToLower(form.Get("method").String()) != "get" {
		return
	}
	u, err := url.Parse(form.Get("action").String())
	if err != nil || !w.ours(u) {
		return
	}
	e.Call("preventDefault")
	data := browser.Window.Get("FormData").New(form)
	q := browser.Window.Get("URLSearchParams").New(data).Call("toString").String()
	values, _ := url.ParseQuery(q)
	for name := range values {
		if values.Get(name) == "" {
			values.Del(name)
		}
	}
	u.RawQuery = values.Encode()
	w.root.Do(func() { w.visitNew(u) })
}

// visitNew goes to an address as a new entry of the history.
func (w *window) visitNew(u *url.URL) {
	w.keepPage()
	h := browser.Window.Get("history")
	if u.String() == w.url.String() {
		w.mark(w.key)
	} else {
		w.key = w.next
		w.next++
		h.Call("pushState", map[string]any{"key": w.key}, "", u.String())
	}
	w.show(u, 0)
}

// keepPage remembers the page that is left as it is.
func (w *window) keepPage() {
	if w.waiting {
		return
	}
	w.kept[w.key] = kept{w.page, browser.Window.Get("scrollY").Float()}
	delete(w.kept, w.key-20)
}

// popped goes where Back or Forward lead.
func (w *window) popped(e browser.Value) {
	u := here()
	key := 0
	if s := e.Get("state"); !browser.Nil(s) && !browser.Nil(s.Get("key")) {
		key = s.Get("key").Int()
	} else if u.Path == w.url.Path && u.RawQuery == w.url.RawQuery {
		w.url = u // a place within the page
		return
	}
	w.root.Do(func() {
		w.keepPage()
		w.key = key
		if old, ok := w.kept[key]; ok && w.fresh(old.page) {
			w.visit++
			w.arrive(u, old.page, old.y)
			return
		}
		w.show(u, w.kept[key].y)
	})
}

// fresh tells whether a page may be shown as it was left: lists and videos, but not what a person edits.
func (w *window) fresh(p pages.Page) bool {
	switch p.(type) {
	case *pages.Browse, *pages.Watch, *pages.Channel, *pages.Person, *pages.About:
		return true
	}
	return false
}
