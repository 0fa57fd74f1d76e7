// Package proof makes and checks object integrity proofs (FEP-8b32): Ed25519 over canonical JSON, by which a thing is believed
// wherever it comes from.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"shoal/server/activity"
	"shoal/server/actorkey"
)

// Why a proof is not believed, or not made.
var (
	ErrNone  = errors.New("proof: no proof")
	ErrForm  = errors.New("proof: no document as it must be")
	ErrKind  = errors.New("proof: of a kind we do not know")
	ErrOwner = errors.New("proof: the key is another's than the document")
	ErrTime  = errors.New("proof: made in the future, or over")
	ErrWrong = errors.New("proof: the key did not make it")
)

const (
	kind    = "DataIntegrityProof"
	suite   = "eddsa-jcs-2022"
	purpose = "assertionMethod"
	skew    = time.Hour
)

// proof is what stands in the document under that name.
type proof struct {
	Type    activity.Type `json:"type"`
	Suite   string        `json:"cryptosuite"`
	Created string        `json:"created"`
	Expires string        `json:"expires"`
	Method  string        `json:"verificationMethod"`
	Purpose string        `json:"proofPurpose"`
	Value   string        `json:"proofValue"`
}

// Sign adds a proof; method is the id of the key. The proof repeats the context, as the W3C's cryptosuite wants it.
func Sign(body []byte, method activity.ID, key ed25519.PrivateKey, now time.Time) ([]byte, error) {
	doc, err := read(body)
	if err != nil {
		return nil, err
	}
	if _, has := doc["proof"]; has {
		return nil, fmt.Errorf("%w: it has a proof", ErrForm)
	}
	config := map[string]any{
		"type": kind, "cryptosuite": suite, "proofPurpose": purpose,
		"created": now.UTC().Format(time.RFC3339), "verificationMethod": string(method),
	}
	if c, has := doc["@context"]; has {
		config["@context"] = c
	}
	config["proofValue"] = actorkey.Base58(ed25519.Sign(key, text(doc, config)))
	b := bytes.TrimRight(body, " \t\r\n")
	b = append([]byte(nil), b[:len(b)-1]...)
	if len(doc) > 0 {
		b = append(b, ',')
	}
	return append(canonical(append(b, `"proof":`...), config), '}'), nil
}

// Proved is a document that has a proof whose key is still to be asked for.
type Proved struct {
	Method activity.ID // of the key
	Owner  activity.ID // whose the key must be: who did it, or whose it is

	doc, config map[string]any
	signature   []byte
}

// Open reads a document and its proof, and checks all of it but the signature: its kind, its time, and that the document is by one
// actor, of the key's origin.
func Open(body []byte, now time.Time) (Proved, error) {
	doc, err := read(body)
	if err != nil {
		return Proved{}, err
	}
	config, p, err := take(doc)
	if err != nil {
		return Proved{}, err
	}
	if p.Type != kind || p.Suite != suite || p.Purpose != purpose {
		return Proved{}, fmt.Errorf("%w: %.50q %.50q for %.50q", ErrKind, p.Type, p.Suite, p.Purpose)
	}
	if err := timely(p, now); err != nil {
		return Proved{}, err
	}
	out := Proved{Method: activity.ID(p.Method), doc: doc, config: config}
	if out.signature, err = actorkey.ParseBase58(p.Value, ed25519.SignatureSize); err != nil {
		return Proved{}, fmt.Errorf("%w: the value", ErrForm)
	}
	delete(config, "proofValue")
	if out.Owner, err = owner(body); err != nil {
		return Proved{}, err
	}
	if !activity.SameOrigin(out.Method, out.Owner) {
		return Proved{}, fmt.Errorf("%w: %.100q for %.100q", ErrOwner, out.Method, out.Owner)
	}
	return out, context(doc, config)
}

