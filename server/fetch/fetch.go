// Package fetch asks other servers under guard: where requests may go, how long they may take, how much they may bring.
//
// Addresses are checked when the connection is made, after names are resolved, for every hop of a redirect.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says why nothing came.
type Kind int

// The kinds.
const (
	Refused   Kind = iota + 1 // the address is none we go to
	Unreached                 // no connection, or it broke
	Slow                      // out of time
	Strayed                   // a redirect we do not follow
	Status                    // an answer that is no success
	Type                      // a content type that was not asked for
	TooLarge                  // more than was allowed
	Broken                    // a body that cannot be decoded
)

// Error is a request that brought nothing.
type Error struct {
	Kind   Kind
	URL    string // of the hop that failed
	Status int    // of Status
	After  time.Duration
	Header http.Header // of Status
	Text   string
	Cause  error
}

// Error says what happened where.
func (e *Error) Error() string {
	s := "fetch " + e.URL + ": " + e.Text
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

func failed(k Kind, url string, cause error, format string, args ...any) *Error {
	return &Error{Kind: k, URL: url, Cause: cause, Text: fmt.Sprintf(format, args...)}
}

// Gone tells whether the other server says that there is nothing there any more.
func Gone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == Status && (e.Status == http.StatusNotFound || e.Status == http.StatusGone)
}

// Is tells whether an error is of a kind.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// Request is one question.
type Request struct {
	Method string // empty is GET
	URL    string
	Header http.Header
	Body   []byte
	Types  []string // content types of the answer that are taken; none is any
	Max    int64    // bytes of the answer, decoded; 0 is 1 MiB
	Time   time.Duration
	// Sign adds a signature; it is called again for every hop, since a signature names its host.
	Sign func(r *http.Request, body []byte) error
}

// Answer is what came.
type Answer struct {
	URL    string // where it came from in the end
	Status int
	Header http.Header
	Body   []byte
}

// Defaults and bounds.
const (
	DefaultMax  = 1 << 20
	DefaultTime = 10 * time.Second // from the first name look-up to the last byte, all hops together
	hops        = 3
	headerMax   = 64 << 10
)

// Object asks for a document of the fediverse.
func (c *Client) Object(ctx context.Context, url string, sign func(*http.Request, []byte) error) (*Answer, error) {
	return c.Do(ctx, Request{
		URL: url, Types: ActivityTypes, Max: 3 << 20, Sign: sign,
		Header: http.Header{"Accept": {`application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`}},
	})
}

// Deliver sends a document of the fediverse. A redirect is not followed: it would ask for another signature and another inbox.
func (c *Client) Deliver(ctx context.Context, inbox string, body []byte, sign func(*http.Request, []byte) error) (*Answer, error) {
	return c.Do(ctx, Request{
		Method: http.MethodPost, URL: inbox, Body: body, Sign: sign, Max: 64 << 10,
		Header: http.Header{"Content-Type": {"application/activity+json"}, "Accept": {"application/activity+json, application/ld+json"}},
	})
}
