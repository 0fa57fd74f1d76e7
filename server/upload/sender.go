package upload

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"shoal/server/fail"
)

// sender is the one request that may write to a session.
type sender struct {
	heard atomic.Int64 // when bytes came last, in Unix nanoseconds
	abort func()
	gone  chan struct{}
}

// enter makes this request the sender of a session. One that has been silent for a while, such as that of a lost connection,
// gives way; one that is still talking does not.
func (u *Uploads) enter(ctx context.Context, id string, abort func()) (*sender, error) {
	me := &sender{abort: abort, gone: make(chan struct{})}
	me.heard.Store(time.Now().UnixNano())
	for {
		other := u.place(id, me)
		if other == nil {
			return me, nil
		}
		if other.abort == nil || time.Since(time.Unix(0, other.heard.Load())) < u.idle() {
			e := fail.New(fail.Unavailable, "Another request is sending to this upload right now.")
			e.After = time.Second
			return nil, e
		}
		other.abort()
		select {
		case <-other.gone:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (u *Uploads) idle() time.Duration {
	if u.Idle > 0 {
		return u.Idle
	}
	return defaultIdle
}

// place puts me where there is no sender yet, or gives the one that is there.
func (u *Uploads) place(id string, me *sender) *sender {
	u.mu.Lock()
	defer u.mu.Unlock()
	if other := u.senders[id]; other != nil {
		return other
	}
	if u.senders == nil {
		u.senders = map[string]*sender{}
	}
	u.senders[id] = me
	return nil
}

func (u *Uploads) leave(id string, me *sender) {
	u.mu.Lock()
	delete(u.senders, id)
	u.mu.Unlock()
	close(me.gone)
}

// watch notes when bytes come, and that it is the sender's fault when they do not.
func (s *sender) watch(r io.Reader) io.Reader {
	return readFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		s.heard.Store(time.Now().UnixNano())
		return n, ended(err)
	})
}

func ended(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return fail.Wrap(fail.Invalid, err, "The piece broke off before its last byte.")
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
