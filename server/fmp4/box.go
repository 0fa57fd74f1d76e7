// Package fmp4 reads a stream of fragmented MP4 once and cuts it into segments: where they lie, how long they last, what they hash to.
//
// It knows as much of ISO/IEC 14496-12 as our own ffmpeg writes, and refuses the rest.
package fmp4

import (
	"encoding/binary"
	"errors"
	"iter"
)

// The kinds of refusal.
var (
	ErrBroken = errors.New("fmp4: broken box")
	ErrTooBig = errors.New("fmp4: box too big")
	ErrCodec  = errors.New("fmp4: unknown codec")
)

var be = binary.BigEndian

// box is a box inside memory.
type box struct {
	kind string
	body []byte // without the header
}

// boxes goes through the boxes of b. It ends with kind "" when one does not fit.
func boxes(b []byte) iter.Seq[box] {
	return func(yield func(box) bool) {
		for len(b) > 0 {
			if len(b) < 8 {
				yield(box{})
				return
			}
			size := uint64(be.Uint32(b))
			if size < 8 || size > uint64(len(b)) {
				yield(box{})
				return
			}
			if !yield(box{string(b[4:8]), b[8:size]}) {
				return
			}
			b = b[size:]
		}
	}
}

// find goes down a path of kinds to the first match, nil when there is none.
func find(b []byte, path ...string) []byte {
	for _, kind := range path {
		found := false
		for x := range boxes(b) {
			if x.kind == kind {
				b, found = x.body, true
				break
			}
		}
		if !found {
			return nil
		}
	}
	return b
}

// reader takes big-endian numbers from a full box; after a short read all is zero and short is set.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if len(r.b) < n {
		r.b, r.short = nil, true
		return make([]byte, n)
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *reader) u8() uint8   { return r.take(1)[0] }
func (r *reader) u32() uint32 { return be.Uint32(r.take(4)) }
