package wire

import (
	"encoding/binary"
	"errors"
)

// Why a stream is not one of ours.
var (
	ErrProtocol = errors.New("not the BitTorrent protocol")
	ErrMessage  = errors.New("a message of the wrong length")
	ErrLong     = errors.New("a message too long")
)

// Input is a stretch of the stream. It may lie outside Go.
type Input interface {
	Len() int
	Read(to []byte, from int) // copies len(to) bytes that begin at from
}

// Decoder cuts a stream into messages. The zero value expects a handshake first.
type Decoder struct {
	begun bool
	hold  []byte // of the present message, its length too
	want  int    // bytes that hold must have before anything can be said
	body  int    // bytes still to come of the present piece
}

// pieceHead is length, kind, index and begin.
const pieceHead = 13

// Next reads from the input at a position. It gives the message that ends there, if ok, and the next position;
// without a message the input is used up.
func (d *Decoder) Next(in Input, at int) (m Message, next int, ok bool, err error) {
	if d.body > 0 && at < in.Len() {
		n := min(d.body, in.Len()-at)
		d.body -= n
		return Message{Kind: Body, From: at, To: at + n}, at + n, true, nil
	}
	for at < in.Len() {
		if d.want == 0 {
			d.reset()
		}
		at = d.fill(in, at)
		if len(d.hold) < d.want {
			break
		}
		if ok, err = d.advance(&m); ok || err != nil {
			return m, at, ok, err
		}
	}
	return m, at, false, nil
}

func (d *Decoder) reset() {
	d.hold, d.want = d.hold[:0], 4
	if !d.begun {
		d.want = handshakeSize
	}
}

func (d *Decoder) fill(in Input, at int) int {
	n := min(d.want-len(d.hold), in.Len()-at)
	old := len(d.hold)
	d.hold = append(d.hold, make([]byte, n)...)
	in.Read(d.hold[old:], at)
	return at + n
}

// advance looks at what is held: a message, or how much more it needs.
func (d *Decoder) advance(m *Message) (ok bool, err error) {
	if !d.begun {
		d.begun, d.want = true, 0
		m.Kind = Hello
		return true, m.Handshake.parse(d.hold)
	}
	size := int(binary.BigEndian.Uint32(d.hold))
	switch len(d.hold) {
	case 4:
		if size == 0 {
			d.want = 0
			m.Kind = KeepAlive
			return true, nil
		}
		if size < 0 || size > MaxMessage {
			return false, ErrLong
		}
		d.want = 5
		return false, nil
	case 5:
		if Kind(d.hold[4]) == Piece {
			d.want = pieceHead
			if size < pieceHead-4 {
				return false, ErrMessage
			}
			if size > pieceHead-4+MaxBody {
				return false, ErrLong
			}
			return false, nil
		}
		if d.want = 4 + size; d.want > 5 {
			return false, nil
		}
	}
	d.want = 0
	if Kind(d.hold[4]) != Piece {
		return true, m.parse(d.hold[4:])
	}
	m.Kind, m.Index, m.Begin = Piece, binary.BigEndian.Uint32(d.hold[5:]), binary.BigEndian.Uint32(d.hold[9:])
	d.body = size - (pieceHead - 4)
	m.Length = uint32(d.body)
	return true, nil
}

// Bytes are an input that lies in Go.
type Bytes []byte

// Len is the number of bytes.
func (b Bytes) Len() int { return len(b) }

// Read copies.
func (b Bytes) Read(to []byte, from int) { copy(to, b[from:]) }
