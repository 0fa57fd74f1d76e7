package main

import (
	"bytes"
	"compress/gzip"

	"github.com/andybalholm/brotli"
)

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
	z := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}
