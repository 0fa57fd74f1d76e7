package uploading

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"shoal/app/dom"
	"shoal/app/session"
)

// Address is where PeerTube's resumable protocol is spoken.
const Address = "/api/v1/videos/upload-resumable"

// Line is what a sender asks of the browser; see session.Browser.
type Line interface {
	Go(f func())
	Do(f func())
	After(d time.Duration, f func()) (stop func())
	Send(ctx context.Context, c session.Chunk) (session.Answer, error)
}

// Sender carries out what its upload decides. All its methods are called on the page's own line.
type Sender struct {
	*Upload
	Line Line
	File dom.File
	Meta func() any       // what is known of the video, for the request that opens the session; must become a JSON object
	Now  func() time.Time // time.Now when nil
	Turn func()           // called after every change of what people see; may be nil

	flying bool
	broken bool               // the request under way was broken off by Interrupt
	cancel context.CancelFunc // of the request under way, when it carries bytes
	stop   func()             // of the timer
}

// Limits of a request.
const (
	silence  = 30 * time.Second       // without a byte moving, the connection is taken for dead
	redrawIn = 250 * time.Millisecond // between two notes of progress
)

func (s *Sender) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Run does what is to be done next, and so on until nothing is. It may be called at any time.
func (s *Sender) Run() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	if s.flying {
		return
	}
	switch step := s.Next(s.now()); step.Do {
	case Rest:
	case Sleep:
		s.stop = s.Line.After(step.For, s.Run)
	default:
		s.fly(step)
	}
}

// Interrupt ends the request that is under way, because the upload was paused or cancelled, and goes on from there.
func (s *Sender) Interrupt() {
	if s.cancel != nil {
		s.broken = true
		s.cancel()
	}
	s.turn()
	s.Run()
}

func (s *Sender) turn() {
	if s.Turn != nil {
		s.Turn()
	}
}

func (s *Sender) fly(step Step) {
	ctx, cancel := context.WithCancel(context.Background())
	began := s.now()
	var last atomic.Int64 // bytes
	s.flying, s.broken = true, false
	unwatch := s.watch(cancel, &last)
	c := s.chunk(step)
	if step.Do == Send { // the others are short, and what they bring is wanted
		s.cancel, c.Moved = cancel, s.moved(&last)
	}
	s.Line.Go(func() {
		a, err := s.Line.Send(ctx, c)
		s.Line.Do(func() {
			unwatch()
			cancel()
			s.flying, s.cancel = false, nil
			switch {
			case err == nil:
				s.Answered(s.now(), step, s.now().Sub(began), a)
			case s.broken:
				s.rest()
			case errors.Is(err, session.ErrUnreadable):
				s.Unreadable()
			default:
				s.Unreached(s.now(), step)
			}
			s.turn()
			s.Run()
		})
	})
}

// moved tells of progress now and then; the browser calls it on no particular line.
func (s *Sender) moved(last *atomic.Int64) func(int64) {
	var told time.Time
	return func(n int64) {
		last.Store(n)
		now := s.now()
		if now.Sub(told) < redrawIn {
			return
		}
		told = now
		s.Line.Do(func() {
			if s.flying {
				s.Moved(now, n)
				s.turn()
			}
		})
	}
}

// watch gives up on a request during which nothing moved for a while.
func (s *Sender) watch(cancel func(), last *atomic.Int64) (stop func()) {
	seen := int64(0)
	ended := false
	var stopTimer func()
	var look func()
	look = func() {
		if ended {
			return
		}
		n := last.Load()
		if n == seen {
			cancel()
			return
		}
		seen = n
		stopTimer = s.Line.After(silence, look)
	}
	stopTimer = s.Line.After(silence, look)
	return func() {
		ended = true
		stopTimer()
	}
}

func (s *Sender) chunk(step Step) session.Chunk {
	here := Address + "?upload_id=" + s.ID
	total := strconv.FormatInt(s.Size, 10)
	switch step.Do {
	case Begin:
		body, _ := json.Marshal(s.Meta())
		return session.Chunk{Address: Address, Method: "POST", Body: body, Headers: map[string]string{
			"Content-Type": "application/json", "X-Upload-Content-Length": total, "X-Upload-Content-Type": kind(s.File),
		}}
	case Ask:
		return session.Chunk{Address: here, Method: "PUT", Headers: map[string]string{"Content-Range": "bytes */" + total}}
	case Send:
		return session.Chunk{Address: here, Method: "PUT", File: s.File, From: step.From, To: step.To, Headers: map[string]string{
			"Content-Type":  "application/octet-stream",
			"Content-Range": "bytes " + strconv.FormatInt(step.From, 10) + "-" + strconv.FormatInt(step.To-1, 10) + "/" + total,
		}}
	}
	return session.Chunk{Address: here, Method: "DELETE"}
}

func kind(f dom.File) string {
	if f.Type == "" {
		return "application/octet-stream"
	}
	return f.Type
}
