package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shoal/server/fetch"
)

const activity = "application/activity+json; charset=utf-8"

func peer(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func lab(t *testing.T) *fetch.Client {
	t.Helper()
	c := fetch.New(fetch.Options{UserAgent: "Shoal/test (+https://shoal.example)", AllowPrivate: true})
	t.Cleanup(c.Close)
	return c
}

func TestAnObject(t *testing.T) {
	s := peer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.UserAgent() != "Shoal/test (+https://shoal.example)" || r.Header.Get("Cookie") != "" || !strings.Contains(r.Header.Get("Accept"), "activity+json") {
			t.Error(r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.Header().Set("Content-Type", activity)
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprintf(z, `{"id":"%s"}`, r.URL)
		z.Close()
	})
	c := lab(t)
	for range 2 {
		a, err := c.Object(t.Context(), s.URL+"/a?b=c#d", nil)
		if err != nil || string(a.Body) != `{"id":"/a?b=c"}` || a.URL != s.URL+"/a?b=c" {
			t.Errorf("%+v %v", a, err)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	asked := atomic.Int32{}
	s := peer(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	open, closed := lab(t), fetch.New(fetch.Options{})
	defer closed.Close()
	for address, clients := range map[string][]*fetch.Client{
		"https://127.0.0.1:" + port:                        {closed},
		"https://localhost:" + port:                        {closed},
		"https://[::1]:" + port:                            {closed},
		"https://[::ffff:127.0.0.1]:" + port:               {closed},
		"https://[64:ff9b::7f00:1]/":                       {closed, open},
		"https://169.254.169.254/latest":                   {closed, open},
		"https://0.0.0.0:" + port:                          {closed, open},
		"https://1.1.1.1:8443/":                            {closed},
		"http://example.org/":                              {closed},
		"https://a:b@example.org/":                         {closed, open},
		"https:///a":                                       {closed, open},
		"https://example.org:/":                            {closed, open},
		"ftp://example.org/":                               {closed, open},
		"file:///etc/passwd":                               {closed, open},
		"gopher://127.0.0.1:" + port:                       {closed, open},
		"/etc/passwd":                                      {closed, open},
		"":                                                 {closed, open},
		"https://example.org/" + strings.Repeat("a", 2000): {closed, open},
	} {
		for _, c := range clients {
			if _, err := c.Object(t.Context(), address, nil); !fetch.Is(err, fetch.Refused) {
				t.Errorf("%.80s: %v", address, err)
			}
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests got through", n)
	}
}

func TestNoProxyOfTheEnvironment(t *testing.T) {
	proxy := peer(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	c := fetch.New(fetch.Options{AllowPrivate: true})
	defer c.Close()
	if _, err := c.Object(t.Context(), "http://peer.invalid/", nil); !fetch.Is(err, fetch.Unreached) {
		t.Error(err)
	}
}

func TestRedirects(t *testing.T) {
	var s *httptest.Server
	s = peer(t, func(w http.ResponseWriter, r *http.Request) {
		switch path, rest, _ := strings.Cut(r.URL.Path[1:], "/"); path {
		case "to":
			http.Redirect(w, r, "/"+rest, http.StatusFound)
		case "meta":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case "file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusMovedPermanently)
		case "circle":
			http.Redirect(w, r, s.URL+"/circle#again", http.StatusTemporaryRedirect)
		default:
			w.Header().Set("Content-Type", activity)
			fmt.Fprint(w, r.Header.Get("Signature"))
		}
	})
	c := lab(t)
	var signed []string
	sign := func(r *http.Request, _ []byte) error {
		signed = append(signed, r.URL.Path)
		r.Header.Set("Signature", "of "+r.URL.Path)
		return nil
	}
	a, err := c.Object(t.Context(), s.URL+"/to/to/to/end", sign)
	if err != nil || a.URL != s.URL+"/end" || string(a.Body) != "of /end" || len(signed) != 4 {
		t.Errorf("%+v %v %v", a, err, signed)
	}
	for path, want := range map[string]fetch.Kind{"/to/to/to/to/end": fetch.Strayed, "/meta": fetch.Refused, "/file": fetch.Refused, "/circle": fetch.Strayed} {
		if _, err := c.Object(t.Context(), s.URL+path, nil); !fetch.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Deliver(t.Context(), s.URL+"/to/end", []byte("{}"), nil); !fetch.Is(err, fetch.Strayed) {
		t.Error(err)
	}
}

func TestNoWayBackToPlainHTTP(t *testing.T) {
	plain := peer(t, func(http.ResponseWriter, *http.Request) { t.Error("plain http was asked") })
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL, http.StatusFound)
	}))
	defer s.Close()
	c := fetch.New(fetch.Options{AllowPrivate: true, TLS: s.Client().Transport.(*http.Transport).TLSClientConfig})
	defer c.Close()
	if _, err := c.Object(t.Context(), s.URL, nil); !fetch.Is(err, fetch.Strayed) {
		t.Error(err)
	}
}

func TestAnswersThatAreTooMuch(t *testing.T) {
	zeros := func(w io.Writer) {
		z := gzip.NewWriter(w)
		defer z.Close()
		block := make([]byte, 1<<20)
		for range 64 {
			if _, err := z.Write(block); err != nil {
				return
			}
		}
	}
	s := peer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", activity)
		switch r.URL.Path {
		case "/told":
			w.Header().Set("Content-Length", "99999999")
		case "/untold":
			for range 64 {
				w.Write(make([]byte, 100<<10)) //nolint:errcheck // the client leaves
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			zeros(w)
		case "/nothing": // members that hold nothing, for ever
			w.Header().Set("Content-Encoding", "gzip")
			var b bytes.Buffer
			gzip.NewWriter(&b).Close()
			for range 1 << 18 {
				if _, err := w.Write(b.Bytes()); err != nil {
					return
				}
			}
		case "/broken":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "this is no gzip at all")
		case "/br":
			w.Header().Set("Content-Encoding", "br")
		case "/headers":
			w.Header().Set("X", strings.Repeat("x", 100<<10))
		case "/html":
			w.Header().Set("Content-Type", "text/html")
		case "/ld":
			w.Header().Set("Content-Type", "application/ld+json")
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/busy":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	c := lab(t)
	for path, want := range map[string]fetch.Kind{
		"/told": fetch.TooLarge, "/untold": fetch.TooLarge, "/bomb": fetch.TooLarge, "/nothing": fetch.TooLarge, "/broken": fetch.Broken,
		"/br": fetch.Broken, "/headers": fetch.Unreached, "/html": fetch.Type, "/ld": fetch.Type, "/gone": fetch.Status, "/busy": fetch.Status,
	} {
		_, err := c.Object(t.Context(), s.URL+path, nil)
		if !fetch.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
		if fetch.Gone(err) != (path == "/gone") {
			t.Errorf("%s: gone is %v", path, fetch.Gone(err))
		}
		if e, ok := err.(*fetch.Error); path == "/busy" && (!ok || e.After != 2*time.Minute) {
			t.Errorf("%s: %+v", path, err)
		}
	}
}

// TestSlowServers tries one that never answers and one that sends a byte now and then.
func TestSlowServers(t *testing.T) {
	s := peer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", activity)
		if r.URL.Path == "/silent" {
			<-r.Context().Done()
			return
		}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
			}
		}
	})
	c := lab(t)
	for _, path := range []string{"/silent", "/trickle"} {
		if _, err := c.Do(t.Context(), fetch.Request{URL: s.URL + path, Time: 100 * time.Millisecond}); !fetch.Is(err, fetch.Slow) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestASlowHostHoldsNobodyElse fills the places of one host and asks another.
func TestASlowHostHoldsNobodyElse(t *testing.T) {
	var now, most atomic.Int32
	hold, arrived := make(chan struct{}), make(chan struct{}, 16)
	slow := peer(t, func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		arrived <- struct{}{}
		<-hold
		now.Add(-1)
	})
	fast := peer(t, func(http.ResponseWriter, *http.Request) {})
	c := fetch.New(fetch.Options{AllowPrivate: true, PerHost: 2, Together: 3})
	defer c.Close()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := c.Do(t.Context(), fetch.Request{URL: slow.URL}); err != nil {
				t.Error(err)
			}
		})
	}
	<-arrived
	<-arrived
	if _, err := c.Do(t.Context(), fetch.Request{URL: fast.URL}); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Do(ctx, fetch.Request{URL: slow.URL}); !fetch.Is(err, fetch.Slow) {
		t.Error(err)
	}
	close(hold)
	wait.Wait()
	if most.Load() != 2 {
		t.Errorf("%d at a time", most.Load())
	}
}

func TestContentTypes(t *testing.T) {
	for s, want := range map[string]bool{
		"application/activity+json": true, activity: true, "Application/Activity+JSON": true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                   true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams https://x.example"`: true,
		"application/ld+json": false, "application/json": false, "text/html": false, "": false, "application/activity+jsonx": false,
		`application/ld+json; profile="https://x.example"`: false,
	} {
		if fetch.Taken(s, fetch.ActivityTypes) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
