package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/shared/api"
)

// handler answers or returns why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// do makes an http.HandlerFunc of a handler that needs not know who asks.
func (s *Server) do(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.problem(w, r, err)
		}
	}
}

var (
	jsonType    = []string{"application/json; charset=utf-8"}
	problemType = []string{"application/problem+json; charset=utf-8"}
	buffers     = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// Taker is a writer in the same program that may take an answer as it is, instead of as JSON.
type Taker interface{ Take(v any) bool }

// answer writes v as JSON.
func answer(w http.ResponseWriter, v any) error {
	if t, ok := w.(Taker); ok && t.Take(v) {
		return nil
	}
	return write(w, http.StatusOK, jsonType, v)
}

// done answers 204 unless there is an error.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func write(w http.ResponseWriter, status int, contentType []string, v any) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := json.NewEncoder(b).Encode(v); err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"] = contentType
	h["Content-Length"] = []string{strconv.Itoa(b.Len())}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may be gone
	return nil
}

// status is a refusal that only HTTP knows.
type status struct {
	code   int
	public string
}

func (e *status) Error() string { return e.public }

var statuses = map[fail.Kind]int{
	fail.Internal:      http.StatusInternalServerError,
	fail.Invalid:       http.StatusBadRequest,
	fail.Unauthorized:  http.StatusUnauthorized,
	fail.Forbidden:     http.StatusForbidden,
	fail.NotFound:      http.StatusNotFound,
	fail.Conflict:      http.StatusConflict,
	fail.Gone:          http.StatusGone,
	fail.TooLarge:      http.StatusRequestEntityTooLarge,
	fail.Unsupported:   http.StatusUnsupportedMediaType,
	fail.Unprocessable: http.StatusUnprocessableEntity,
	fail.TooMany:       http.StatusTooManyRequests,
	fail.NotBuilt:      http.StatusNotImplemented,
	fail.Unavailable:   http.StatusServiceUnavailable,
	fail.NoSpace:       http.StatusInsufficientStorage,
}

const typeAddress = "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/"

// problem answers an error as RFC 7807 asks, and logs the ones that are our own fault.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, err error) {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		err = fail.Wrap(fail.TooLarge, err, "The request is larger than %d bytes.", tooLong.Limit)
	}
	code, ok := statuses[fail.Of(err)]
	if !ok {
		code = http.StatusInternalServerError
	}
	p := api.Problem{Status: code, Type: "about:blank", Detail: "Something went wrong on our side."}
	var known *fail.Error
	var plain *status
	switch {
	case errors.As(err, &plain):
		p.Status, p.Detail = plain.code, plain.public
	case errors.As(err, &known) && known.Kind != fail.Internal:
		describe(&p, r, known)
	}
	if p.Status == http.StatusInternalServerError && r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request failed", "route", route(r), "err", err)
	}
	if p.Code != "" {
		p.Type = typeAddress + p.Code
	} else {
		p.Title = http.StatusText(p.Status)
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	p.Docs, p.Error = operation(r), p.Detail
	_ = write(w, p.Status, problemType, p) // a Problem is always JSON
}

func describe(p *api.Problem, r *http.Request, e *fail.Error) {
	p.Detail, p.Code = e.Public, e.Code
	p.RetryAfter = int(math.Ceil(e.After.Seconds()))
	if len(e.Fields) == 0 {
		return
	}
	p.Instance = r.URL.RequestURI()
	p.InvalidParams = make(map[string]api.Invalid, len(e.Fields))
	var names []string
	for name, msg := range e.Fields {
		names = append(names, name)
		p.InvalidParams[name] = invalid(r, name, msg)
	}
	if e.Kind == fail.Invalid {
		slices.Sort(names)
		p.Detail = "Incorrect request parameters: " + strings.Join(names, ", ")
	}
}

func invalid(r *http.Request, name, msg string) api.Invalid {
	in := api.Invalid{Type: "field", Msg: msg, Path: name, Location: "body"}
	if value := chi.URLParam(r, name); value != "" {
		in.Location, in.Value = "params", value
	} else if r.Method == http.MethodGet || r.Method == http.MethodHead {
		in.Location = "query"
	}
	return in
}

// route is the pattern that a request met, without what people put into it.
func route(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		return r.Method + " " + c.RoutePattern()
	}
	return r.Method
}

func (s *Server) panicked(w http.ResponseWriter, r *http.Request, p any) {
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	s.problem(w, r.WithContext(context.WithoutCancel(r.Context())), err)
}
