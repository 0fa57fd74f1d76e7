package remote

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"shoal/server/fail"
	"shoal/server/fetch"
)

// Budgets of questions.
const (
	PerActivity = 20 // that one incoming activity may cost; Lemmy's number

	hostBurst  = 200 // to one host at once, and then
	hostPace   = 10  // a second
	mostHosts  = 10_000
	firstPause = 15 * time.Second // after a host did not answer
	lastPause  = 10 * time.Minute
)

var errPace = fail.New(fail.Unavailable, "The other server was asked too much just now.")

var errBudget = fail.New(fail.Unprocessable, "This would ask other servers too much.")

type (
	budgetKey  struct{}
	patientKey struct{}
)

// Patient lets what is done under the context wait for a host's budget rather than go without: for jobs, which have time.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patientKey{}, true) }

// WithBudget lets what is done under the context ask other servers n times at most.
func WithBudget(ctx context.Context, n int) context.Context {
	left := &atomic.Int64{}
	left.Store(int64(n))
	return context.WithValue(ctx, budgetKey{}, left)
}

// hosts counts what was asked of whom. It is bounded: when full, hosts that were idle longest are as good as new.
type hosts struct {
	mu  sync.Mutex
	all map[string]*pace
}

// pace is one host's.
type pace struct {
	tokens float64
	at     time.Time
	fails  int
	until  time.Time // nothing is asked before
}

// spend asks something of a host, if the activity, the host's budget and its state allow it.
func (r *Remote) spend(ctx context.Context, host string, ask func() (*fetch.Answer, error)) (*fetch.Answer, error) {
	if left, ok := ctx.Value(budgetKey{}).(*atomic.Int64); ok && left.Add(-1) < 0 {
		return nil, errBudget
	}
	for {
		err := r.hosts.take(host, r.now())
		if err == nil {
			break
		}
		if ctx.Value(patientKey{}) == nil || !errors.Is(err, errPace) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second / hostPace):
		}
	}
	answer, err := ask()
	r.hosts.note(host, r.now(), fetch.Is(err, fetch.Unreached) || fetch.Is(err, fetch.Slow))
	return answer, err
}

func (h *hosts) take(host string, now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.of(host, now)
	if now.Before(p.until) {
		e := fail.New(fail.Unavailable, "The other server did not answer a moment ago.")
		e.After = p.until.Sub(now)
		return e
	}
	p.tokens = min(hostBurst, p.tokens+now.Sub(p.at).Seconds()*hostPace)
	p.at = now
	if p.tokens < 1 {
		return errPace
	}
	p.tokens--
	return nil
}

func (h *hosts) note(host string, now time.Time, failed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.of(host, now)
	if !failed {
		p.fails, p.until = 0, time.Time{}
		return
	}
	p.fails = min(p.fails+1, 10)
	p.until = now.Add(min(firstPause<<(p.fails-1), lastPause))
}

func (h *hosts) of(host string, now time.Time) *pace {
	if p := h.all[host]; p != nil {
		return p
	}
	if len(h.all) >= mostHosts {
		for k, p := range h.all {
			if now.Sub(p.at) > time.Minute && !now.Before(p.until) {
				delete(h.all, k)
			}
		}
	}
	if h.all == nil || len(h.all) >= mostHosts {
		h.all = map[string]*pace{}
	}
	p := &pace{tokens: hostBurst, at: now}
	h.all[host] = p
	return p
}

// Again lets a host be asked at once although it did not answer lately, since somebody heard from it.
func (r *Remote) Again(host string) { r.hosts.note(host, r.now(), false) }

// Spent tells whether an error says that nothing more may be asked.
func Spent(err error) bool { return errors.Is(err, errBudget) }
