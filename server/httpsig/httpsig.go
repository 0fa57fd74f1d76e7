// Package httpsig signs and verifies HTTP messages the two ways servers of the fediverse do: draft-cavage-12 and RFC 9421.
//
// It asks no network: whoever verifies brings the function that finds keys.
package httpsig

import (
	"context"
	"crypto"
	"fmt"
	"time"
)

// Scheme is one of the two ways.
type Scheme int

// The ways.
const (
	Cavage  Scheme = iota // draft-cavage-http-signatures-12, as most of the fediverse speaks
	Message               // RFC 9421, HTTP Message Signatures
)

// String names the way as people do.
func (s Scheme) String() string {
	if s == Message {
		return "rfc9421"
	}
	return "cavage"
}

// Kind says why a message was refused.
type Kind int

// The kinds.
const (
	Missing     Kind = iota + 1 // there is no signature
	Malformed                   // a header cannot be read
	Unsupported                 // an algorithm or a component we do not know
	Uncovered                   // something that must be signed is not
	Stale                       // outside the window of time
	Altered                     // the body is not what its digest says
	Misdirected                 // signed for another host
	Keyless                     // the key could not be found
	Wrong                       // the key did not make the signature
)

// Error is a refusal.
type Error struct {
	Kind  Kind
	Text  string
	Cause error
}

// Error says what is wrong.
func (e *Error) Error() string {
	if e.Cause != nil {
		return "http signature: " + e.Text + ": " + e.Cause.Error()
	}
	return "http signature: " + e.Text
}

// Unwrap gives the cause, of Keyless the key function's own error.
func (e *Error) Unwrap() error { return e.Cause }

func refuse(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// KeyFunc finds the public key of an id: *rsa.PublicKey or ed25519.PublicKey.
type KeyFunc func(ctx context.Context, id KeyID) (crypto.PublicKey, error)

// Signed tells who signed and how.
type Signed struct {
	Key       KeyID
	Scheme    Scheme
	Created   time.Time // what the signer says; of Cavage the Date when there is no created
	Expires   time.Time // zero when not said
	Signature []byte    // with Key names this message once: remember it for the window to refuse replays
}

// Bounds of what is read.
const (
	maxHeader     = 8 << 10 // bytes of one signature header
	maxComponents = 24      // covered headers or components
	minRSA        = 2048    // bits
	maxRSA        = 8192    // bits
)

// DefaultSkew is how far a message's date may be from ours.
const DefaultSkew = time.Hour
