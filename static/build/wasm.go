package main

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// The linker splits what memory starts with at every few zeros, and writes each piece with its address. Those addresses
// weigh a tenth of a program on the network: pieces with less than this many zeros between them are joined again.
const nearby = 256

const dataSection = 11 // WebAssembly core 1.0, 5.5.14

var errWASM = errors.New("this is not a program as the Go linker writes them")

// piece is bytes that memory starts with.
type piece struct {
	at    int64
	bytes []byte
}

// joined is a WebAssembly program that does the same and is smaller when compressed; bare leaves out file and line numbers.
func joined(program []byte, bare bool) ([]byte, error) {
	const head = 8
	if len(program) < head {
		return nil, errWASM
	}
	out := bytes.NewBuffer(append([]byte{}, program[:head]...))
	for rest := (reader{program[head:], nil}); len(rest.b) > 0; {
		kind := rest.byte()
		body := rest.take(rest.number())
		if rest.err != nil {
			return nil, rest.err
		}
		if kind == dataSection {
			pieces, err := data(body)
			if err != nil {
				return nil, err
			}
			if bare {
				unlined(pieces)
			}
			body = written(pieces)
		}
		out.WriteByte(kind)
		out.Write(binary.AppendUvarint(nil, uint64(len(body))))
		out.Write(body)
	}
	return out.Bytes(), nil
}

// data reads the section, joining what lies close together.
func data(section []byte) ([]piece, error) {
	r := reader{section, nil}
	var all []piece
	for n := r.number(); n > 0 && r.err == nil; n-- {
		r.expect(0)    // of the one memory
		r.expect(0x41) // i32.const
		at := r.signed()
		r.expect(0x0b) // end
		b := r.take(r.number())
		if last := len(all) - 1; last >= 0 && r.err == nil {
			p := &all[last]
			gap := at - p.at - int64(len(p.bytes))
			if gap >= 0 && gap < nearby {
				p.bytes = append(append(p.bytes, make([]byte, gap)...), b...)
				continue
			}
		}
		all = append(all, piece{at, append([]byte{}, b...)})
	}
	return all, r.err
}

func written(pieces []piece) []byte {
	out := binary.AppendUvarint(nil, uint64(len(pieces)))
	for _, p := range pieces {
		out = append(out, 0, 0x41)
		out = appendSigned(out, p.at)
		out = append(out, 0x0b)
		out = binary.AppendUvarint(out, uint64(len(p.bytes)))
		out = append(out, p.bytes...)
	}
	return out
}

// reader takes a program apart; after the first fault it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		r.err = errWASM
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) expect(b byte) {
	if r.byte() != b {
		r.err = errWASM
	}
}

// number reads unsigned LEB128.
func (r *reader) number() int {
	n, used := binary.Uvarint(r.b)
	if used <= 0 || n > 1<<31 {
		r.err = errWASM
		return 0
	}
	r.take(used)
	return int(n)
}

// signed reads signed LEB128.
func (r *reader) signed() (n int64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n
		}
	}
	r.err = errWASM
	return 0
}

func appendSigned(out []byte, n int64) []byte {
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if n == 0 && b&0x40 == 0 || n == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}
