package fetch

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// Options of a client.
type Options struct {
	UserAgent    string
	AllowPrivate bool        // plain http, any port, this machine and private networks: for tests and labs
	PerHost      int         // requests to one host at a time; 0 is 4
	Together     int         // requests at a time; 0 is 64
	TLS          *tls.Config // nil is Go's own
}

// Client asks. It keeps no cookies, follows no proxy of the environment, and never reads more than it was allowed.
type Client struct {
	opt   Options
	http  *http.Client
	lanes *lanes
}

// New makes a client.
func New(o Options) *Client {
	o.PerHost, o.Together = or(o.PerHost, 4), or(o.Together, 64)
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: control(o.AllowPrivate)}
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.TLS != nil {
		tlsConfig = o.TLS.Clone()
	}
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decoded here, to count both sides
		MaxResponseHeaderBytes: headerMax,
		MaxConnsPerHost:        o.PerHost,
		MaxIdleConns:           2 * o.Together,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        30 * time.Second,
		ExpectContinueTimeout:  time.Second,
	}
	return &Client{
		opt:   o,
		lanes: newLanes(o.Together, o.PerHost),
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// Do asks, following at most three redirects of a GET.
func (c *Client) Do(ctx context.Context, q Request) (*Answer, error) {
	if q.Method == "" {
		q.Method = http.MethodGet
	}
	if q.Max == 0 {
		q.Max = DefaultMax
	}
	if q.Time == 0 {
		q.Time = DefaultTime
	}
	ctx, cancel := context.WithTimeout(ctx, q.Time)
	defer cancel()
	seen := map[string]bool{}
	for at, hop := q.URL, 0; ; hop++ {
		u, err := c.address(at)
		if err != nil {
			return nil, err
		}
		seen[u.String()] = true
		answer, next, err := c.hop(ctx, q, u)
		if err != nil || next == nil {
			return answer, err
		}
		if err := strayed(q, u, next, seen, hop); err != nil {
			return nil, err
		}
		at = next.String()
	}
}
