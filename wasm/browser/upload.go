//go:build js

package browser

import (
	"context"
	"errors"
	"strings"
	"syscall/js"

	"shoal/app/dom"
	"shoal/app/session"
)

var errNetwork = errors.New("the server was not reached")

// Files are those of a FileList.
func Files(list Value) []dom.File {
	if Nil(list) {
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
	x := js.Global().Get("XMLHttpRequest").New()
	x.Call("open", c.Method, c.Address)
	for name, value := range c.Headers {
		x.Call("setRequestHeader", name, value)
	}
	var offs Offs
	defer offs.Off()
	end := make(chan bool, 1)
	ended := func(ok bool) func(Value) {
		return func(Value) {
			select {
			case end <- ok:
			default:
			}
		}
	}
	offs.Add(On(x, "load", ended(true)), On(x, "error", ended(false)), On(x, "abort", ended(false)))
	if c.Moved != nil {
		offs.Add(On(x.Get("upload"), "progress", func(e Value) { c.Moved(int64(e.Get("loaded").Float())) }))
	}
	body, part := content(c)
	if err := Try(func() { x.Call("send", body) }); err != nil {
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
func content(c session.Chunk) (body Value, part bool) {
	if f, ok := c.File.Handle.(Value); ok && c.To > c.From {
		return f.Call("slice", c.From, c.To), true
	}
	if c.Body == nil {
		return js.Null(), false
	}
	return js.ValueOf(string(c.Body)), false
}

// readable tells a file that was moved or changed, which fails as a lost connection does, from the latter.
func readable(blob Value) bool {
	_, err := Await(blob.Call("slice", 0, 1).Call("arrayBuffer"))
	return err == nil
}

func answer(x Value) session.Answer {
	a := session.Answer{Status: x.Get("status").Int(), Headers: map[string]string{}, Body: []byte(x.Get("responseText").String())}
	for line := range strings.SplitSeq(x.Call("getAllResponseHeaders").String(), "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			a.Headers[strings.ToLower(name)] = strings.TrimSpace(value)
		}
	}
	return a
}
