package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxURL = 2000

// address reads where to go: https (or http when private addresses are allowed), a host, no password, no fragment.
func (c *Client) address(s string) (*url.URL, error) {
	if len(s) > maxURL {
		return nil, failed(Refused, s[:100]+"…", nil, "an address of %d bytes", len(s))
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, failed(Refused, s, err, "no address")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && c.opt.AllowPrivate) {
		return nil, failed(Refused, s, nil, "scheme %q", u.Scheme)
	}
	if u.Opaque != "" || u.User != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") {
		return nil, failed(Refused, s, nil, "no plain host")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// strayed refuses redirects of anything but a GET, too many, in a circle, or from https to http.
func strayed(q Request, from, to *url.URL, seen map[string]bool, hop int) error {
	switch {
	case q.Method != http.MethodGet && q.Method != http.MethodHead:
		return failed(Strayed, from.String(), nil, "%s is redirected", q.Method)
	case hop >= hops:
		return failed(Strayed, from.String(), nil, "more than %d redirects", hops)
	case from.Scheme == "https" && to.Scheme != "https":
		return failed(Strayed, from.String(), nil, "redirected from https to %s", to.Scheme)
	case seen[to.String()]:
		return failed(Strayed, from.String(), nil, "redirected in a circle")
	}
	return nil
}

// hop asks one server once. next is where it redirects to.
func (c *Client) hop(ctx context.Context, q Request, u *url.URL) (answer *Answer, next *url.URL, err error) {
	leave, err := c.lanes.enter(ctx, u.Host)
	if err != nil {
		return nil, nil, failed(Slow, u.String(), err, "waiting for other requests to the host")
	}
	defer leave()
	r, err := http.NewRequestWithContext(ctx, q.Method, u.String(), bytes.NewReader(q.Body))
	if err != nil {
		return nil, nil, failed(Refused, u.String(), err, "no request")
	}
	if q.Header != nil {
		r.Header = q.Header.Clone()
	}
	r.Header.Set("User-Agent", c.opt.UserAgent)
	r.Header.Set("Accept-Encoding", "gzip")
	if q.Sign != nil {
		if err := q.Sign(r, q.Body); err != nil {
			return nil, nil, failed(Refused, u.String(), err, "could not be signed")
		}
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, nil, failed(kindOf(ctx, err), u.String(), err, "no answer")
	}
	defer resp.Body.Close()
	if to := resp.Header.Get("Location"); to != "" && redirects(resp.StatusCode) {
		if next, err = u.Parse(to); err != nil {
			return nil, nil, failed(Strayed, u.String(), err, "redirected nowhere")
		}
		next.Fragment, next.RawFragment = "", ""
		return nil, next, nil
	}
	answer, err = read(ctx, q, u, resp)
	return answer, nil, err
}

func redirects(status int) bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

func kindOf(ctx context.Context, err error) Kind {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errAddress):
		return Refused
	case ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout():
		return Slow
	}
	return Unreached
}

// read takes the answer within its bounds, on the wire and decoded.
func read(ctx context.Context, q Request, u *url.URL, resp *http.Response) (*Answer, error) {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		e := failed(Status, u.String(), nil, "status %d", resp.StatusCode)
		e.Status, e.Header, e.After = resp.StatusCode, resp.Header, retryAfter(resp.Header, time.Now())
		return nil, e
	}
	if len(q.Types) > 0 && !Taken(resp.Header.Get("Content-Type"), q.Types) {
		return nil, failed(Type, u.String(), nil, "content type %.100q", resp.Header.Get("Content-Type"))
	}
	if resp.ContentLength > q.Max {
		return nil, failed(TooLarge, u.String(), nil, "%d bytes", resp.ContentLength)
	}
	body, err := decoded(resp, q.Max)
	if err != nil {
		k := kindOf(ctx, err)
		if errors.Is(err, errLarge) {
			k = TooLarge
		} else if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, errEncoding) {
			k = Broken
		}
		return nil, failed(k, u.String(), err, "the body")
	}
	return &Answer{URL: u.String(), Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

var (
	errLarge    = errors.New("too many bytes")
	errEncoding = errors.New("an encoding that was not asked for")
)

func decoded(resp *http.Response, limit int64) ([]byte, error) {
	wire := &limited{r: resp.Body, left: limit}
	var r io.Reader = wire
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(wire)
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = &limited{r: z, left: limit}
	default:
		return nil, errEncoding
	}
	return io.ReadAll(r)
}

// limited fails, where io.LimitReader would end as if all were read.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errLarge
	}
	return n, err
}

// retryAfter is what a server asks for, within a day.
func retryAfter(h http.Header, now time.Time) time.Duration {
	s := h.Get("Retry-After")
	d := time.Duration(0)
	if n, err := strconv.Atoi(s); err == nil && n < 1e6 {
		d = time.Duration(n) * time.Second
	} else if t, err := http.ParseTime(s); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), 24*time.Hour)
}

// ActivityTypes are the content types of the fediverse's documents.
var ActivityTypes = []string{"application/activity+json", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`}

// Taken tells whether a content type is one of those; a profile named there must be among the profiles sent.
func Taken(contentType string, types []string) bool {
	got, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	for _, t := range types {
		want, needs, _ := mime.ParseMediaType(t)
		profile := needs["profile"]
		if got == want && (profile == "" || slices.Contains(strings.Fields(params["profile"]), profile)) {
			return true
		}
	}
	return false
}
