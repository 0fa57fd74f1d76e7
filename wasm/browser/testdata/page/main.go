//go:build js

// Command page is the player on a page with a place for it, as the application has, without the application.
package main

import (
	"shoal/wasm/browser"
	"shoal/wasm/controls"
	"shoal/wasm/stage"
)

func main() {
	s := stage.New(controls.Options{Lang: "en", Guest: true})
	s.OpenPage()
	again, _ := browser.Func(func([]browser.Value) { s.OpenPage() })
	browser.Window.Set("openAgain", again)
	browser.SetAttr(browser.Document.Get("documentElement"), "data-app", "live")
	select {}
}
