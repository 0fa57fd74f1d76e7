package fetch

import (
	"context"
	"sync"
)

// lanes bound how many requests are under way, together and to each host. Hosts nobody asks take no memory.
type lanes struct {
	all     chan struct{}
	perHost int
	mu      sync.Mutex
	hosts   map[string]*lane
}

type lane struct {
	slots chan struct{}
	users int // inside or waiting
}

func newLanes(together, perHost int) *lanes {
	return &lanes{all: make(chan struct{}, together), perHost: perHost, hosts: map[string]*lane{}}
}

// enter waits for a place, first at the host, so that a slow host's queue takes no place from others.
func (l *lanes) enter(ctx context.Context, host string) (leave func(), err error) {
	at := l.join(host)
	select {
	case at.slots <- struct{}{}:
	case <-ctx.Done():
		l.part(host, at)
		return nil, ctx.Err()
	}
	select {
	case l.all <- struct{}{}:
	case <-ctx.Done():
		<-at.slots
		l.part(host, at)
		return nil, ctx.Err()
	}
	return func() {
		<-l.all
		<-at.slots
		l.part(host, at)
	}, nil
}

func (l *lanes) join(host string) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.hosts[host]
	if at == nil {
		at = &lane{slots: make(chan struct{}, l.perHost)}
		l.hosts[host] = at
	}
	at.users++
	return at
}

func (l *lanes) part(host string, at *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.users--; at.users == 0 {
		delete(l.hosts, host)
	}
}
