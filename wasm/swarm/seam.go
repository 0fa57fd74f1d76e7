package swarm

import (
	"errors"

	"shoal/shared/announce"
	"shoal/wasm/player"
)

// World is all that the swarm stands on. Nothing is heard from within a call into it, nor after Close or cancel.
type World struct {
	Server  player.Source // the server, which has everything
	Clock   player.Clock
	Memory  Memory
	Dialer  Dialer
	Sockets Sockets
	Random  func(b []byte) // fills b with what nobody guesses

	// Peering asks the server who may share this video and how. A player.StatusError 403 or 404 means that nobody may.
	Peering func(uuid string, done func(Peering, error)) (cancel func())
	// File fetches a torrent file.
	File func(address string, done func([]byte, error)) (cancel func())
}

// Memory is where media lies: outside Go in a browser.
type Memory interface {
	Read(to []byte, c player.Chunk, from int)     // copies len(to) bytes into Go
	Join(list []player.Chunk) player.Chunk        // one stretch of its own
	Hash(c player.Chunk, done func(sum [20]byte)) // SHA-1
}

// Dialer makes connections to other viewers. Session descriptions hold all their candidates.
type Dialer interface {
	Able() bool // false where the browser has no WebRTC
	Offer(stun []string, to Ear, done func(sdp string, err error)) Conn
	Answer(stun []string, offer string, to Ear, done func(sdp string, err error)) Conn
}

// Conn is an ordered, reliable stream of bytes to another viewer, or on its way to be one.
type Conn interface {
	Accept(answer string)                // to the offer of this connection
	Send(head []byte, body player.Chunk) // either may be nil; head is not kept
	Waiting() int                        // bytes that were sent and are not yet on the line
	// Sibling opens another stream on the same connection.
	Sibling(to Ear) Conn
	Close() // with the connection when it was the last stream
}

// LowWater is how many bytes may wait on a connection before Ear.Drained tells that there is room again.
const LowWater = 64 << 10

// MostFrame is how many bytes go in one message of a data channel: not all implementations take more (RFC 8831 6.6).
// The stream of bytes goes on in the next message.
const MostFrame = 64<<10 - 1

// Ear hears a connection, its events one after the other.
type Ear struct {
	Opened  func()
	Heard   func(c player.Chunk)
	Drained func() // Waiting has fallen to LowWater or below
	Closed  func() // once, by the other side or because it cannot open; how long that may take is the swarm's to say
	// Sibling hears of a stream that the other side opened on the same connection. An empty Ear refuses it.
	Sibling func(c Conn) Ear
}

// ErrDial is a connection that could not be prepared.
var ErrDial = errors.New("no connection to viewers")

// Sockets opens WebSockets to trackers.
type Sockets interface {
	Open(address string, to Line) Socket
}

// Socket is open or about to be.
type Socket interface {
	Send(text []byte)
	Close()
}

// Line hears a socket.
type Line struct {
	Opened func()
	Heard  func(text []byte)
	Closed func(code int) // once; 0 when it never opened
}

// Peering is the server's word on sharing a video: api.Peering as far as the swarm needs it.
type Peering struct {
	Tracker string   // address of the socket, with the viewer's token
	Seconds float64  // for which the token holds
	STUN    []string // stun:host:port
	Peers   int      // connections at most
	Upload  int64    // ceiling in bits per second, 0 for none
	Files   []PeeringFile
}

// PeeringFile is a rendition that may be shared.
type PeeringFile struct {
	Infohash announce.ID
	Torrent  string // address of the torrent file
}

// ParseHash reads an infohash of 40 hex digits.
func ParseHash(s string) (h announce.ID, ok bool) {
	if len(s) != 2*len(h) {
		return h, false
	}
	for i := range len(s) {
		var digit byte
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digit = c - '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			digit = c | 0x20 - 'a' + 10
		default:
			return h, false
		}
		h[i/2] = h[i/2]<<4 | digit
	}
	return h, true
}
