//go:build js

package main

import (
	"strings"

	"shoal/app/pages"
	"shoal/wasm/browser"
	"shoal/wasm/controls"
	"shoal/wasm/stage"
)

// play gives the player the video of the page, or tells it that its page was left.
func (w *window) play() {
	watch, ok := w.page.(*pages.Watch)
	if !ok || len(watch.BootJSON) == 0 {
		if w.stage != nil {
			w.stage.Mini()
		}
		return
	}
	if w.stage == nil {
		w.dress()
		w.stage = stage.New(controls.Options{Words: w.s.Words.Over(controls.English, "player."), Lang: w.s.Lang, Guest: w.s.User == nil, Login: "/login", Wish: w.wish})
		if w.stage == nil {
			return
		}
		w.s.Player = w.stage
		if w.s.User != nil {
			w.stage.Member(w.s.User.P2P, w.shareAgain)
		}
	}
	w.stage.Open(watch.BootJSON, "player-slot")
}

// shareAgain is told when the person switches sharing on in the player after having switched it off for all devices.
func (w *window) shareAgain() {
	go w.root.Do(func() {
		w.s.User.P2P = true
		pages.TellSharing(w.s, true)
	})
}

// dress adds the player's style sheet to pages that came without.
func (w *window) dress() {
	href := browser.Attr(browser.ByID("state"), "data-player-css")
	if href == "" || !browser.Nil(browser.Find(browser.Document, `link[href="`+href+`"]`)) {
		return
	}
	browser.Append(browser.Document.Get("head"), browser.Make("link", "rel", "stylesheet", "href", href))
}

// wish does what the player's keys and buttons ask of the page.
func (w *window) wish(what string) bool {
	watch, _ := w.page.(*pages.Watch)
	open := func(address string) bool {
		w.root.Do(func() { w.Open(address) })
		return true
	}
	switch {
	case what == "search":
		w.root.Do(func() { w.Focus("search") })
	case what == "next" && watch != nil && len(watch.Next) > 0:
		return open(watch.Next[0].Path())
	case what == "go:home":
		return open("/videos/browse")
	case what == "go:upload" && w.s.MayPublish():
		return open("/videos/publish")
	case what == "go:library" && w.s.User != nil:
		return open("/my-library/videos")
	case strings.HasPrefix(what, "page:"):
		return open(strings.TrimPrefix(what, "page:"))
	default:
		return false
	}
	return true
}
