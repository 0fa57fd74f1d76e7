//go:build js

package tab

import (
	"context"
	"errors"
	"strings"

	"shoal/app/dom"
	"shoal/app/session"
	"shoal/wasm/browser"
)

var errNetwork = errors.New("the server was not reached")

// Files are those of a FileList.
func Files(list browser.Value) []dom.File {
	if browser.Nil(list) {
		return nil
	}
	files := make([]dom.File, list.Length())
	for i := range files {
		f := list.Index(i)
		files[i] = dom.File{
			Name: f.Get("name").String(), Type: f.Get("type").String(), Size: int64(f.Get("size").Float()),
			Modified: int64(f.Get("lastModified").Float()), Handle: f,
		}
	}
	return files
}

// Send sends part of a file, or a body, and waits for the answer. It may only be called from a goroutine of one's own.
// XMLHttpRequest is the only way that tells how much has left.
func Send(ctx context.Context, c session.Chunk) (session.Answer, error) {
	x := browser.Window.Get("XMLHttpRequest").New()
	x.Call("open", c.Method, c.Address)
	for name, value := range c.Headers {
		x.Call("setRequestHeader", name, value)
	}
	var offs browser.Offs
	defer offs.Off()
	end := make(chan bool, 1)
	ended := func(ok bool) func(browser.Value) {
		return func(browser.Value) {
			select {
			case end <- ok:
			default:
			}
		}
	}
	offs.Add(browser.On(x, "load", ended(true)), browser.On(x, "error", ended(false)), browser.On(x, "abort", ended(false)))
	if c.Moved != nil {
		offs.Add(browser.On(x.Get("upload"), "progress", func(e browser.Value) { c.Moved(int64(e.Get("loaded").Float())) }))
	}
	body, part := content(c)
	if err := browser.Try(func() { x.Call("send", body) }); err != nil {
		return session.Answer{}, err
	}
	select {
	case ok := <-end:
		if ok && x.Get("status").Int() != 0 {
			return answer(x), nil
		}
	case <-ctx.Done():
		x.Call("abort")
		return session.Answer{}, ctx.Err()
	}
	if part && !readable(body) {
		return session.Answer{}, session.ErrUnreadable
	}
	return session.Answer{}, errNetwork
}

// content is the body of the request, and whether it is part of a file.
func content(c session.Chunk) (body browser.Value, part bool) {
	if f, ok := c.File.Handle.(browser.Value); ok && c.To > c.From {
		return f.Call("slice", c.From, c.To), true
	}
	if c.Body == nil {
		return browser.Null(), false
	}
	return browser.ValueOf(string(c.Body)), false
}

// readable tells a file that was moved or changed, which fails as a lost connection does, from the latter.
func readable(blob browser.Value) bool {
	_, err := browser.Await(blob.Call("slice", 0, 1).Call("arrayBuffer"))
	return err == nil
}

func answer(x browser.Value) session.Answer {
	a := session.Answer{Status: x.Get("status").Int(), Headers: map[string]string{}, Body: []byte(x.Get("responseText").String())}
	for line := range strings.SplitSeq(x.Call("getAllResponseHeaders").String(), "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			a.Headers[strings.ToLower(name)] = strings.TrimSpace(value)
		}
	}
	return a
}
