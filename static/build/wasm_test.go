package main

import (
	"bytes"
	"testing"
)

// program has a section of no concern and the given pieces of memory.
func program(pieces ...piece) []byte {
	section := written(pieces)
	head := []byte("\x00asm\x01\x00\x00\x00\x01\x02ab\x0b")
	return append(append(head, byte(len(section))), section...)
}

func TestPiecesOfMemoryAreJoined(t *testing.T) {
	got, err := joined(program(piece{1 << 16, []byte("one")}, piece{1<<16 + 5, []byte("two")}, piece{1<<16 + 2000, []byte("far")}), false)
	want := program(piece{1 << 16, []byte("one\x00\x00two")}, piece{1<<16 + 2000, []byte("far")})
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v\n%q\n%q", err, got, want)
	}
	for n := range want {
		if cut, err := joined(want[:n], true); err == nil && !bytes.HasPrefix(want, cut) {
			t.Errorf("%d bytes of a program became %q", n, cut)
		}
	}
}

func FuzzJoined(f *testing.F) {
	f.Add(program(piece{65, []byte("a")}, piece{-70, []byte("b")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := joined(b, true)
		if err != nil {
			return
		}
		if twice, err := joined(once, true); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%v: %q became %q", err, once, twice)
		}
	})
}
