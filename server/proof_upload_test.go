package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

const piece = 64 << 10 // bytes of a chunk

// stalled is a body that gives some bytes, tells so, and never ends.
type stalled struct {
	io.Reader
	sent chan struct{}
	gone <-chan struct{}
}

func (s *stalled) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == io.EOF {
		close(s.sent)
		<-s.gone
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

// moments are when the power goes; each gives how many bytes it had an answer for.
var moments = []struct {
	name string
	cut  func(t *testing.T, p *rig.Program, c *rig.Client, u rig.Transfer, content []byte) int64
}{
	{"before the first byte", func(_ *testing.T, p *rig.Program, _ *rig.Client, _ rig.Transfer, _ []byte) int64 {
		powerCut(p)
		return 0
	}},
	{"after an answered chunk", func(t *testing.T, p *rig.Program, c *rig.Client, u rig.Transfer, content []byte) int64 {
		send(t, c, u, content, 0, 2*piece)
		powerCut(p)
		return 2 * piece
	}},
	{"within a chunk", func(t *testing.T, p *rig.Program, c *rig.Client, u rig.Transfer, content []byte) int64 {
		send(t, c, u, content, 0, piece)
		body := &stalled{bytes.NewReader(content[piece : piece+piece/2]), make(chan struct{}), p.Ended()}
		failed := make(chan error, 1)
		go func() {
			_, err := c.Do(context.Background(), "PUT", u.At, body, "Content-Type", "application/octet-stream", "Content-Range", contentRange(piece, 2*piece, u.Size))
			failed <- err
		}()
		<-body.sent
		powerCut(p)
		<-failed
		return piece
	}},
	{"with the last chunk on its way", func(t *testing.T, p *rig.Program, c *rig.Client, u rig.Transfer, content []byte) int64 {
		last := u.Size - piece
		send(t, c, u, content, 0, last)
		done := make(chan struct{})
		go func() {
			_, _ = c.Put(context.Background(), u, last, content[last:])
			close(done)
		}()
		powerCut(p)
		<-done
		return last
	}},
}

func contentRange(from, to, size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", from, to-1, size)
}

func send(t *testing.T, c *rig.Client, u rig.Transfer, content []byte, from, to int64) {
	t.Helper()
	for at := from; at < to; at += piece {
		a := must(c.Put(soon(t), u, at, content[at:min(at+piece, to)]))(t)
		if a.Status != 308 {
			t.Fatalf("the chunk from %d on: %d %s", at, a.Status, a.Body)
		}
	}
}

func TestAnUploadGoesOnAfterAPowerCut(whole *testing.T) {
	source := film(whole, "camera.mp4", rig.Film{Width: 320, Height: 180, Seconds: 8, Filter: "noise=alls=20:allf=t"})
	content := must(os.ReadFile(source))(whole)
	if len(content) < 6*piece {
		whole.Fatalf("the film of %d bytes is too small to be cut", len(content))
	}
	data := dataFolder(whole)
	p := run(whole, data)
	for _, m := range moments {
		whole.Run(m.name, func(t *testing.T) {
			c := signedIn(t, p)
			u := must(c.Begin(soon(t), "camera.mp4", int64(len(content)), map[string]any{"name": m.name}))(t)
			answered := m.cut(t, p, c, u, content)
			p = run(whole, data)
			c = signedIn(t, p)
			at := must(c.Acknowledged(soon(t), u))(t)
			if at < answered {
				t.Fatalf("%d bytes were acknowledged, %d are left", answered, at)
			}
			uuid := finish(t, c, u, content, at)
			same(t, data, content)
			check(t, c.Watchable(soon(t), uuid))
			must(c.Processed(soon(t), uuid))(t)
			check(t, c.API().Send(soon(t), "DELETE", "/api/v1/videos/"+uuid, nil, nil))
			empty(t, c, data)
		})
	}
}

// finish sends the rest from an offset on, or learns that all has arrived.
func finish(t *testing.T, c *rig.Client, u rig.Transfer, content []byte, at int64) string {
	t.Helper()
	if at == u.Size {
		a := must(c.Do(soon(t), "PUT", u.At, nil, "Content-Range", "bytes */"+strconv.FormatInt(u.Size, 10)))(t)
		return must(rig.Uploaded(a))(t)
	}
	last := max(at, u.Size-piece)
	send(t, c, u, content, at, last)
	return must(rig.Uploaded(must(c.Put(soon(t), u, last, content[last:]))(t)))(t)
}

// same makes sure that storage holds exactly one original, byte for byte.
func same(t *testing.T, data string, content []byte) {
	t.Helper()
	found := kept(t, filepath.Join(data, "storage", "originals"))
	if len(found) != 1 {
		t.Fatalf("originals: %v", found)
	}
	if got := must(os.ReadFile(found[0]))(t); !bytes.Equal(got, content) {
		t.Errorf("the stored original has %d bytes (%s), sent were %d (%s)", len(got), digest(got), len(content), digest(content))
	}
}

// empty waits until nothing of a deleted video is left: no row and no file.
func empty(t *testing.T, c *rig.Client, data string) {
	t.Helper()
	var list api.Page[api.Video]
	check(t, c.API().Get(soon(t), "/api/v1/users/me/videos", &list))
	if list.Total != 0 {
		t.Errorf("%d videos came of one upload", list.Total)
	}
	var left []string
	err := rig.Until(soon(t), "the files to go", func() (bool, error) {
		left = kept(t, filepath.Join(data, "storage"))
		return len(left) == 0, nil
	})
	if err != nil {
		t.Errorf("%v: %v", err, left)
	}
}

func kept(t *testing.T, folder string) (found []string) {
	t.Helper()
	_ = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return nil // a file may go while we look
	})
	return found
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
