package video

import (
	"sync"
	"time"

	"shoal/server/account"
	"shoal/server/fail"
)

// Visit is how somebody comes to a video.
type Visit struct {
	Viewer   *account.Viewer // nil when nobody is signed in
	Password string          // for a video with password protection
	Place    string          // where the visitor comes from, see account.Place
	Guesses  *Guesses        // that bound wrong passwords; nil for no bound
}

// Guesses bounds wrong passwords for each place, so that trying them all takes too long.
type Guesses struct {
	mu    sync.Mutex
	turn  time.Time
	wrong map[string]int
}

const (
	guessTime   = 10 * time.Minute
	mostGuesses = 20
	mostPlaces  = 1 << 16
)

// allow refuses a place that was wrong too often.
func (g *Guesses) allow(place string) error {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if now.Sub(g.turn) > guessTime {
		g.turn, g.wrong = now, map[string]int{}
	}
	if g.wrong[place] < mostGuesses {
		return nil
	}
	e := fail.New(fail.TooMany, "Too many wrong passwords. Try again later.")
	e.After = guessTime - now.Sub(g.turn)
	return e
}

func (g *Guesses) miss(place string) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.wrong) >= mostPlaces {
		clear(g.wrong)
	}
	g.wrong[place]++
}
