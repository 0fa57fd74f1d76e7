package rig

import (
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// Request is one that a page made.
type Request struct {
	URL, Method, Type, MIME string
	Status                  int64
	Range                   string  // what was asked of the file
	Bytes                   float64 // as the network carries them, heads included
	Began, Ended            float64 // seconds on the browser's clock; Ended is 0 while under way
	Failed                  string
}

// hear notes what goes over the network and what the page complains of. It must not call the browser.
func (t *Tab) hear(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		r := &Request{URL: e.Request.URL, Method: e.Request.Method, Type: string(e.Type), Began: float64(e.Timestamp)}
		for name, value := range e.Request.Headers {
			if name == "Range" || name == "range" {
				r.Range = fmt.Sprint(value)
			}
		}
		t.traffic = append(t.traffic, r)
		t.byID[e.RequestID] = r
	case *network.EventResponseReceived:
		if r := t.byID[e.RequestID]; r != nil {
			r.Status, r.MIME, r.Bytes = e.Response.Status, e.Response.MimeType, e.Response.EncodedDataLength
		}
	case *network.EventDataReceived:
		if r := t.byID[e.RequestID]; r != nil {
			r.Bytes += float64(e.EncodedDataLength)
		}
	case *network.EventLoadingFinished:
		if r := t.byID[e.RequestID]; r != nil {
			r.Bytes, r.Ended = e.EncodedDataLength, float64(e.Timestamp)
		}
	case *network.EventLoadingFailed:
		if r := t.byID[e.RequestID]; r != nil {
			r.Failed, r.Ended = e.ErrorText, float64(e.Timestamp)
		}
	case *runtime.EventExceptionThrown:
		words := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			words += " " + x.Description
		}
		t.said = append(t.said, words)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			for _, a := range e.Args {
				t.said = append(t.said, a.Description+string(a.Value))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			t.said = append(t.said, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// Traffic is all requests so far.
func (t *Tab) Traffic() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]Request, len(t.traffic))
	for i, r := range t.traffic {
		out[i] = *r
	}
	return out
}

// Said is the errors that the page's console shows.
func (t *Tab) Said() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.said)
}
