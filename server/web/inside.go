package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"reflect"

	"shoal/shared/api"
)

// answer is what the API said in process.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	out    any // where to put an answer of the same type
}

// Take puts an answer in its place as it is.
func (a *answer) Take(v any) bool {
	if a.out == nil {
		return false
	}
	to, from := reflect.ValueOf(a.out).Elem(), reflect.ValueOf(v)
	if !from.IsValid() || from.Type() != to.Type() {
		return false
	}
	to.Set(from)
	a.WriteHeader(http.StatusOK)
	return true
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// client asks the API in process, as the visitor of r.
func (s *Server) client(r *http.Request) api.Client {
	return api.Client{
		Do: func(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
			a := s.ask(ctx, r, method, path, "application/json", bytes.NewReader(body), int64(len(body)))
			return a.status, a.body.Bytes(), ctx.Err()
		},
		Read: func(ctx context.Context, path string, out any) (int, []byte, error) {
			a := s.put(ctx, r, &answer{header: http.Header{}, out: out}, http.MethodGet, path, "", http.NoBody, 0)
			return a.status, a.body.Bytes(), ctx.Err()
		},
	}
}

// ask sends one request to the API with the visitor's own cookie and address. That it comes from our own page was
// checked by whoever calls for a change.
func (s *Server) ask(ctx context.Context, r *http.Request, method, path, kind string, body io.Reader, size int64) *answer {
	return s.put(ctx, r, &answer{header: http.Header{}}, method, path, kind, body, size)
}

// put is ask with the place for the answer.
func (s *Server) put(ctx context.Context, r *http.Request, a *answer, method, path, kind string, body io.Reader, size int64) *answer {
	u, err := url.ParseRequestURI(path)
	if err != nil {
		a.status = http.StatusBadRequest
		return a
	}
	in := &http.Request{
		Method: method, URL: u, RequestURI: path, Host: r.Host, RemoteAddr: r.RemoteAddr, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Sec-Fetch-Site": {"same-origin"}}, Body: io.NopCloser(body), ContentLength: size,
	}
	if method == http.MethodGet {
		in.Body, in.ContentLength = http.NoBody, 0
	} else {
		in.Header.Set("Content-Type", kind)
	}
	for _, name := range []string{"Cookie", "User-Agent", "Accept-Language", "X-Forwarded-For"} {
		if v := r.Header.Values(name); len(v) > 0 {
			in.Header[name] = v
		}
	}
	s.API.ServeHTTP(a, in.WithContext(ctx))
	a.WriteHeader(http.StatusOK)
	return a
}
