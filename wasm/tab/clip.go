//go:build js

package tab

import (
	"context"
	"errors"
	"time"

	"shoal/app/dom"
	"shoal/app/session"
	"shoal/wasm/browser"
)

// Limits of looking into a file.
const (
	clipTime  = 10 * time.Second
	clipWidth = 480 // pixels of the picture
)

var errClip = errors.New("the browser cannot show this file")

// Preview is an address under which a picked file can be seen by this page.
func Preview(f dom.File) string {
	v, ok := f.Handle.(browser.Value)
	if !ok {
		return ""
	}
	return browser.Window.Get("URL").Call("createObjectURL", v).String()
}

// LookInto tells what the browser sees of a video file. It may only be called from a goroutine of one's own.
func LookInto(ctx context.Context, f dom.File) (session.Clip, error) {
	address := Preview(f)
	if address == "" {
		return session.Clip{}, errClip
	}
	defer browser.Window.Get("URL").Call("revokeObjectURL", address)
	ctx, cancel := context.WithTimeout(ctx, clipTime)
	defer cancel()
	v := browser.Make("video", "preload", "auto", "playsinline", "")
	v.Set("muted", true)
	defer func() { browser.DelAttr(v, "src"); v.Call("load") }()
	if !happens(ctx, v, "loadedmetadata", func() { v.Set("src", address) }) {
		return session.Clip{}, errClip
	}
	c := session.Clip{Duration: v.Get("duration").Float(), Width: v.Get("videoWidth").Int(), Height: v.Get("videoHeight").Int()}
	if !(c.Duration > 0 && c.Duration < 1e7) { // also not a number, or endless
		c.Duration = 0
	}
	if c.Width > 0 && happens(ctx, v, "seeked", func() { v.Set("currentTime", min(c.Duration/4, 60)) }) {
		c.Picture = frame(v, c)
	}
	return c, nil
}

// happens runs begin and waits for the event.
func happens(ctx context.Context, v browser.Value, event string, begin func()) bool {
	done := make(chan bool, 2)
	tell := func(ok bool) func(browser.Value) {
		return func(browser.Value) {
			select {
			case done <- ok:
			default:
			}
		}
	}
	var offs browser.Offs
	defer offs.Off()
	offs.Add(browser.On(v, event, tell(true)), browser.On(v, "error", tell(false)))
	begin()
	select {
	case ok := <-done:
		return ok
	case <-ctx.Done():
		return false
	}
}

// frame is what the video shows now, as a data address.
func frame(v browser.Value, c session.Clip) (picture string) {
	_ = browser.Try(func() {
		canvas := browser.Make("canvas")
		w := min(c.Width, clipWidth)
		h := max(1, c.Height*w/c.Width)
		canvas.Set("width", w)
		canvas.Set("height", h)
		canvas.Call("getContext", "2d").Call("drawImage", v, 0, 0, w, h)
		picture = canvas.Call("toDataURL", "image/jpeg", 0.8).String()
	})
	return picture
}
