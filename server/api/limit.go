package api

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/go-chi/httprate"

	"shoal/server/account"
	"shoal/server/fail"
)

// Limit is how often something may be asked from one place.
type Limit struct {
	Calls  int // 0 for the default, negative for no limit
	Window time.Duration
}

// Limits are those of one node. Those of sign-ins are kept in the database, see account.Door.
type Limits struct {
	All Limit // every request: 500 in 10 s unless said otherwise
}

// limiter counts requests by place. The machine itself is exempt: its tools, and all visitors where a proxy does not say
// who they are, would otherwise share one count.
func (l Limits) limiter() func(http.ResponseWriter, *http.Request) error {
	all := l.All
	if all.Calls < 0 {
		return func(http.ResponseWriter, *http.Request) error { return nil }
	}
	if all.Calls == 0 {
		all.Calls = 500
	}
	if all.Window <= 0 {
		all.Window = 10 * time.Second
	}
	counter := httprate.NewRateLimiter(all.Calls, all.Window)
	full := []string{strconv.Itoa(all.Calls)}
	return func(w http.ResponseWriter, r *http.Request) error {
		if local(r) {
			h := w.Header()
			h["X-Ratelimit-Limit"], h["X-Ratelimit-Remaining"] = full, full
			return nil
		}
		if counter.OnLimit(w, r, account.Place(r)) {
			e := fail.New(fail.TooMany, "Too many requests. Wait a moment.")
			e.After = all.Window
			return e
		}
		return nil
	}
}

func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
