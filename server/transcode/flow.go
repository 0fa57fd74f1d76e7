package transcode

import (
	"io"
	"os"
	"sync"
)

// beside hands bytes to a writer on another core, in order. The writer never fails.
type beside struct {
	blocks chan []byte
	free   sync.Pool
	block  []byte
	once   sync.Once
	ended  sync.WaitGroup
}

const (
	blockSize   = 256 << 10 // bytes
	blocksAhead = 16
)

func newBeside(w io.Writer) *beside {
	b := &beside{blocks: make(chan []byte, blocksAhead), free: sync.Pool{New: func() any { return new([blockSize]byte) }}}
	b.ended.Go(func() {
		for block := range b.blocks {
			_, _ = w.Write(block)
			b.free.Put((*[blockSize]byte)(block[:blockSize]))
		}
	})
	return b
}

// Write takes the next bytes.
func (b *beside) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if b.block == nil {
			b.block = b.free.Get().(*[blockSize]byte)[:0]
		}
		k := min(blockSize-len(b.block), len(p))
		b.block = append(b.block, p[:k]...)
		p = p[k:]
		if len(b.block) == blockSize {
			b.blocks <- b.block
			b.block = nil
		}
	}
	return n, nil
}

// wait ends the writing; a second time it does nothing.
func (b *beside) wait() {
	b.once.Do(func() {
		if b.block != nil {
			b.blocks <- b.block
		}
		close(b.blocks)
	})
	b.ended.Wait()
}

// flowing is a file whose bytes start for the disk while more are written, so that syncing it at the end is short.
type flowing struct {
	file *os.File
	sent int64 // bytes that are on their way
	size int64
}

const flowStep = 8 << 20 // bytes

// Write appends to the file.
func (f *flowing) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.size += int64(n)
	if f.size-f.sent >= flowStep {
		send(f.file, f.sent, f.size-f.sent)
		f.sent = f.size
	}
	return n, err
}
