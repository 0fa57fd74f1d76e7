package mirror

import (
	"cmp"
	"container/list"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// shelf is what lies in the folder: in front what was asked for last.
type shelf struct {
	order list.List // of *copied
	by    map[string]*list.Element
	size  int64
}

// copied is one file; its name is the hash of where it comes from, its ending tells what is in it.
type copied struct {
	name, ending string
	size         int64
	used         time.Time
}

const (
	temporary  = ".part"
	usedEvery  = time.Hour // how fine the order is that outlives the program
	nameLength = 64
)

// open finds what earlier runs left.
func (m *Mirror) open() {
	m.shelf.by = map[string]*list.Element{}
	if m.broken = os.MkdirAll(m.Folder, 0o750); m.broken != nil {
		return
	}
	var found []*copied
	paths, err := filepath.Glob(filepath.Join(m.Folder, "??", "*"))
	if err != nil {
		m.broken = err
		return
	}
	for _, p := range paths {
		ending := filepath.Ext(p)
		name := strings.TrimSuffix(filepath.Base(p), ending)
		info, err := os.Stat(p)
		if err != nil || len(name) != nameLength || endings[ending] == "" {
			_ = os.Remove(p) // half written, or nothing of ours
			continue
		}
		found = append(found, &copied{name, ending, info.Size(), info.ModTime()})
	}
	slices.SortFunc(found, func(a, b *copied) int { return cmp.Or(a.used.Compare(b.used), strings.Compare(a.name, b.name)) })
	for _, c := range found {
		m.shelf.add(c)
	}
	m.evict()
}

func (s *shelf) add(c *copied) {
	s.drop(c.name)
	s.by[c.name] = s.order.PushFront(c)
	s.size += c.size
}

func (s *shelf) drop(name string) {
	if e := s.by[name]; e != nil {
		s.size -= s.order.Remove(e).(*copied).size
		delete(s.by, name)
	}
}

// evict makes room; who reads an evicted file reads on.
func (m *Mirror) evict() {
	for m.shelf.size > m.Most && m.shelf.order.Len() > 0 {
		c := m.shelf.order.Back().Value.(*copied)
		m.shelf.drop(c.name)
		_ = os.Remove(m.path(c.name + c.ending))
	}
}

func (m *Mirror) has(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shelf.by[name] != nil
}

// take opens what is there; os.ErrNotExist when it is not.
func (m *Mirror) take(name string) (*File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.shelf.by[name]
	if e == nil {
		return nil, os.ErrNotExist
	}
	c := e.Value.(*copied)
	path := m.path(c.name + c.ending)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		m.shelf.drop(name) // somebody cleaned up
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	m.shelf.order.MoveToFront(e)
	if now := m.now(); now.Sub(c.used) > usedEvery {
		c.used = now
		_ = os.Chtimes(path, now, now)
	}
	return &File{File: f, Size: info.Size(), ModTime: info.ModTime(), Type: endings[c.ending]}, nil
}

// put writes a file, whole or not at all.
func (m *Mirror) put(file string, body []byte) error {
	path := m.path(file)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	if err := write(path+temporary, body); err != nil {
		return errors.Join(err, os.Remove(path+temporary))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := os.Rename(path+temporary, path); err != nil {
		return err
	}
	ending := filepath.Ext(file)
	m.shelf.add(&copied{strings.TrimSuffix(file, ending), ending, int64(len(body)), m.now()})
	m.evict()
	return nil
}

func write(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}
