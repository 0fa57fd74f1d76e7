package ffmpeg

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

// Error is a child that ended badly.
type Error struct {
	Tail string // the end of what it said
	Err  error
}

func (e *Error) Error() string {
	if e.Tail == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + ": " + e.Tail
}

// Unwrap gives the exit status.
func (e *Error) Unwrap() error { return e.Err }

// How much the children give way to the server, as nice values.
const (
	patient = 10
	urgent  = 3
)

// child runs one program. What it writes to its standard output and to descriptors 3, 4 … goes to the writers;
// a writer's error ends it. It dies with ctx, and with the server.
func (t *Tool) child(ctx context.Context, nice int, path string, args []string, stdout io.Writer, outputs []io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	said := &tail{}
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "MALLOC_ARENA_MAX=4"}
	cmd.Stderr = said
	var pumps sync.WaitGroup
	var ends []*os.File
	for i, w := range append([]io.Writer{stdout}, outputs...) {
		from, to, err := os.Pipe()
		if err != nil {
			closeAll(ends)
			cancel(err)
			return err
		}
		ends = append(ends, to)
		widen(to)
		if i == 0 {
			cmd.Stdout = to
		} else {
			cmd.ExtraFiles = append(cmd.ExtraFiles, to)
		}
		pumps.Go(func() {
			defer from.Close()
			if err := pump(w, from); err != nil {
				cancel(err)
			}
		})
	}
	err := t.alive(ctx, nice, cmd, func() { closeAll(ends) })
	pumps.Wait()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return &Error{said.String(), err}
	}
	return nil
}

// alive starts cmd and waits for it, on a thread of its own that is nice and that the child dies with.
func (t *Tool) alive(ctx context.Context, nice int, cmd *exec.Cmd, started func()) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends here, because its niceness cannot be taken back
		detach(cmd, nice)
		err := cmd.Start()
		started()
		if err == nil {
			t.bound(cmd.Process.Pid)
			stop := context.AfterFunc(ctx, func() { kill(cmd) })
			err = cmd.Wait()
			stop()
		}
		ended <- err
	}()
	return <-ended
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

const pipeSize = 1 << 20 // bytes

func pump(w io.Writer, from io.Reader) error {
	buf := make([]byte, pipeSize/4)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

const tailSize = 4 << 10 // bytes

// tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if cut := len(t.b) - tailSize; cut > 0 {
		t.b = append(t.b[:0], t.b[cut:]...)
	}
	return len(p), nil
}

// String is the tail as valid text.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.Map(printable, strings.ToValidUTF8(string(t.b), "")))
}

func printable(r rune) rune {
	if r == '\n' || r >= ' ' && r != 0x7f {
		return r
	}
	return -1
}
