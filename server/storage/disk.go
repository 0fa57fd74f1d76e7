package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"shoal/server/fail"
)

// DiskStore keeps each key as a file below one folder.
type DiskStore struct{ folder string }

// partial is where files lie while they are written. Leftovers of a crash are removed at a later start,
// once they are too old to be another node's unfinished work.
const (
	partial    = ".partial"
	partialAge = 24 * time.Hour
)

// Disk opens, or makes, a store in folder.
func Disk(folder string) (*DiskStore, error) {
	dir := filepath.Join(folder, partial)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range left {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > partialAge {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return &DiskStore{folder}, nil
}

func (s *DiskStore) path(key string) (string, error) {
	if err := CheckKey(key); err != nil {
		return "", err
	}
	return filepath.Join(s.folder, filepath.FromSlash(key)), nil
}

// Put implements Store: the bytes are synced before the name appears.
func (s *DiskStore) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	temp := filepath.Join(s.folder, partial, rand.Text())
	n, err := write(ctx, temp, r)
	if err == nil {
		err = s.Adopt(ctx, key, temp)
	}
	if err != nil {
		_ = os.Remove(temp)
		return 0, full(err)
	}
	return n, nil
}

func write(ctx context.Context, path string, r io.Reader) (int64, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, reader{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	return n, errors.Join(err, f.Close())
}

// reader stops when the context does.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Adopt implements Store by renaming; a file from another file system is copied.
func (s *DiskStore) Adopt(ctx context.Context, key, path string) error {
	to, err := s.path(key)
	if err != nil {
		return err
	}
	dir := filepath.Dir(to)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return full(err)
	}
	if err := syncPath(path); err != nil {
		return err
	}
	err = os.Rename(path, to)
	if errors.Is(err, syscall.EXDEV) {
		return s.copyIn(ctx, key, path)
	}
	if err != nil {
		return full(err)
	}
	return syncPath(dir)
}

func (s *DiskStore) copyIn(ctx context.Context, key, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := s.Put(ctx, key, f); err != nil {
		return err
	}
	return os.Remove(path)
}

// syncPath makes a file's bytes, or a folder's names, durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open implements Store. The Object is an *os.File underneath, so that the kernel can send it by itself.
func (s *DiskStore) Open(_ context.Context, key string) (Object, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fail.New(fail.NotFound, "There is no such file.")
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fail.New(fail.NotFound, "There is no such file.")
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &File{f, info}, nil
}

// Local implements Store.
func (s *DiskStore) Local(ctx context.Context, key string) (string, func(), error) {
	o, err := s.Open(ctx, key)
	if err != nil {
		return "", nil, err
	}
	path := o.(*File).Name()
	return path, func() {}, o.Close()
}

// Delete implements Store; folders that become empty go too.
func (s *DiskStore) Delete(_ context.Context, keys ...string) error {
	var errs []error
	for _, key := range keys {
		path, err := s.path(key)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
			continue
		}
		for dir := filepath.Dir(path); dir != s.folder && os.Remove(dir) == nil; dir = filepath.Dir(dir) {
		}
	}
	return errors.Join(errs...)
}

// List implements Store.
func (s *DiskStore) List(ctx context.Context, prefix string) ([]string, error) {
	if prefix != "" && CheckKey(strings.TrimSuffix(prefix, "/")) != nil {
		return nil, nil
	}
	var keys []string
	root := filepath.Join(s.folder, filepath.FromSlash(prefix[:strings.LastIndexByte(prefix, '/')+1]))
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case e.IsDir() && e.Name() == partial:
			return fs.SkipDir
		case e.IsDir():
			return ctx.Err()
		}
		rel, err := filepath.Rel(s.folder, path)
		if key := filepath.ToSlash(rel); err == nil && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
		return err
	})
	slices.Sort(keys)
	return keys, err
}

// Free implements Store: what the file system leaves to ordinary users.
func (s *DiskStore) Free(context.Context) (int64, error) { return FreeAt(s.folder) }

// FreeAt is how many bytes fit into the file system that holds path.
func FreeAt(path string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// full gives "no space left" a kind and words of its own.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fail.Wrap(fail.NoSpace, err, "The server's disk is full.")
	}
	return err
}
