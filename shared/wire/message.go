// Package wire is what viewers say to each other over a data channel: the BitTorrent peer protocol (BEP 3, 6, 9, 10, 54),
// and as much of bencoding as torrent files and extensions need.
//
// Bodies of pieces may lie outside Go: the decoder tells only where they are.
package wire

import "encoding/binary"

// ID is an infohash or a peer id.
type ID = [20]byte

// Block is how many bytes a request usually asks for.
const Block = 16 << 10

// Bounds of a message in bytes.
const (
	MaxBody    = 128 << 10 // of a piece message
	MaxMessage = 256 << 10 // of any other
)

// Kind is the first byte of a message, or one of ours above.
type Kind uint16

// The kinds (BEP 3, BEP 6, BEP 10). Those from Hello on are the decoder's own.
const (
	Choke         Kind = 0
	Unchoke       Kind = 1
	Interested    Kind = 2
	NotInterested Kind = 3
	Have          Kind = 4  // Index
	Bitfield      Kind = 5  // Payload
	Request       Kind = 6  // Index, Begin, Length
	Piece         Kind = 7  // Index, Begin; Length bytes follow as Body
	Cancel        Kind = 8  // Index, Begin, Length
	Suggest       Kind = 13 // Index
	HaveAll       Kind = 14
	HaveNone      Kind = 15
	Reject        Kind = 16 // Index, Begin, Length
	AllowedFast   Kind = 17 // Index
	Extended      Kind = 20 // Ext, Payload

	Hello     Kind = 256 // the handshake, in Handshake
	Body      Kind = 257 // the bytes of the input from From to To are of the piece announced before
	KeepAlive Kind = 258
)

// Message is one message, or the beginning of a piece.
type Message struct {
	Kind                 Kind
	Ext                  byte // kind of an extended message
	Index, Begin, Length uint32
	Payload              []byte // valid until the next call
	From, To             int    // of a Body
	Handshake            Handshake
}

// Append writes the message; of a piece its head, behind which the body must follow.
func (m Message) Append(b []byte) []byte {
	switch m.Kind {
	case KeepAlive:
		return append(b, 0, 0, 0, 0)
	case Hello:
		return m.Handshake.Append(b)
	case Have, Suggest, AllowedFast:
		return number(head(b, 4, m.Kind), m.Index)
	case Request, Cancel, Reject:
		return number(number(number(head(b, 12, m.Kind), m.Index), m.Begin), m.Length)
	case Piece:
		return number(number(head(b, 8+m.Length, m.Kind), m.Index), m.Begin)
	case Extended:
		b = append(head(b, 1+uint32(len(m.Payload)), m.Kind), m.Ext)
		return append(b, m.Payload...)
	}
	return append(head(b, uint32(len(m.Payload)), m.Kind), m.Payload...)
}

func head(b []byte, payload uint32, k Kind) []byte { return append(number(b, payload+1), byte(k)) }

func number(b []byte, n uint32) []byte { return binary.BigEndian.AppendUint32(b, n) }

// parse reads a whole message without its length.
func (m *Message) parse(b []byte) error {
	m.Kind = Kind(b[0])
	b = b[1:]
	want := 0
	switch m.Kind {
	case Choke, Unchoke, Interested, NotInterested, HaveAll, HaveNone:
	case Have, Suggest, AllowedFast:
		want = 4
	case Request, Cancel, Reject:
		want = 12
	case Extended:
		if len(b) == 0 {
			return ErrMessage
		}
		m.Ext, m.Payload = b[0], b[1:]
		return nil
	default:
		m.Payload = b
		return nil
	}
	if len(b) != want {
		return ErrMessage
	}
	if want >= 4 {
		m.Index = binary.BigEndian.Uint32(b)
	}
	if want == 12 {
		m.Begin, m.Length = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	}
	return nil
}
