// Package fail is a dozen kinds of failure, each with a public sentence and a private cause.
package fail

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure it is; surfaces map it (REST to a status, jobs to retry or not).
type Kind int

// The kinds, with the HTTP status each one maps to.
const (
	Internal      Kind = iota // 500, the cause is logged and not shown
	Invalid                   // 400
	Unauthorized              // 401
	Forbidden                 // 403
	NotFound                  // 404
	Conflict                  // 409
	Gone                      // 410
	TooLarge                  // 413
	Unsupported               // 415
	Unprocessable             // 422
	TooMany                   // 429
	NotBuilt                  // 501
	Unavailable               // 503
	NoSpace                   // 507
)

// Error carries a sentence for the person and, if there is one, the cause for the log.
type Error struct {
	Kind   Kind
	Public string            // plain words, shown to the person
	Code   string            // machine-readable, as PeerTube names it; may be empty
	Fields map[string]string // field name to what is wrong with it; may be nil
	After  time.Duration     // when to try again, of TooMany and Unavailable; may be 0
	Cause  error
}

// Error is the public sentence followed by the cause.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Public
	}
	return e.Public + ": " + e.Cause.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind with a public sentence.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Public: fmt.Sprintf(format, args...)}
}

// Wrap is New with a private cause.
func Wrap(k Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: k, Public: fmt.Sprintf(format, args...), Cause: cause}
}

// WithCode adds the machine-readable code.
func (e *Error) WithCode(code string) *Error {
	e.Code = code
	return e
}

// Field is an Invalid error about one named input.
func Field(name, format string, args ...any) *Error {
	msg := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Public: msg, Fields: map[string]string{name: msg}}
}

// Of tells the kind; an error that is none of ours is Internal.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of kind k; a nil error is of no kind.
func Is(err error, k Kind) bool { return err != nil && Of(err) == k }
