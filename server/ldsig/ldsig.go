// Package ldsig makes and checks RsaSignature2017, by which a server believes an activity that another one forwards.
//
// Contexts are bundled, never fetched. What does not fit is refused: then the thing is to be fetched from its own server.
package ldsig

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/piprate/json-gold/ld"

	"shoal/server/activity"
)

// Why a signature is not believed, or not made.
var (
	ErrNone    = errors.New("ldsig: no signature")
	ErrContext = errors.New("ldsig: a context we do not know")
	ErrForm    = errors.New("ldsig: no document as it must be")
	ErrWrong   = errors.New("ldsig: the key did not make it")
)

const (
	kind     = "RsaSignature2017"
	maxBytes = 500 << 10 // PeerTube's limit of an inbox
)

// Verify checks a document and gives what of it was signed: its compacted form, from which it must be read again, since terms
// that the contexts do not define are under no signature. The key is the creator's, which Read of the room activity tells.
func Verify(body []byte, key *rsa.PublicKey) ([]byte, error) {
	doc, signature, err := open(body)
	if err != nil {
		return nil, err
	}
	value, err := base64.StdEncoding.DecodeString(signature.Value)
	if err != nil || signature.Type != kind {
		return nil, fmt.Errorf("%w: %.50q", ErrForm, signature.Type)
	}
	if bits := key.N.BitLen(); bits < 2048 || bits > 8192 {
		return nil, fmt.Errorf("%w: a key of %d bits", ErrWrong, bits)
	}
	compacted, err := compact(doc)
	if err != nil {
		return nil, err
	}
	text, err := signed(doc, string(signature.Creator), signature.Created, false)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], value) != nil {
		return nil, ErrWrong
	}
	return activity.Write(compacted)
}

// Sign adds a signature by creator, an actor's id. It refuses a document with a term that its context does not define.
func Sign(body []byte, creator string, key *rsa.PrivateKey, now time.Time) ([]byte, error) {
	doc, _, err := open(body)
	if err != nil && !errors.Is(err, ErrNone) {
		return nil, err
	}
	if err == nil {
		return nil, fmt.Errorf("%w: it is signed", ErrForm)
	}
	created := now.UTC().Format("2006-01-02T15:04:05.000Z")
	text, err := signed(doc, creator, created, true)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	value, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, err
	}
	s, err := activity.Write(activity.Signature{Type: kind, Creator: activity.ID(creator), Created: created, Value: base64.StdEncoding.EncodeToString(value)})
	if err != nil {
		return nil, err
	}
	out := append([]byte(nil), body[:lastBrace(body)]...)
	return append(append(append(out, `,"signature":`...), s...), '}'), nil
}

func lastBrace(body []byte) int {
	for i := len(body) - 1; i > 0; i-- {
		if body[i] == '}' {
			return i
		}
	}
	return 0
}

// open reads a document, takes the signature off, and checks what stands in it before any of it is worked on.
func open(body []byte) (doc map[string]any, s activity.Signature, err error) {
	if len(body) > maxBytes {
		return nil, s, fmt.Errorf("%w: %d bytes", ErrForm, len(body))
	}
	if err := activity.Check(body); err != nil {
		return nil, s, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, s, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if err := checkContext(doc["@context"]); err != nil {
		return nil, s, err
	}
	for k, v := range doc {
		if k != "@context" {
			if err := plain(v); err != nil {
				return nil, s, err
			}
		}
	}
	raw, has := doc["signature"]
	if !has {
		return doc, s, ErrNone
	}
	delete(doc, "signature")
	b, err := activity.Write(raw)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		return nil, s, fmt.Errorf("%w: the signature", ErrForm)
	}
	return doc, s, nil
}

// signed is the text under the signature: the hashes of what is said of it and of the document, in hexadecimal.
func signed(doc map[string]any, creator, created string, strict bool) (string, error) {
	options, err := hash(map[string]any{
		"@context": []any{securityV1, map[string]any{kind: "https://w3id.org/security#" + kind}}, "creator": creator, "created": created,
	}, strict)
	if err != nil {
		return "", err
	}
	document, err := hash(doc, strict)
	return options + document, err
}

func hash(doc map[string]any, strict bool) (string, error) {
	if strict {
		o := options()
		o.SafeMode = true
		if _, err := ld.NewJsonLdProcessor().Expand(doc, o); err != nil {
			return "", fmt.Errorf("%w: %w", ErrContext, err)
		}
	}
	o := options()
	o.Algorithm, o.Format = ld.AlgorithmURDNA2015, "application/n-quads"
	quads, err := ld.NewJsonLdProcessor().Normalize(doc, o)
	text, isText := quads.(string)
	if err != nil || !isText {
		return "", fmt.Errorf("%w: %w", ErrForm, err)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]), nil
}

func options() *ld.JsonLdOptions {
	o := ld.NewJsonLdOptions("")
	o.DocumentLoader = bundled{}
	return o
}
