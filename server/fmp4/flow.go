package fmp4

import (
	"bufio"
	"io"
)

// flow reads one segment and gives its fragments other numbers and tracks on the way.
type flow struct {
	in     *bufio.Reader
	left   int64 // bytes of the segment that are not read
	ids    renumbering
	number uint32 // of the next fragment
	ready  []byte // changed bytes that are to be given out
	media  int64  // bytes of mdat still to pass
}

func newFlow(p piece) *flow {
	const ahead = 64 << 10 // bytes
	return &flow{
		in:   bufio.NewReaderSize(io.NewSectionReader(p.source, p.Offset, p.Size), ahead),
		left: p.Size, ids: p.ids, number: p.first,
	}
}

// Read ends with io.EOF at the end of the segment.
func (f *flow) Read(p []byte) (int, error) {
	if len(f.ready) == 0 && f.media == 0 {
		if f.left == 0 {
			return 0, io.EOF
		}
		if err := f.box(); err != nil {
			return 0, err
		}
	}
	if len(f.ready) > 0 {
		n := copy(p, f.ready)
		f.ready = f.ready[n:]
		return n, nil
	}
	n, err := f.in.Read(p[:min(int64(len(p)), f.media)])
	f.media -= int64(n)
	return n, unexpected(err)
}

// unexpected makes an end where none should be an error.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// box reads the next header, and the box with it if it is to be changed.
func (f *flow) box() error {
	const header = 8
	b := make([]byte, header)
	if _, err := io.ReadFull(f.in, b); err != nil {
		return unexpected(err)
	}
	size, kind := int64(be.Uint32(b)), string(b[4:])
	if size < header || size > f.left {
		return ErrBroken
	}
	f.left -= size
	if kind != "moof" {
		f.ready, f.media = b, size-header
		return nil
	}
	if size > maxMoof {
		return ErrTooBig
	}
	whole := append(b, make([]byte, size-header)...)
	if _, err := io.ReadFull(f.in, whole[header:]); err != nil {
		return unexpected(err)
	}
	f.ready = whole
	f.number++
	return f.ids.moof(whole[header:], f.number-1)
}

// renumbering is what the tracks of a source are called in the file.
type renumbering map[uint32]uint32

// moof changes the number of a fragment and those of its tracks in place.
func (ids renumbering) moof(moof []byte, number uint32) error {
	for x := range boxes(moof) {
		switch x.kind {
		case "":
			return ErrBroken
		case "mfhd":
			if len(x.body) < 8 {
				return ErrBroken
			}
			be.PutUint32(x.body[4:], number)
		case "traf":
			tfhd := find(x.body, "tfhd")
			if len(tfhd) < 8 || ids[be.Uint32(tfhd[4:])] == 0 {
				return ErrBroken
			}
			be.PutUint32(tfhd[4:], ids[be.Uint32(tfhd[4:])])
		}
	}
	return nil
}
