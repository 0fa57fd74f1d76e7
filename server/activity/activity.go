// Package activity is what servers of the fediverse say to each other, as plain structs: actors, videos, notes, and what happens to them.
//
// It reads a string, an object or an array wherever one of these is sent, and writes arrays where PeerTube wants arrays. It asks
// nobody and believes nobody: Judge tells what of a message its sender may say.
package activity

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Public is the audience of everybody.
const Public = "https://www.w3.org/ns/activitystreams#Public"

// Activity is anything that happens. Which fields matter depends on Type.
type Activity struct {
	Context   json.RawMessage `json:"@context,omitzero"`
	To        IDs             `json:"to,omitzero"` // nil is not said, empty is nobody: both are sent as such
	Cc        IDs             `json:"cc,omitzero"`
	Type      Type            `json:"type"`
	ID        ID              `json:"id"`
	Actor     ID              `json:"actor"`
	Object    Things          `json:"object,omitzero"`
	Target    ID              `json:"target,omitzero"`    // of Move, Add, Remove
	Origin    ID              `json:"origin,omitzero"`    // of Move
	InReplyTo ID              `json:"inReplyTo,omitzero"` // of ApproveReply and RejectReply
	Published Time            `json:"published,omitzero"`
	Audience  ID              `json:"audience,omitzero"`

	Content   string     `json:"content,omitzero"` // of Flag
	MediaType string     `json:"mediaType,omitzero"`
	Tag       Many[Link] `json:"tag,omitzero"`
	StartAt   *int       `json:"startAt,omitzero"` // seconds
	EndAt     *int       `json:"endAt,omitzero"`   // seconds

	Expires Time    `json:"expires,omitzero"` // of View
	Result  *Result `json:"result,omitzero"`  // of View and Download

	Signature *Signature      `json:"signature,omitzero"`
	Proof     json.RawMessage `json:"proof,omitzero"`

	Raw json.RawMessage `json:"-"` // the bytes as they came, to be forwarded as they are
}

// Result is how many watch, or have taken a copy.
type Result struct {
	Type        Type   `json:"type"` // InteractionCounter
	Interaction string `json:"interactionType"`
	Count       int    `json:"userInteractionCount"`
}

// Signature is a Linked Data signature.
type Signature struct {
	Type    string `json:"type"` // RsaSignature2017
	Creator ID     `json:"creator"`
	Created string `json:"created"`
	Value   string `json:"signatureValue"`
}

// Thing is the one object, when there is exactly one.
func (a *Activity) Thing() (Thing, bool) {
	if len(a.Object) != 1 {
		return Thing{}, false
	}
	return a.Object[0], true
}

// IsPublic tells whether everybody is addressed: listed when it is in to, unlisted when only in cc.
func (a *Activity) IsPublic() bool { return a.To.Public() || a.Cc.Public() }

var errType = errors.New("it has no type")

// Read reads an activity within the bounds of Check.
func Read(body []byte) (*Activity, error) {
	a := &Activity{}
	if err := Into(body, a); err != nil {
		return nil, err
	}
	if a.Type == "" {
		return nil, errType
	}
	a.Raw = body
	return a, nil
}

// Into reads a document within the bounds of Check into one of the structs. A field of a type that makes no sense stays empty.
func Into(body []byte, v any) error {
	if err := Check(body); err != nil {
		return err
	}
	return into(body, v)
}

func into(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) && odd.Field != "" {
		return nil // the rest is read all the same
	}
	return err
}

// Write makes the bytes for the wire: no HTML escapes, as PeerTube writes them.
func Write(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
