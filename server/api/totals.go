package api

import (
	"encoding/json"
	"sync"
	"time"

	"shoal/server/video"
)

// totals remembers how long the long lists are: nobody counts along, and counting takes longer than the list itself.
type totals struct {
	mu   sync.Mutex
	kept map[string]total
}

type total struct {
	n     int64
	until time.Time
}

const (
	longList   = 2000
	totalsLife = 20 * time.Second
	mostTotals = 1000
)

func (t *totals) of(f video.Filter, count func() (int64, error)) (int64, error) {
	f.Start, f.Count, f.Sort, f.Unmuted = 0, 0, "", nil
	if !f.Unwatched {
		f.Member = nil
	}
	b, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	key, now := string(b), time.Now()
	t.mu.Lock()
	known, ok := t.kept[key]
	t.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.n, nil
	}
	n, err := count()
	if err != nil || n < longList {
		return n, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil || len(t.kept) >= mostTotals {
		t.kept = map[string]total{}
	}
	t.kept[key] = total{n, now.Add(totalsLife)}
	return n, nil
}
