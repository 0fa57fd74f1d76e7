package api

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// recent keeps answers that are the same for everybody for a second, so that a crowd costs as much as one visitor.
// Whatever is changed through this node empties it; changes elsewhere are seen a second later.
type recent struct {
	mu    sync.Mutex
	kept  map[string]given
	size  int
	since int           // how often it was emptied
	life  time.Duration // 0 for a second
}

type given struct {
	body  []byte
	until time.Time
}

const (
	recentLife = time.Second
	mostRecent = 8 << 20 // bytes of bodies
	longestKey = 300
)

func (c *recent) get(key string) (body []byte, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g, ok := c.kept[key]; ok && time.Now().Before(g.until) {
		return g.body, c.since
	}
	return nil, c.since
}

// put keeps an answer, unless something has changed since it was begun.
func (c *recent) put(key string, body []byte, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since != c.since {
		return
	}
	if c.size += len(body); c.kept == nil || c.size > mostRecent {
		c.kept, c.size = map[string]given{}, len(body)
	}
	c.kept[key] = given{body, time.Now().Add(cmp.Or(c.life, recentLife))}
}

func (c *recent) empty() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept, c.size = nil, 0
	c.since++
}

// briefly lets visitors who are not signed in share an answer for a moment. A handler that sets Cache-Control keeps its answer
// out, and a Taker keeps what it took itself.
func (s *Server) briefly(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := r.URL.Path + "?" + r.URL.RawQuery
		if _, takes := w.(Taker); takes || viewer(r) != nil || r.Header.Get(videoPassword) != "" || len(key) > longestKey {
			return h(w, r)
		}
		body, since := s.recent.get(key)
		if body == nil {
			copied := &copying{ResponseWriter: w}
			err := h(copied, r)
			if err == nil && copied.status == http.StatusOK && w.Header().Get("Cache-Control") == "" {
				s.recent.put(key, copied.body.Bytes(), since)
			}
			return err
		}
		head := w.Header()
		head["Content-Type"] = jsonType
		head["Content-Length"] = []string{strconv.Itoa(len(body))}
		_, _ = w.Write(body) // the reader may be gone
		return nil
	}
}

// copying keeps what is answered.
type copying struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copying) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copying) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	_, _ = c.body.Write(b)
	return c.ResponseWriter.Write(b)
}

// changing empties what is kept after whatever may have changed something.
func (s *Server) changing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !reports[route(r)] {
			s.recent.empty()
			if s.Changed != nil {
				s.Changed()
			}
		}
	})
}

// reports are the routes of what players and pages send all the time: it is too much, and changes little of what guests see.
var reports = map[string]bool{
	"POST " + Prefix + "/videos/{id}/views":   true,
	"PUT " + Prefix + "/videos/{id}/watching": true,
	"POST " + Prefix + "/metrics/playback":    true,
	"POST " + Prefix + "/server/logs/client":  true,
}
