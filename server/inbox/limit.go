package inbox

import (
	"maps"
	"sync"
	"time"

	"shoal/server/httpsig"
)

// Limit is how often something may happen.
type Limit struct {
	Times int // 0 for the default, negative for no limit
	Per   time.Duration
}

func (l Limit) or(times int, per time.Duration) Limit {
	if l.Times == 0 {
		return Limit{times, per}
	}
	return l
}

// mostCounted bounds each count; when it is full it begins anew.
const mostCounted = 50_000

// tally counts in windows of time.
type tally struct {
	mu    sync.Mutex
	since time.Time
	all   map[string]int
}

// over counts one, and tells whether that is one too many.
func (t *tally) over(key string, l Limit, now time.Time) bool {
	if l.Times < 0 {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil || now.Sub(t.since) >= l.Per || now.Before(t.since) || len(t.all) >= mostCounted {
		t.since, t.all = now, map[string]int{}
	}
	t.all[key]++
	return t.all[key] > l.Times
}

// door is what the handler remembers.
type door struct {
	places, hosts, news tally

	mu       sync.Mutex
	turn     time.Time
	now, old map[string]bool // signatures of this window and the last
	full     map[string]bool // servers of which too much waits
}

// A signature is good for an hour before and after its date, so it is remembered for two at least.
const (
	window         = 2 * time.Hour
	mostSignatures = 500_000
)

func (d *door) seen(s *httpsig.Signed, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.age(now)
	f := fingerprint(s)
	return d.now[f] || d.old[f]
}

func (d *door) remember(s *httpsig.Signed, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.age(now)
	d.now[fingerprint(s)] = true
}

// age is called with the lock held.
func (d *door) age(now time.Time) {
	if d.now == nil || now.Sub(d.turn) > window || len(d.now) >= mostSignatures {
		d.old, d.now, d.turn = d.now, map[string]bool{}, now
	}
}

func (d *door) isFull(host string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.full[host]
}

func (d *door) setFull(hosts map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !maps.Equal(d.full, hosts) {
		d.full = hosts
	}
}
