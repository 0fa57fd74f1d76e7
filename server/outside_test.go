package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"shoal/server/config"
)

func TestTheVisitorsAddressCannotBeInvented(t *testing.T) {
	trusted := config.Networks([]string{"127.0.0.1", "10.0.0.0/8"})
	for _, c := range []struct{ peer, header, want string }{
		{"127.0.0.1:5", "203.0.113.9", "203.0.113.9:0"},
		{"127.0.0.1:5", "198.51.100.1, 203.0.113.9", "203.0.113.9:0"},
		{"127.0.0.1:5", "203.0.113.9, 10.1.1.1", "203.0.113.9:0"},
		{"127.0.0.1:5", "::ffff:203.0.113.9", "203.0.113.9:0"},
		{"127.0.0.1:5", "nonsense", "127.0.0.1:5"},
		{"127.0.0.1:5", "", "127.0.0.1:5"},
		{"198.51.100.7:5", "203.0.113.9", "198.51.100.7:5"},
	} {
		var got string
		h := behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.peer, c.header, got, c.want)
		}
	}
}

func TestNumbersAreForThisMachineAndThoseAllowed(t *testing.T) {
	h := onlyFrom(config.Networks([]string{"10.0.0.0/8"}), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, c := range []struct {
		peer, header string
		want         int
	}{
		{"127.0.0.1:5", "", 200},
		{"[::1]:5", "", 200},
		{"10.2.3.4:5", "", 200},
		{"127.0.0.1:5", "203.0.113.9", 404},
		{"203.0.113.9:5", "", 404},
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s %s: %d", c.peer, c.header, w.Code)
		}
	}
}
