package tracker

import "sync"

// budgetSeconds is how long a budget lasts; then all are forgotten.
const budgetSeconds = 600

// spent is what a place used up. Answers never count.
type spent struct{ joins, offers, misses int }

// Limits that are no settings.
const (
	untrusted     = 4  // peers without a token get limits divided by this
	missesMost    = 60 // unknown infohashes of one place that are looked up
	socketsPlace  = 2  // sockets that a place may have open, times its joins
	offersShare   = 10 // of a place's offers that one socket may send, as a divisor
	socketsAll    = 100_000
	messagesMost  = 2000 // of one socket in budgetSeconds; answers come at most as fast as offers
	swarmsASocket = 50
	plainMost     = 5000 // HTTP clients of one swarm
)

// budgets counts by place.
type budgets struct {
	mu     sync.Mutex
	window int64
	places map[place]*spent
	open   map[place]int // sockets
}

func (b *budgets) at(now int64, of place) *spent {
	if w := now / budgetSeconds; w != b.window || b.places == nil {
		b.window, b.places = w, map[place]*spent{}
	}
	s := b.places[of]
	if s == nil {
		s = &spent{}
		b.places[of] = s
	}
	return s
}

// take gives as many of n as the place has left of most.
func (b *budgets) take(now int64, of place, n, most int, which func(*spent) *int) int {
	if of == 0 {
		return n
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	used := which(b.at(now, of))
	n = max(min(n, most-*used), 0)
	*used += n
	return n
}

// refund gives back what was taken a moment ago.
func (b *budgets) refund(now int64, of place, n int, which func(*spent) *int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	used := which(b.at(now, of))
	*used = max(*used-n, 0)
}

func joins(s *spent) *int  { return &s.joins }
func offers(s *spent) *int { return &s.offers }
func misses(s *spent) *int { return &s.misses }

// enter counts a socket, unless its place has too many.
func (b *budgets) enter(of place, most int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[place]int{}
	}
	if of != 0 && b.open[of] >= most {
		return false
	}
	b.open[of]++
	return true
}

func (b *budgets) leave(of place) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[of]--; b.open[of] <= 0 {
		delete(b.open, of)
	}
}
