package delivery

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"shoal/server/fail"
	"shoal/server/fetch"
	"shoal/server/httpsig"
)

// verdict is what became of an attempt.
type verdict int

const (
	delivered verdict = iota
	refused           // the host is there and does not want it
	missed            // the host is not there, or in trouble
	gone              // there is no such inbox any more
	broken            // it is ours that cannot be sent
	left              // nothing was tried
)

// outcome is an attempt that is over.
type outcome struct {
	line    line
	verdict verdict
	text    string
	after   time.Duration // that the host asks to wait
	status  int
	learned *httpsig.Scheme
}

// host brings lines of one host on their way, as many at a time as it may get.
func (m *Machine) host(ctx context.Context, lines []line) {
	var wg sync.WaitGroup
	places := make(chan struct{}, m.PerHost)
	for _, l := range lines {
		places <- struct{}{}
		wg.Go(func() {
			m.results <- m.place(ctx, l)
			<-places
		})
	}
	wg.Wait()
}

// place waits for a place among all requests.
func (m *Machine) place(ctx context.Context, l line) outcome {
	if !l.Trusted {
		select {
		case m.slow <- struct{}{}:
			defer func() { <-m.slow }()
		case <-ctx.Done():
			return outcome{line: l, verdict: left}
		}
	}
	select {
	case m.all <- struct{}{}:
		defer func() { <-m.all }()
	case <-ctx.Done():
		return outcome{line: l, verdict: left}
	}
	o := m.send(ctx, l)
	if ctx.Err() != nil && o.verdict != delivered {
		o.verdict = left
	}
	return o
}

// send tries one delivery, and when the signature may be what is not liked a second time with the other kind.
func (m *Machine) send(ctx context.Context, l line) outcome {
	signer, err := m.signers.of(ctx, m.Keys, l.ActorID)
	if err != nil || l.Body == nil {
		o := outcome{line: l, verdict: broken, text: "no key to sign with"}
		if err != nil && !fail.Is(err, fail.NotFound) {
			o.verdict, o.text = left, err.Error()
		}
		return o
	}
	signer.Scheme = l.scheme()
	_, err = m.Client.Deliver(ctx, l.Inbox, l.Body, signer.Sign)
	if err == nil {
		o := outcome{line: l}
		if !l.Sure {
			o.learned = &signer.Scheme
		}
		return o
	}
	if disliked(err) && (!l.Sure || l.Attempts > 1) {
		signer.Scheme = other(signer.Scheme)
		if _, err2 := m.Client.Deliver(ctx, l.Inbox, l.Body, signer.Sign); err2 == nil {
			return outcome{line: l, learned: &signer.Scheme}
		}
	}
	return judge(l, err)
}

func other(s httpsig.Scheme) httpsig.Scheme {
	if s == httpsig.Cavage {
		return httpsig.Message
	}
	return httpsig.Cavage
}

func disliked(err error) bool {
	switch statusOf(err) {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}

func statusOf(err error) int {
	var e *fetch.Error
	if errors.As(err, &e) && e.Kind == fetch.Status {
		return e.Status
	}
	return 0
}

// judge tells what an error means.
func judge(l line, err error) outcome {
	o := outcome{line: l, verdict: missed, text: words(err), status: statusOf(err)}
	var e *fetch.Error
	if errors.As(err, &e) {
		o.after = min(e.After, longestAfter)
		switch e.Kind {
		case fetch.Refused, fetch.Strayed:
			o.verdict = refused
		}
	}
	switch s := o.status; {
	case s == http.StatusGone:
		o.verdict = gone
	case s == http.StatusTooManyRequests:
		o.after = max(o.after, shortestAfter)
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly:
	case s >= 400 && s < 500:
		o.verdict = refused
	}
	return o
}

// words is an error as an administrator reads it.
func words(err error) string {
	var e *fetch.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	text := map[fetch.Kind]string{
		fetch.Refused: "its address is none we go to", fetch.Unreached: "no connection", fetch.Slow: "no answer in time",
		fetch.Strayed: "it redirects deliveries", fetch.TooLarge: "a too long answer", fetch.Broken: "an answer that cannot be read",
	}[e.Kind]
	if e.Kind == fetch.Status {
		text = "it answered " + e.Text + " " + http.StatusText(e.Status)
	}
	if text == "" {
		text = e.Text
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text[:min(len(text), longestWords)]
}

// Bounds of waits and tries.
const (
	shortestAfter = 10 * time.Second // after 429, also when nothing is said
	longestAfter  = 6 * time.Hour    // whatever a host asks for
	firstWait     = 10 * time.Second
	longestWait   = 6 * time.Hour
	life          = 14 * 24 * time.Hour
	mostTries     = 12 // at a host that takes other things
	longestWords  = 300
)

// wait is how long one line waits after so many attempts.
func wait(attempts int) time.Duration {
	d := min(firstWait<<min(attempts-1, 16), longestWait)
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2))
}

// tries is how often a host may refuse one thing before it is believed.
func tries(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden: // it may not have reached us to see our key
		return 6
	case http.StatusNotFound:
		return 3
	}
	return 1
}

// signers remembers signers for a while: reading a key takes as long as signing with it.
type signers struct {
	mu  sync.Mutex
	all map[int64]remembered
}

type remembered struct {
	signer httpsig.Signer
	until  time.Time
}

const (
	mostSigners = 1000
	signerFor   = 5 * time.Minute
)

func (s *signers) of(ctx context.Context, keys func(context.Context, int64) (httpsig.Signer, error), actor int64) (httpsig.Signer, error) {
	s.mu.Lock()
	r, ok := s.all[actor]
	s.mu.Unlock()
	if ok && time.Now().Before(r.until) {
		return r.signer, nil
	}
	signer, err := keys(ctx, actor)
	if err != nil {
		return signer, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil || len(s.all) >= mostSigners {
		s.all = map[int64]remembered{}
	}
	s.all[actor] = remembered{signer, time.Now().Add(signerFor)}
	return signer, nil
}
