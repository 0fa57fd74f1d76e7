// Package inbox is what other servers tell us: checked, written down before it is answered, and worked once, in order.
package inbox

import (
	"crypto/sha256"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/activity"
	"shoal/server/instance"
	"shoal/server/receive"
	"shoal/server/remote"
)

// Inbox takes activities over HTTP and works them. Any number of nodes have one each on the same database.
type Inbox struct {
	Pool     *pgxpool.Pool // what is written there stays
	Work     *pgxpool.Pool // for the work, which can be done again; nil for Pool
	Remote   *remote.Remote
	Receiver *receive.Receiver
	Instance *instance.Instance
	Site     string // our public address
	Log      *slog.Logger
	Workers  int              // activities at a time; 0 is 4
	PerPlace Limit            // requests from one place: 500 in 10 s unless said otherwise
	PerHost  Limit            // requests that name a key of one server: 3000 in 10 s
	Now      func() time.Time // nil for the clock
	Numbers  Numbers

	door  door
	lanes lanes
	wake  chan struct{}
	views tally
	deaf  memory[bool] // servers that are blocked, and those that are not
	known memory[known]
}

// Numbers count what was done since the start.
type Numbers struct {
	Taken, Repeated, Refused, Limited atomic.Int64
	Done, Ignored, Failed, Retried    atomic.Int64
}

// Bounds of the inbox.
const (
	maxBody     = 500 << 10 // PeerTube's
	mostWaiting = 20_000    // of one server; more are asked to come later
	keptFor     = 2 * 24 * time.Hour
	goneFor     = 30 * 24 * time.Hour
	mostTries   = 9
)

func (in *Inbox) now() time.Time {
	if in.Now != nil {
		return in.Now()
	}
	return time.Now()
}

// lanes: what is about one thing goes in one of them, in order. Chatter has its own, and waits for the rest.
const (
	mainLanes = 32
	lowLanes  = 4
)

// chatter may be late.
func chatter(a *activity.Activity) bool {
	if t, ok := a.Thing(); ok && a.Type == "Create" {
		return t.Is == "WatchAction" || t.Is == "View"
	}
	return a.Type == "View" || a.Type == "Download"
}

// laneOf is chosen by the thing that an activity changes: of what is undone, the thing that was done something to.
func laneOf(a *activity.Activity) int16 {
	about := string(a.Actor)
	if t, ok := a.Thing(); ok && t.ID != "" {
		about = string(t.ID)
		if a.Type == "Undo" && t.Embedded() {
			if inner, err := t.Activity(); err == nil {
				if o, ok := inner.Thing(); ok && o.ID != "" {
					about = string(o.ID)
				}
			}
		}
	}
	sum := sha256.Sum256([]byte(about))
	if chatter(a) {
		return mainLanes + int16(sum[0]%lowLanes)
	}
	return int16(sum[0] % mainLanes)
}

// recurring are what may be done again under the same name, after it was taken back or refused.
var recurring = map[activity.Type]bool{
	"Follow": true, "Accept": true, "Reject": true, "Like": true, "Dislike": true, "Announce": true, "Undo": true, "View": true, "Download": true, "Block": true,
}

// hashOf is what makes an activity a repetition: its name and all that it says; of what recurs also when it was sent.
func hashOf(a *activity.Activity, signed time.Time) []byte {
	h := sha256.New()
	h.Write([]byte(a.ID))
	h.Write([]byte{0})
	h.Write(a.Raw)
	if recurring[a.Type] {
		h.Write([]byte(signed.UTC().Format(time.RFC3339)))
	}
	return h.Sum(nil)
}
