package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// Client speaks the API through one function, so that it works in the browser (fetch), on the server (no network) and in tests.
type Client struct {
	// Do sends a request to path (from /api/v1 on) and gives the answer's status and body. body is JSON or nil.
	Do func(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error)

	// Read is Do for GET in the same program: it fills out itself when it can, and gives no answer then. nil for Do.
	Read func(ctx context.Context, path string, out any) (status int, answer []byte, err error)
}

// Err is a refusal by the server.
type Err struct{ Problem }

// Error is the server's own sentence, or what it says about each input.
func (e *Err) Error() string {
	if len(e.InvalidParams) == 0 {
		return e.Detail
	}
	var msgs []string
	for _, name := range slices.Sorted(maps.Keys(e.InvalidParams)) {
		msgs = append(msgs, e.InvalidParams[name].Msg)
	}
	return strings.Join(msgs, " ")
}

// Status is the HTTP status of err: 0 when err did not come from the server (network), 200 when nil.
func Status(err error) int {
	var e *Err
	switch {
	case err == nil:
		return 200
	case errors.As(err, &e):
		return e.Problem.Status
	}
	return 0
}

// Get reads path into out.
func (c Client) Get(ctx context.Context, path string, out any) error {
	if c.Read != nil {
		return taken(out, func() (int, []byte, error) { return c.Read(ctx, path, out) })
	}
	return c.Send(ctx, "GET", path, nil, out)
}

// Send sends in (nil for no body) and reads the answer into out (nil to ignore it).
func (c Client) Send(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	return taken(out, func() (int, []byte, error) { return c.Do(ctx, method, path, body) })
}

// taken is what comes of asking.
func taken(out any, ask func() (status int, answer []byte, err error)) error {
	status, answer, err := ask()
	if err != nil {
		return err
	}
	if status >= 400 {
		e := &Err{}
		if json.Unmarshal(answer, &e.Problem) != nil || e.Detail == "" {
			e.Detail = "The server answered with an error."
		}
		e.Problem.Status = status
		return e
	}
	if out == nil || len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, out)
}
