package httpsig

import (
	"net/http"
	"net/url"
	"strings"
)

// carriesBody tells whether a digest must be signed: always with a body, and for every method that has one by nature.
func carriesBody(r *http.Request, body []byte) bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return true
	}
	return len(body) > 0
}

// targetOf is the path and query as they are on the wire, never decoded and encoded again.
func targetOf(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// requestURL is the wire's path and query, even when a router in between took the request's own apart.
func requestURL(r *http.Request) *url.URL {
	path, query, _ := strings.Cut(targetOf(r), "?")
	return &url.URL{Path: path, RawQuery: query}
}

func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}
