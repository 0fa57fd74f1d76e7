package video

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Visits notes how videos are watched, for the figures of their owners. A visit is kept in memory, under a keyed hash, until its player
// has been silent for a while; the row it becomes tells what was watched and not by whom.
type Visits struct {
	Pool *pgxpool.Pool
	Now  func() time.Time // nil for the clock

	mu   sync.Mutex
	key  []byte
	open map[[16]byte]*sight
}

// sight is a visit that may go on.
type sight struct {
	video       int64
	first, last time.Time
	sections    []span
	says        Says
}

// span is a part of a video, in seconds.
type span struct{ from, to int }

// Says is what a player tells of itself.
type Says struct {
	At                     int  // seconds, where it is
	Seek                   bool // it has jumped there
	Client, Device, System string
	Session                string // tells players at one place apart
}

// Bounds of visits.
const (
	visitSilence = time.Minute // after it, a visit is over
	visitWrites  = 30 * time.Second
	mostVisits   = 1 << 18
	mostSections = 200
	fastest      = 4                // times real time
	late         = 15 * time.Second // that a report may come late

	// LongestClient is how long the name of a program may be, in bytes.
	LongestClient = 60
)

// Report takes a player's report. place names the viewer, such as an address.
func (v *Visits) Report(place string, videoID int64, s Says) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	id := v.hash(place+"\x00"+s.Session, videoID)
	o := v.open[id]
	if o == nil {
		if len(v.open) >= mostVisits {
			return
		}
		o = &sight{video: videoID, first: now, last: now}
		v.open[id] = o
	}
	o.see(s, now)
}

// see goes on with the last section, or begins one after a jump.
func (o *sight) see(s Says, now time.Time) {
	can := int((now.Sub(o.last) + late).Seconds()) * fastest
	o.last, o.says = now, s
	if n := len(o.sections); n > 0 && !s.Seek {
		if l := &o.sections[n-1]; s.At >= l.to && s.At-l.to <= can {
			l.to = s.At
			return
		}
	}
	if len(o.sections) < mostSections {
		o.sections = append(o.sections, span{s.At, s.At})
	}
}

func (v *Visits) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

func (v *Visits) hash(place string, videoID int64) (id [16]byte) {
	if v.key == nil {
		v.key = make([]byte, 32)
		_, _ = rand.Read(v.key) // never fails
		v.open = map[[16]byte]*sight{}
	}
	m := hmac.New(sha256.New, v.key)
	_, _ = m.Write(binary.BigEndian.AppendUint64(nil, uint64(videoID)))
	_, _ = m.Write([]byte(place))
	copy(id[:], m.Sum(nil))
	return id
}

// Run writes what is over until ctx ends, then all that is left.
func (v *Visits) Run(ctx context.Context) error {
	tick := time.NewTicker(visitWrites)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			_ = v.Write(last, true) // figures are no reason to end badly
			return nil
		case <-tick.C:
			_ = v.Write(ctx, false) // what could not be written is tried again
		}
	}
}

const addVisits = `
	INSERT INTO video_visit (video_id, started_at, ended_at, watched, sections, client, device, system)
	SELECT n.video, n.started, n.ended, n.watched, n.sections::int4multirange, n.client, n.device, n.system
	FROM unnest(@videos::bigint[], @started::timestamptz[], @ended::timestamptz[], @watched::int[], @sections::text[], @clients::text[], @devices::text[], @systems::text[])
		AS n (video, started, ended, watched, sections, client, device, system)
	WHERE EXISTS (SELECT FROM video WHERE id = n.video)`

// Write keeps the visits that are over, or all.
func (v *Visits) Write(ctx context.Context, all bool) error {
	over := v.take(all)
	if len(over) == 0 {
		return nil
	}
	var videos []int64
	var started, ended []time.Time
	var watched []int
	var sections, clients, devices, systems []string
	for _, o := range over {
		text, seconds := o.sum()
		if seconds == 0 {
			continue
		}
		videos, started, ended = append(videos, o.video), append(started, o.first), append(ended, o.last)
		watched, sections = append(watched, seconds), append(sections, text)
		clients, devices, systems = append(clients, o.says.Client), append(devices, o.says.Device), append(systems, o.says.System)
	}
	_, err := v.Pool.Exec(ctx, addVisits, pgx.NamedArgs{
		"videos": videos, "started": started, "ended": ended, "watched": watched, "sections": sections,
		"clients": clients, "devices": devices, "systems": systems,
	})
	if err != nil {
		v.putBack(over)
	}
	return err
}

func (v *Visits) take(all bool) map[[16]byte]*sight {
	v.mu.Lock()
	defer v.mu.Unlock()
	now, over := v.now(), map[[16]byte]*sight{}
	for id, o := range v.open {
		if all || now.Sub(o.last) > visitSilence {
			over[id] = o
			delete(v.open, id)
		}
	}
	return over
}

func (v *Visits) putBack(over map[[16]byte]*sight) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, o := range over {
		if v.open[id] == nil && len(v.open) < mostVisits {
			v.open[id] = o
		}
	}
}

// sum is the sections as PostgreSQL writes them, and how long they are together.
func (o *sight) sum() (text string, seconds int) {
	var parts []string
	for _, s := range o.sections {
		if s.to > s.from {
			parts = append(parts, fmt.Sprintf("[%d,%d)", s.from, s.to))
			seconds += s.to - s.from
		}
	}
	return "{" + strings.Join(parts, ",") + "}", seconds
}
