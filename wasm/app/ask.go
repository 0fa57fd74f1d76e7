//go:build js

package main

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"shoal/app/dom"
	"shoal/app/pages"
	"shoal/app/session"
	"shoal/shared/api"
	"shoal/wasm/browser"
	"shoal/wasm/tab"
)

// What pages ask of the browser; see session.Browser.

func (w *window) Go(f func()) { go f() }
func (w *window) Do(f func()) { w.root.Do(f) }

func (w *window) Open(address string) {
	u, err := w.url.Parse(address)
	if err != nil || !w.ours(u) {
		w.Load(address)
		return
	}
	w.visitNew(u)
}

func (w *window) Replace(address string) {
	if u, err := w.url.Parse(address); err == nil {
		w.url = u
		browser.Window.Get("history").Call("replaceState", map[string]any{"key": w.key}, "", address)
	}
}

func (w *window) Load(address string) {
	browser.Window.Get("location").Call("assign", address)
}

func (w *window) After(d time.Duration, f func()) func() {
	return browser.After(d, func() { w.root.Do(f) })
}

func (w *window) Keep(key, value string) { browser.Store("shoal."+key, value) }
func (w *window) Kept(key string) string { return browser.Stored("shoal." + key) }

// Cookie keeps a choice for a year where the server sees it; an empty value forgets.
func (w *window) Cookie(name, value string) {
	age := 365 * 24 * 3600
	if value == "" {
		age = 0
	}
	c := name + "=" + url.QueryEscape(value) + "; path=/; max-age=" + strconv.Itoa(age) + "; samesite=lax"
	if w.url.Scheme == "https" {
		c += "; secure"
	}
	browser.Document.Set("cookie", c)
}

func (w *window) Theme(name string) {
	w.s.Facts.Theme = name
	w.Cookie("theme", name)
	page := browser.Document.Get("documentElement")
	if name == "" {
		browser.DelAttr(page, "data-theme")
		return
	}
	browser.SetAttr(page, "data-theme", name)
}

func (w *window) Focus(id string) {
	w.root.Defer(func() {
		if el := browser.ByID(id); !browser.Nil(el) {
			el.Call("focus")
			el.Call("scrollIntoView", map[string]any{"block": "nearest"})
		}
	})
}

func (w *window) Copy(words string) {
	if c := browser.Window.Get("navigator").Get("clipboard"); !browser.Nil(c) {
		browser.Then(c.Call("writeText", words), nil, func(error) {})
	}
}

func (w *window) Preview(f dom.File) string { return tab.Preview(f) }

// Guard asks before the tab is closed, as long as words are given; browsers show words of their own.
func (w *window) Guard(words string) { tab.Guard(words != "") }

func (w *window) Send(ctx context.Context, c session.Chunk) (session.Answer, error) {
	return tab.Send(ctx, c)
}

func (w *window) Video(ctx context.Context, f dom.File) (session.Clip, error) {
	return tab.LookInto(ctx, f)
}

// Heard calls f on the page's line for what the server pushes.
func (w *window) Heard(f func(api.Push)) func() {
	if w.pushes == nil {
		w.pushes = tab.NewPushes()
	}
	return w.pushes.Heard(func(m api.Push) { w.root.Do(func() { f(m) }) })
}

func (w *window) Back(f func()) func() {
	return tab.Back(func() { w.root.Do(f) })
}

func (w *window) Dropped(f func([]dom.File)) func() {
	return tab.Dropped(func(files []dom.File) { w.root.Do(func() { f(files) }) })
}

// Show opens a dialog or popover of the page in front of everything, or closes it at once, before the page is drawn again.
func (w *window) Show(id string, open bool) {
	if !open {
		show(id, false)
		return
	}
	w.root.Defer(func() { show(id, true) })
}

func show(id string, open bool) {
	el := browser.ByID(id)
	if browser.Nil(el) {
		return
	}
	if el.Call("hasAttribute", "popover").Bool() {
		if open != el.Call("matches", ":popover-open").Bool() {
			el.Call("togglePopover")
		}
		return
	}
	switch {
	case open && !el.Get("open").Truthy():
		el.Call("showModal")
	case !open && el.Get("open").Truthy():
		el.Call("close")
	}
}

const toastTime = 7 * time.Second

func (w *window) Toast(t session.Toast) {
	w.toasts++
	t.ID = w.toasts
	w.s.Shell.Toasts = append(w.s.Shell.Toasts, t)
	w.After(toastTime, func() { w.drop(t.ID) })
}

func (w *window) drop(id int) {
	left := w.s.Shell.Toasts[:0:0]
	for _, t := range w.s.Shell.Toasts {
		if t.ID != id {
			left = append(left, t)
		}
	}
	w.s.Shell.Toasts = left
}

// shut takes a toast away, doing what its button says when act is set.
func (w *window) shut(id string, act bool) {
	n, _ := strconv.Atoi(id)
	for _, t := range w.s.Shell.Toasts {
		if t.ID == n && act && t.Do != nil {
			defer t.Do()
		}
	}
	w.drop(n)
}

// watchNetwork shows when there is none, and when a new version waits.
func (w *window) watchNetwork() {
	set := func(browser.Value) {
		w.root.Do(func() {
			w.s.Shell.Offline = !browser.Window.Get("navigator").Get("onLine").Bool()
			if p, ok := w.page.(*pages.Problem); ok && p.Status == 0 && !w.s.Shell.Offline {
				w.show(w.url, 0) // as the page promises
			}
		})
	}
	browser.On(browser.Window, "online", set)
	browser.On(browser.Window, "offline", set)
	if !browser.Window.Get("navigator").Get("onLine").Bool() {
		set(browser.Value{})
	}
	fn, _ := browser.Func(func([]browser.Value) { w.root.Do(func() { w.s.Shell.Update = true }) })
	browser.Window.Set("shoalUpdate", fn)
}

// update lets the new service worker take over and loads the page anew.
func (w *window) update() {
	workers := browser.Window.Get("navigator").Get("serviceWorker")
	if browser.Nil(workers) {
		browser.Window.Get("location").Call("reload")
		return
	}
	browser.On(workers, "controllerchange", func(browser.Value) { browser.Window.Get("location").Call("reload") })
	browser.Then(workers.Call("getRegistration"), func(r browser.Value) {
		if !browser.Nil(r) && !browser.Nil(r.Get("waiting")) {
			r.Get("waiting").Call("postMessage", "reload")
			return
		}
		browser.Window.Get("location").Call("reload")
	}, nil)
}
