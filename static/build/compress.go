package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
)

const quality = brotli.BestCompression

// remembered gives what make made of content before, on this machine, in any checkout: the strongest compression of a
// program takes half a minute.
func remembered(content []byte, make func([]byte) ([]byte, error)) ([]byte, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return make(content)
	}
	sum := sha256.Sum256(content)
	path := filepath.Join(cache, "shoal-build", fmt.Sprintf("%x.q%d.br", sum, quality))
	if b, err := os.ReadFile(path); err == nil {
		return b, nil
	}
	b, err := make(content)
	if err != nil || os.MkdirAll(filepath.Dir(path), 0o755) != nil {
		return b, err
	}
	if os.WriteFile(path+".new", b, 0o644) == nil {
		_ = os.Rename(path+".new", path)
	}
	return b, nil
}

func gzipped(content []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	err = z.Close()
	return out.Bytes(), err
}

func brotlied(content []byte) ([]byte, error) {
	var out bytes.Buffer
	z := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 24})
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}
