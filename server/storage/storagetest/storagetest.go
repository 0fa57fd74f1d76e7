// Package storagetest is the suite that every storage back end passes.
package storagetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"shoal/server/fail"
	"shoal/server/storage"
)

// Run puts a fresh store, made by open for each part, through the suite.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	for name, part := range map[string]func(*testing.T, storage.Store){
		"what is put is read":             putAndRead,
		"a broken put leaves nothing":     brokenPut,
		"a put replaces":                  replace,
		"adopt moves":                     adopt,
		"local is a path":                 local,
		"delete":                          remove,
		"list":                            list,
		"hostile keys are refused":        hostile,
		"absent is NotFound":              absent,
		"ranges":                          ranges,
		"two puts at once are each whole": atOnce,
		"free":                            free,
	} {
		t.Run(name, func(t *testing.T) { part(t, open(t)) })
	}
}

var ctx = context.Background()

func put(t *testing.T, s storage.Store, key, text string) {
	t.Helper()
	if n, err := s.Put(ctx, key, strings.NewReader(text)); err != nil || n != int64(len(text)) {
		t.Fatalf("put %s: %d, %v", key, n, err)
	}
}

func get(t *testing.T, s storage.Store, key string) string {
	t.Helper()
	o, err := s.Open(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b, err := io.ReadAll(o)
	if err != nil || o.Size() != int64(len(b)) || o.ModTime().IsZero() {
		t.Fatalf("%s: %d bytes, size %d, %v", key, len(b), o.Size(), err)
	}
	return string(b)
}

func isAbsent(t *testing.T, s storage.Store, key string) {
	t.Helper()
	if _, err := s.Open(ctx, key); !fail.Is(err, fail.NotFound) {
		t.Errorf("open %q: %v", key, err)
	}
}

func putAndRead(t *testing.T, s storage.Store) {
	big := make([]byte, 3<<20)
	_, _ = rand.Read(big)
	for key, text := range map[string]string{"a": "x", "hls/u/empty": "", "hls/u/big.mp4": string(big), "originals/Ünï cöde.mp4": "ü"} {
		put(t, s, key, text)
		if get(t, s, key) != text {
			t.Errorf("%s differs", key)
		}
	}
}

func brokenPut(t *testing.T, s storage.Store) {
	broken := errors.New("the line broke")
	r := io.MultiReader(bytes.NewReader(make([]byte, 100_000)), iotestErr{broken})
	if _, err := s.Put(ctx, "a/b", r); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	isAbsent(t, s, "a/b")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Put(cancelled, "a/b", strings.NewReader("x")); err == nil {
		t.Error("a cancelled put succeeded")
	}
	isAbsent(t, s, "a/b")
	if keys, _ := s.List(ctx, ""); len(keys) != 0 {
		t.Errorf("left over: %v", keys)
	}
}

type iotestErr struct{ err error }

func (r iotestErr) Read([]byte) (int, error) { return 0, r.err }

func replace(t *testing.T, s storage.Store) {
	put(t, s, "a", "a longer first one")
	put(t, s, "a", "second")
	if got := get(t, s, "a"); got != "second" {
		t.Errorf("got %q", got)
	}
}

func adopt(t *testing.T, s storage.Store) {
	path := filepath.Join(t.TempDir(), "made")
	if err := os.WriteFile(path, []byte("made elsewhere"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Adopt(ctx, "x/y/z", path); err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "x/y/z"); got != "made elsewhere" {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

func local(t *testing.T, s storage.Store) {
	put(t, s, "a/b.mp4", "bytes")
	path, release, err := s.Local(ctx, "a/b.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if b, err := os.ReadFile(path); string(b) != "bytes" {
		t.Errorf("got %q, %v", b, err)
	}
	if _, _, err := s.Local(ctx, "a/c"); !fail.Is(err, fail.NotFound) {
		t.Errorf("absent: %v", err)
	}
}

func remove(t *testing.T, s storage.Store) {
	put(t, s, "a/b/c", "x")
	put(t, s, "a/d", "x")
	if err := s.Delete(ctx, "a/b/c", "a/never"); err != nil {
		t.Fatal(err)
	}
	isAbsent(t, s, "a/b/c")
	if got := get(t, s, "a/d"); got != "x" {
		t.Errorf("the neighbour is %q", got)
	}
}

func list(t *testing.T, s storage.Store) {
	for _, key := range []string{"hls/b/1", "hls/a/2", "hls/a/1", "images/1", "hlsx"} {
		put(t, s, key, "x")
	}
	for prefix, want := range map[string][]string{
		"hls/":   {"hls/a/1", "hls/a/2", "hls/b/1"},
		"hls/a/": {"hls/a/1", "hls/a/2"},
		"hls":    {"hls/a/1", "hls/a/2", "hls/b/1", "hlsx"},
		"none/":  nil,
	} {
		if got, err := s.List(ctx, prefix); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", prefix, got, err)
		}
	}
}

func hostile(t *testing.T, s storage.Store) {
	for _, key := range []string{"", "/", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".partial/x", "a/.hidden", "a\\..\\b", "a\x00b", "a\nb", strings.Repeat("a/", 300) + "a"} {
		if _, err := s.Put(ctx, key, strings.NewReader("x")); !fail.Is(err, fail.NotFound) {
			t.Errorf("put %q: %v", key, err)
		}
		isAbsent(t, s, key)
		if s.Delete(ctx, key) == nil {
			t.Errorf("delete %q succeeded", key)
		}
	}
}

func absent(t *testing.T, s storage.Store) {
	put(t, s, "a/b", "x")
	for _, key := range []string{"c", "a", "a/b/c"} {
		isAbsent(t, s, key)
	}
}

func ranges(t *testing.T, s storage.Store) {
	put(t, s, "a", "0123456789")
	o, err := s.Open(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b := make([]byte, 3)
	if _, err := o.ReadAt(b, 4); err != nil || string(b) != "456" {
		t.Errorf("ReadAt: %q, %v", b, err)
	}
	if at, err := o.Seek(-2, io.SeekEnd); err != nil || at != 8 {
		t.Errorf("Seek: %d, %v", at, err)
	}
	if rest, err := io.ReadAll(o); err != nil || string(rest) != "89" {
		t.Errorf("rest: %q, %v", rest, err)
	}
}

func atOnce(t *testing.T, s storage.Store) {
	var g sync.WaitGroup
	for _, c := range []byte("abcdefgh") {
		g.Go(func() {
			if _, err := s.Put(ctx, "same", bytes.NewReader(bytes.Repeat([]byte{c}, 200_000))); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
	got := get(t, s, "same")
	if len(got) != 200_000 || strings.Trim(got, got[:1]) != "" {
		t.Error("the puts are mixed")
	}
}

func free(t *testing.T, s storage.Store) {
	if n, err := s.Free(ctx); err != nil || n <= 0 {
		t.Errorf("%d, %v", n, err)
	}
}
