package video

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// Views decides which reports of players count as a view: one for each viewer, video and hour, after ten seconds
// of watching. It keeps keyed hashes for at most two hours and never an address.
type Views struct {
	Now func() time.Time // nil for the clock

	mu       sync.Mutex
	key      []byte
	turn     time.Time // when the hour in now began
	now, old map[[16]byte]watching
}

type watching struct {
	since   time.Time
	counted bool
}

const (
	viewHour    = time.Hour
	viewAfter   = 10 * time.Second
	viewSlack   = time.Second // players report on the beat
	mostViewers = 1 << 20
)

// Report tells whether this report of a viewer makes a view. place names the viewer, such as an address; duration
// is the video's, in seconds. A player that never reports again (timed is false) counts at once.
func (s *Views) Report(place string, videoID int64, duration float64, timed bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := time.Now()
	if s.Now != nil {
		t = s.Now()
	}
	s.age(t)
	id := s.hash(place, videoID)
	w, known := s.now[id]
	if !known {
		w, known = s.old[id]
	}
	if !known || t.Sub(w.since) > viewHour {
		w = watching{since: t}
	}
	need := min(viewAfter, time.Duration(duration*float64(time.Second))) - viewSlack
	count := !w.counted && (!timed || t.Sub(w.since) >= need)
	w.counted = w.counted || count
	if _, here := s.now[id]; !here && len(s.now) >= mostViewers {
		return false // a flood counts nobody new
	}
	s.now[id] = w
	return count
}

func (s *Views) age(t time.Time) {
	if s.key == nil {
		s.key = make([]byte, 32)
		_, _ = rand.Read(s.key)
	}
	if s.now == nil || t.Sub(s.turn) > viewHour {
		s.old, s.now, s.turn = s.now, map[[16]byte]watching{}, t
	}
}

func (s *Views) hash(place string, videoID int64) (id [16]byte) {
	m := hmac.New(sha256.New, s.key)
	_, _ = m.Write(binary.BigEndian.AppendUint64(nil, uint64(videoID)))
	_, _ = m.Write([]byte(place))
	copy(id[:], m.Sum(nil))
	return id
}