// Verify checks the signature. The caller knows that the key is the owner's, and listed by that actor under the name of Method.
func (p Proved) Verify(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize {
		return ErrWrong
	}
	if ed25519.Verify(key, text(p.doc, p.config), p.signature) {
		return nil
	}
	if c, has := p.doc["@context"]; has && p.config["@context"] == nil { // Fedify signs the context of the document and does not say so
		p.config["@context"] = c
		defer delete(p.config, "@context")
		if ed25519.Verify(key, text(p.doc, p.config), p.signature) {
			return nil
		}
	}
	return ErrWrong
}

// text is what is signed: the hash of what is said of the proof, and that of the document.
func text(doc, config map[string]any) []byte {
	a, b := sha256.Sum256(canonical(nil, config)), sha256.Sum256(canonical(nil, doc))
	return append(a[:], b[:]...)
}

func read(body []byte) (map[string]any, error) {
	if err := activity.Check(body); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	v, err := parse(body)
	doc, ok := v.(map[string]any)
	if err == nil && !ok {
		err = ErrForm
	}
	return doc, err
}

// take takes the proof off: the one, or the first of a list that is of our kind.
func take(doc map[string]any) (config map[string]any, p proof, err error) {
	all, isList := doc["proof"].([]any)
	if !isList {
		all = []any{doc["proof"]}
	}
	delete(doc, "proof")
	err = ErrNone
	for _, one := range all {
		c, ok := one.(map[string]any)
		if !ok {
			continue
		}
		var read proof
		if json.Unmarshal(canonical(nil, c), &read) != nil {
			err = fmt.Errorf("%w: the proof", ErrForm)
			continue
		}
		if config == nil || read.Suite == suite {
			config, p, err = c, read, nil
		}
		if read.Suite == suite {
			break
		}
	}
	return config, p, err
}

func timely(p proof, now time.Time) error {
	if p.Created != "" {
		if at, err := time.Parse(time.RFC3339, p.Created); err != nil || at.After(now.Add(skew)) {
			return fmt.Errorf("%w: created %.50q", ErrTime, p.Created)
		}
	}
	if p.Expires != "" {
		if at, err := time.Parse(time.RFC3339, p.Expires); err != nil || !now.Before(at) {
			return fmt.Errorf("%w: expires %.50q", ErrTime, p.Expires)
		}
	}
	return nil
}

// owner is who did it, or whose it is; an actor is its own.
func owner(body []byte) (activity.ID, error) {
	var o struct {
		ID           activity.ID  `json:"id"`
		Actor        activity.IDs `json:"actor"`
		AttributedTo activity.IDs `json:"attributedTo"`
		Inbox        activity.ID  `json:"inbox"`
	}
	if err := activity.Into(body, &o); err != nil {
		return "", fmt.Errorf("%w: %w", ErrForm, err)
	}
	whose := o.ID
	switch {
	case len(o.Actor) > 0:
		whose = o.Actor[0]
	case o.Inbox != "":
	case len(o.AttributedTo) > 0:
		whose = o.AttributedTo[0]
	default:
		return "", fmt.Errorf("%w: it is nobody's", ErrOwner)
	}
	if o.ID != "" && !activity.SameOrigin(o.ID, whose) {
		return "", fmt.Errorf("%w: %.100q is no %.100q's", ErrOwner, o.ID, whose)
	}
	for _, other := range append(o.Actor, o.AttributedTo...) {
		if !activity.SameOrigin(whose, other) {
			return "", fmt.Errorf("%w: %.100q and %.100q", ErrOwner, whose, other)
		}
	}
	return whose, nil
}

// context wants the document's context to begin with the one that was signed; more at its end is somebody's who passed it on, and
// is no part of what was signed.
func context(doc, config map[string]any) error {
	was, has := config["@context"]
	if !has {
		return nil
	}
	signed, now := listOf(was), listOf(doc["@context"])
	if len(now) < len(signed) || !reflect.DeepEqual(signed, now[:len(signed)]) {
		return fmt.Errorf("%w: another context than the one that was signed", ErrForm)
	}
	doc["@context"] = was
	return nil
}

func listOf(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
