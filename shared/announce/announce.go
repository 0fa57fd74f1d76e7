// Package announce is what viewers and the tracker say to each other: the WebTorrent JSON, and the bencoded HTTP form.
//
// It knows just the JSON that it needs, since encoding/json is too heavy for the embedded player. Session descriptions are
// slices of the message they came in; they are checked to be whole JSON and passed on as they are.
package announce

import "errors"

// ID is an infohash, a peer id or an offer's id. In JSON it is a string of 20 code points of one byte each.
type ID = [20]byte

// Path is where the WebSocket tracker stands.
const Path = "/tracker/socket"

// CloseOff is the WebSocket close code after which a player shares no more: peering was switched off here.
const CloseOff = 4003

// FailureOff is the failure reason that comes before CloseOff.
const FailureOff = "peering is switched off"

// Bounds of a message.
const (
	MaxMessage     = 128 << 10 // bytes
	MaxOffers      = 20        // taken of one announce; more are passed over
	MaxDescription = 32 << 10  // bytes of one session description, as JSON
	MaxHashes      = 70        // infohashes of one scrape
	maxDepth       = 16        // of nested JSON
	maxText        = 1 << 10   // bytes of a failure reason that are kept
)

// Events of a Request. Others, and none, mean an ordinary update.
const (
	Started   = "started"
	Stopped   = "stopped"
	Completed = "completed"
	Paused    = "paused"
)

// Why a message is refused.
var (
	ErrJSON        = errors.New("not a JSON object")
	ErrAction      = errors.New("invalid action")
	ErrInfohash    = errors.New("invalid info_hash")
	ErrPeerID      = errors.New("invalid peer_id")
	ErrTo          = errors.New("invalid to_peer_id")
	ErrOffer       = errors.New("invalid offer")
	ErrDescription = errors.New("invalid answer")
	ErrLong        = errors.New("message too long")
)

// Kind tells messages apart.
type Kind uint8

// Kinds of a Request: Announce, Answer, Scrape. Kinds of a Message: Reply, Offered, Answer, Failure, Other.
const (
	Other    Kind = iota // to be passed over
	Announce             // here I am, with offers
	Answer               // to an offer; from the tracker: of another viewer
	Scrape               // how many are there?
	Reply                // the tracker's word on an announce
	Offered              // an offer of another viewer
	Failure              // the tracker refuses
)

// Offer is a WebRTC session description that waits for an answer.
type Offer struct {
	ID          ID
	Description []byte // JSON: {"type":"offer","sdp":"…"}
}

// Request is what a viewer tells the tracker.
type Request struct {
	Kind       Kind
	Infohash   ID
	PeerID     ID // the viewer's own
	Event      string
	Uploaded   int64
	Downloaded int64
	Left       int64 // bytes that are missing; -1 when not told
	Want       int   // others asked for over HTTP; a WebSocket asks by its offers
	Offers     []Offer

	To      ID     // of an Answer: who made the offer
	OfferID ID     // of an Answer
	Answer  []byte // JSON: {"type":"answer","sdp":"…"}

	Hashes []ID // of a Scrape
}

// Message is what the tracker tells a viewer.
type Message struct {
	Kind        Kind
	Infohash    ID     // zero in a failure that is of no swarm
	PeerID      ID     // of the other viewer
	OfferID     ID     // of an offer or an answer
	Description []byte // of an offer or an answer, JSON: {"type":…,"sdp":"…"}

	Complete   int // of a reply: those who have everything
	Incomplete int
	Interval   int // of a reply: seconds until the next announce

	Reason string // of a failure
}
