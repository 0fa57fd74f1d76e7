// Package storage keeps bytes under keys, on disk or in S3.
package storage

import (
	"context"
	"io"
	"math"
	"strings"
	"time"

	"shoal/server/fail"
)

// Store is what every back end offers. A key is a slash-separated path such as "hls/<uuid>/<file>".
type Store interface {
	// Put writes all of r under key, whole or not at all, durable when it returns.
	Put(ctx context.Context, key string, r io.Reader) (int64, error)
	// Adopt moves a finished local file in; the path is gone afterwards.
	Adopt(ctx context.Context, key, path string) error
	// Open reads key; fail.NotFound when there is none.
	Open(ctx context.Context, key string) (Object, error)
	// Local gives a path to read key from, valid until release is called.
	Local(ctx context.Context, key string) (path string, release func(), err error)
	// Delete removes keys; absent ones are no error.
	Delete(ctx context.Context, keys ...string) error
	// List gives all keys that start with prefix, in order.
	List(ctx context.Context, prefix string) ([]string, error)
	// Free is how many bytes still fit, Unlimited when there is no bound.
	Free(ctx context.Context) (int64, error)
}

// Unlimited is the answer of Free for a back end without a bound.
const Unlimited = math.MaxInt64

// Object is an open file of the store.
type Object interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
	ModTime() time.Time
}

const (
	maxKey  = 512
	maxPart = 200
)

// CheckKey refuses keys that could leave the store: no empty, hidden, "." or ".." part, no control characters, no backslash.
func CheckKey(key string) error {
	bad := fail.New(fail.NotFound, "There is no such file.")
	if key == "" || len(key) > maxKey {
		return bad
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' || len(part) > maxPart {
			return bad
		}
	}
	for _, c := range key {
		if c < ' ' || c == '\\' || c == 0x7f || c == 0xfffd {
			return bad
		}
	}
	return nil
}
