//go:build js

package main

import (
	"context"
	"errors"

	"shoal/wasm/browser"
)

var errNetwork = errors.New("the server could not be reached")

// fetch asks the API as the person whose cookie the browser holds. It waits, so it is only called apart from the page's line.
func fetch(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
	abort := browser.Window.Get("AbortController").New()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-ctx.Done():
			abort.Call("abort")
		case <-done:
		}
	}()
	options := map[string]any{"method": method, "credentials": "same-origin", "signal": abort.Get("signal")}
	if body != nil {
		options["body"] = string(body)
		options["headers"] = map[string]any{"Content-Type": "application/json"}
	}
	answer, err := browser.Await(browser.Window.Call("fetch", path, options))
	if err != nil {
		return 0, nil, errNetwork
	}
	text, err := browser.Await(answer.Call("text"))
	if err != nil {
		return 0, nil, errNetwork
	}
	return answer.Get("status").Int(), []byte(text.String()), nil
}
