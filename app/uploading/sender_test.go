package uploading

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"shoal/app/dom"
	"shoal/app/session"
)

func file(name string, size int64) dom.File { return dom.File{Name: name, Size: size} }

// world is a browser's line and a server behind it, in the time of a synctest bubble.
type world struct {
	calls  chan func()
	file   []byte
	got    []byte
	open   string
	opened int
	begun  []string                                            // bodies of requests that opened a session
	fault  func(c session.Chunk) (*session.Answer, int, error) // an answer, how many bytes arrive before it, and an error
	stuck  bool
}

func (w *world) Go(f func()) { go f() }
func (w *world) Do(f func()) { w.calls <- f }

func (w *world) After(d time.Duration, f func()) func() {
	t := time.AfterFunc(d, func() { w.Do(f) })
	return func() { t.Stop() }
}

func (w *world) Send(ctx context.Context, c session.Chunk) (session.Answer, error) {
	time.Sleep(100 * time.Millisecond)
	if w.stuck && c.Moved != nil {
		<-ctx.Done()
		return session.Answer{}, ctx.Err()
	}
	if w.fault != nil {
		if a, n, err := w.fault(c); a != nil || err != nil {
			if n > 0 {
				w.take(c, int64(n))
			}
			if a == nil {
				a = &session.Answer{}
			}
			return *a, err
		}
	}
	switch {
	case c.Method == "POST":
		w.opened++
		w.open, w.got = "s"+strconv.Itoa(w.opened), nil
		w.begun = append(w.begun, string(c.Body))
		return said(201, "location", Address+"?upload_id="+w.open), nil
	case !strings.HasSuffix(c.Address, "="+w.open):
		return body(404, `{"detail":"gone"}`), nil
	case c.Method == "DELETE":
		w.open = ""
		return said(204), nil
	}
	if c.Moved != nil {
		c.Moved((c.To - c.From) / 2)
		c.Moved(c.To - c.From)
		w.take(c, c.To-c.From)
	}
	if len(w.got) == len(w.file) {
		return body(200, `{"video":{"id":1,"uuid":"u","shortUUID":"s"}}`), nil
	}
	if len(w.got) == 0 {
		return said(308), nil
	}
	return upTo(int64(len(w.got))), nil
}

func (w *world) take(c session.Chunk, n int64) {
	if c.From == int64(len(w.got)) {
		w.got = append(w.got, w.file[c.From:min(c.To, c.From+n)]...)
	}
}

// run carries a sender through until its upload rests or the hour is over.
func (w *world) run(t *testing.T, s *Sender, until func() bool) {
	t.Helper()
	end := time.After(time.Hour)
	s.Run()
	for !until() {
		select {
		case f := <-w.calls:
			f()
		case <-end:
			t.Fatalf("an hour later: %s, %d of %d", s.State, s.Acked, s.Size)
		}
	}
}

func sender(w *world) *Sender {
	return &Sender{Upload: New(int64(len(w.file))), Line: w, File: file("a.mp4", int64(len(w.file))), Meta: func() any { return map[string]string{"name": "Ducks"} }}
}

func newWorld() *world {
	return &world{calls: make(chan func(), 100), file: bytes.Repeat([]byte("shoal of fish! "), 400_000)}
}

func (w *world) whole(t *testing.T, s *Sender) {
	t.Helper()
	if s.State != Done || !bytes.Equal(w.got, w.file) {
		t.Fatalf("%s, %d bytes of %d arrived", s.State, len(w.got), len(w.file))
	}
}

func TestSenderBringsTheFileThroughFaults(t *testing.T) {
	no := errors.New("connection lost")
	cases := map[string]func(n int, c session.Chunk) (*session.Answer, int, error){
		"every third request is lost": func(n int, _ session.Chunk) (*session.Answer, int, error) {
			if n%3 == 0 {
				return nil, 0, no
			}
			return nil, 0, nil
		},
		"pieces break in the middle": func(n int, c session.Chunk) (*session.Answer, int, error) {
			if n%2 == 0 && c.Moved != nil {
				return nil, 77_777, no
			}
			return nil, 0, nil
		},
		"the server is busy now and then": func(n int, _ session.Chunk) (*session.Answer, int, error) {
			if n%4 == 1 {
				a := said(503, "retry-after", "2")
				return &a, 0, nil
			}
			return nil, 0, nil
		},
		"signed out for a while": func(n int, _ session.Chunk) (*session.Answer, int, error) {
			if n > 3 && n < 9 {
				a := body(401, `{"detail":"no"}`)
				return &a, 0, nil
			}
			return nil, 0, nil
		},
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				n := 0
				w.fault = func(c session.Chunk) (*session.Answer, int, error) { n++; return fault(n, c) }
				s := sender(w)
				w.run(t, s, func() bool { return s.State == Done || s.State == Failed })
				w.whole(t, s)
			})
		})
	}
}

func TestSenderBeginsAgainWithTheSameWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		n := 0
		w.fault = func(c session.Chunk) (*session.Answer, int, error) {
			if n++; n == 4 {
				w.open = "expired"
			}
			return nil, 0, nil
		}
		s := sender(w)
		w.run(t, s, func() bool { return s.State == Done || s.State == Failed })
		w.whole(t, s)
		if len(w.begun) != 2 || w.begun[1] != `{"name":"Ducks"}` || s.Over != 1 {
			t.Fatalf("%q", w.begun)
		}
	})
}

func TestSenderGivesUpASilentConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.stuck = true
		s := sender(w)
		w.run(t, s, func() bool { return s.Why == Network })
		w.stuck = false
		w.run(t, s, func() bool { return s.State == Done })
		w.whole(t, s)
	})
}

func TestSenderPausesAndResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := sender(w)
		w.run(t, s, func() bool { return s.Sent() > 0 })
		s.Pause()
		s.Interrupt()
		w.run(t, s, func() bool { return !s.flying })
		got := len(w.got)
		time.Sleep(time.Minute)
		if len(w.got) != got || s.State != Paused {
			t.Fatal("bytes moved during a pause")
		}
		s.Resume()
		w.run(t, s, func() bool { return s.State == Done })
		w.whole(t, s)
	})
}

func TestSenderCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := sender(w)
		w.run(t, s, func() bool { return s.Sent() > 0 })
		s.Cancel()
		s.Interrupt()
		w.run(t, s, func() bool { return s.ID == "" })
		if w.open != "" {
			t.Fatal("the server keeps the bytes")
		}
	})
}
