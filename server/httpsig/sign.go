package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// Signer signs requests that we send.
type Signer struct {
	KeyID  string
	Key    crypto.Signer // RSA or Ed25519
	Scheme Scheme
	Now    func() time.Time // nil is time.Now
}

// Sign sets the headers of the signature, and the date and the digest that it covers, over what was there.
// Nothing that is signed may be changed afterwards: method, address, Host, body.
func (s Signer) Sign(r *http.Request, body []byte) error {
	for _, h := range []string{"Signature", "Signature-Input", "Digest", "Content-Digest"} {
		r.Header.Del(h)
	}
	r.Header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	if s.Scheme == Message {
		return s.message(r, body)
	}
	return s.cavage(r, body)
}

func (s Signer) cavage(r *http.Request, body []byte) error {
	c := cavage{headers: []string{"(request-target)", "host", "date"}}
	if carriesBody(r, body) {
		r.Header.Set("Digest", Digest(body))
		c.headers = append(c.headers, "digest")
	}
	base, err := c.base(r, targetOf(r))
	if err != nil {
		return err
	}
	sig, alg, err := s.sign(base)
	if err != nil {
		return err
	}
	if alg == "rsa-v1_5-sha256" {
		alg = "rsa-sha256" // the draft's name of it
	}
	r.Header.Set("Signature", `keyId="`+s.KeyID+`",algorithm="`+alg+`",headers="`+strings.Join(c.headers, " ")+
		`",signature="`+base64.StdEncoding.EncodeToString(sig)+`"`)
	return nil
}

func (s Signer) message(r *http.Request, body []byte) error {
	m := message{components: []string{"@method", "@target-uri"}}
	if carriesBody(r, body) {
		r.Header.Set("Content-Digest", ContentDigest(body))
		m.components = append(m.components, "content-digest")
	}
	alg, err := algorithm(s.Key)
	if err != nil {
		return err
	}
	m.params = []param{{"created", s.now().Unix()}, {"keyid", s.KeyID}, {"alg", alg}}
	base, err := m.base(r, r.URL.Scheme)
	if err != nil {
		return err
	}
	sig, _, err := s.sign(base)
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", "sig1="+m.input())
	r.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(sig)+":")
	return nil
}

func (s Signer) sign(base string) (signature []byte, alg string, err error) {
	if _, err := ParseKeyID(s.KeyID); err != nil {
		return nil, "", err
	}
	if alg, err = algorithm(s.Key); err != nil {
		return nil, "", err
	}
	if alg == "ed25519" {
		signature, err = s.Key.Sign(rand.Reader, []byte(base), crypto.Hash(0))
		return signature, alg, err
	}
	sum := sha256.Sum256([]byte(base))
	signature, err = s.Key.Sign(rand.Reader, sum[:], crypto.SHA256)
	return signature, alg, err
}

// algorithm is RFC 9421's name of what a key does here.
func algorithm(key crypto.Signer) (string, error) {
	if key == nil {
		return "", refuse(Keyless, "no key to sign with")
	}
	switch key.Public().(type) {
	case *rsa.PublicKey:
		return "rsa-v1_5-sha256", nil
	case ed25519.PublicKey:
		return "ed25519", nil
	}
	return "", refuse(Unsupported, "a key of type %T", key.Public())
}

func (s Signer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Wanted is the scheme that an answer asks for with Accept-Signature (RFC 9421 §5), if it does.
func Wanted(h http.Header) (Scheme, bool) {
	if _, err := parseDict(strings.Join(h.Values("Accept-Signature"), ", ")); err != nil {
		return Cavage, false
	}
	return Message, len(h.Values("Accept-Signature")) > 0
}
