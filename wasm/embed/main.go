//go:build js

// Command embed is the player of embed pages, without the rest of the application.
package main

import (
	"shoal/wasm/browser"
	"shoal/wasm/controls"
	"shoal/wasm/stage"
)

func main() {
	page := browser.Document.Get("documentElement")
	s := stage.New(controls.Options{
		Words: controls.FromWords(words()), Lang: browser.Attr(page, "lang"), Embed: true, Guest: true,
	})
	if s == nil {
		return
	}
	s.OpenPage()
	browser.SetAttr(page, "data-app", "live")
	select {}
}

// words is the catalogue that the page carries when its language is not English.
func words() browser.Value {
	el := browser.ByID("words")
	if browser.Nil(el) {
		return browser.Window.Get("undefined")
	}
	return browser.ParseJSON(el.Get("textContent").String())
}
