package pages

import (
	"context"
	"net/url"
	"time"

	"shoal/app/session"
	"shoal/shared/api"
)

// news is how far a video is.
type news struct {
	UUID       string
	State      int // 0 when not told
	Processing *api.Processing
	Gone       bool // the video is no more
}

// How often to ask while the server's line is down, and while it is up, for what it may have dropped.
const (
	askDown = 5 * time.Second
	askUp   = 30 * time.Second
)

// follower tells a page of its videos: by what the server pushes, and by asking when that line is down.
type follower struct {
	s      *session.Session
	wanted func() []string // UUIDs of the videos that are not finished
	tell   func(news)
	up     bool
	asking bool
	ended  bool
	stop   func() // of the timer
}

// follow calls tell on the page's own line until stopped.
func follow(s *session.Session, wanted func() []string, tell func(news)) (stop func()) {
	f := &follower{s: s, wanted: wanted, tell: tell}
	unheard := s.Browser.Heard(f.heard)
	f.plan()
	return func() {
		f.ended = true
		unheard()
		f.stop()
	}
}

func (f *follower) heard(m api.Push) {
	if f.ended {
		return
	}
	switch m.Type {
	case "hello":
		f.up = true
		f.ask() // for what was missed
	case "gone":
		f.up = false
		f.plan()
	case "processing":
		f.tell(news{UUID: m.VideoUUID, Processing: m.Processing})
	case "published":
		f.tell(news{UUID: m.VideoUUID, State: api.Published, Processing: m.Processing})
	}
}

func (f *follower) plan() {
	if f.stop != nil {
		f.stop()
	}
	f.stop = func() {}
	if f.ended {
		return
	}
	d := askDown
	if f.up {
		d = askUp
	}
	f.stop = f.s.Browser.After(d, f.ask)
}

// ask reads all unfinished videos anew.
func (f *follower) ask() {
	ids := f.wanted()
	if f.asking || f.ended || len(ids) == 0 {
		f.plan()
		return
	}
	f.asking = true
	f.s.Browser.Go(func() {
		var all []news
		for _, id := range ids {
			var v api.VideoDetails
			err := f.s.API.Get(context.Background(), "/api/v1/videos/"+url.PathEscape(id), &v)
			switch api.Status(err) {
			case 200:
				all = append(all, news{UUID: id, State: v.State.ID, Processing: v.Processing})
			case 404, 410:
				all = append(all, news{UUID: id, Gone: true})
			}
		}
		f.s.Browser.Do(func() {
			f.asking = false
			for _, n := range all {
				if !f.ended {
					f.tell(n)
				}
			}
			f.plan()
		})
	})
}

// unfinished tells whether a video's state or processing may still change by itself.
func unfinished(state int, p *api.Processing) bool {
	if p != nil {
		return p.State == "waiting" || p.State == "running"
	}
	return state != api.Published && state != api.TranscodingFailed
}

// playable tells whether something of the video can be watched.
func playable(state int, p *api.Processing) bool {
	if state == api.Published {
		return true
	}
	if p == nil {
		return false
	}
	for _, r := range p.Renditions {
		if r.State == "done" && r.Name != "thumbnail" && r.Name != "storyboard" {
			return true
		}
	}
	return false
}
