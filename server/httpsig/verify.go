package httpsig

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"net/http"
	"strings"
	"time"
)

// Verifier checks requests that came to us.
type Verifier struct {
	Key    KeyFunc
	Scheme string           // of our public address; empty is https
	Host   string           // of our public address; empty lets every host pass
	Skew   time.Duration    // 0 is DefaultSkew
	Now    func() time.Time // nil is time.Now
}

// Verify checks digest, coverage, time and signature, in the order of cost; the key is asked for last.
// The body is every byte that came, not decoded.
func (v Verifier) Verify(ctx context.Context, r *http.Request, body []byte) (*Signed, error) {
	if v.Host != "" && authority(v.scheme(), hostOf(r)) != authority(v.scheme(), v.Host) {
		return nil, refuse(Misdirected, "it is for %q", hostOf(r))
	}
	if len(r.Header.Values("Signature-Input")) > 0 {
		return v.message(ctx, r, body)
	}
	switch values := r.Header.Values("Signature"); {
	case len(values) == 1:
		return v.cavage(ctx, r, body, values[0])
	case len(values) > 1:
		return nil, refuse(Unsupported, "%d signatures", len(values))
	}
	if s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Signature "); ok {
		return v.cavage(ctx, r, body, s)
	}
	return nil, refuse(Missing, "there is none")
}

func (v Verifier) cavage(ctx context.Context, r *http.Request, body []byte, header string) (*Signed, error) {
	c, err := parseCavage(header)
	if err != nil {
		return nil, err
	}
	id, err := ParseKeyID(c.keyID)
	if err != nil {
		return nil, err
	}
	if err := c.covered(r, body); err != nil {
		return nil, err
	}
	created, expires, err := c.times(r, v.now(), v.skew())
	if err != nil {
		return nil, err
	}
	if carriesBody(r, body) || r.Header.Get("Digest") != "" {
		if err := checkDigest(joined(r.Header.Values("Digest")), body); err != nil {
			return nil, err
		}
	}
	bases, err := c.bases(r)
	if err != nil {
		return nil, err
	}
	key, err := v.key(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, base := range bases {
		if err = check(key, c.algorithm, base, c.signature); err == nil {
			return &Signed{id, Cavage, created, expires, c.signature}, nil
		}
	}
	return nil, err
}

// bases are the texts that may have been signed: PeerTube leaves the query out of the target, others do not.
func (c cavage) bases(r *http.Request) ([]string, error) {
	target := targetOf(r)
	base, err := c.base(r, target)
	if err != nil {
		return nil, err
	}
	path, _, query := strings.Cut(target, "?")
	if !query {
		return []string{base}, nil
	}
	bare, err := c.base(r, path)
	return []string{base, bare}, err
}

func (v Verifier) message(ctx context.Context, r *http.Request, body []byte) (*Signed, error) {
	m, err := parseMessage(r.Header)
	if err != nil {
		return nil, err
	}
	id, err := ParseKeyID(m.keyID)
	if err != nil {
		return nil, err
	}
	if err := m.covered(r, body); err != nil {
		return nil, err
	}
	if err := m.times(v.now(), v.skew()); err != nil {
		return nil, err
	}
	if carriesBody(r, body) || r.Header.Get("Content-Digest") != "" {
		if err := checkContentDigest(joined(r.Header.Values("Content-Digest")), body); err != nil {
			return nil, err
		}
	}
	base, err := m.base(r, v.scheme())
	if err != nil {
		return nil, err
	}
	key, err := v.key(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := check(key, m.alg, base, m.signature); err != nil {
		return nil, err
	}
	return &Signed{id, Message, m.created, m.expires, m.signature}, nil
}

func (v Verifier) key(ctx context.Context, id KeyID) (crypto.PublicKey, error) {
	key, err := v.Key(ctx, id)
	if err != nil {
		return nil, &Error{Kind: Keyless, Text: "the key " + id.Full, Cause: err}
	}
	return key, nil
}

func (v Verifier) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

func (v Verifier) skew() time.Duration {
	if v.Skew > 0 {
		return v.Skew
	}
	return DefaultSkew
}

func (v Verifier) scheme() string {
	if v.Scheme != "" {
		return v.Scheme
	}
	return "https"
}

// check asks the key. hs2019 and silence leave the algorithm to the key: RSA then means PKCS #1 v1.5 with SHA-256, as the
// whole fediverse does, whatever the draft says.
func check(key crypto.PublicKey, algorithm, base string, signature []byte) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return checkRSA(k, algorithm, base, signature)
	case ed25519.PublicKey:
		if algorithm != "" && algorithm != "hs2019" && algorithm != "ed25519" {
			return refuse(Unsupported, "%s with an Ed25519 key", algorithm)
		}
		if len(k) != ed25519.PublicKeySize || !ed25519.Verify(k, []byte(base), signature) {
			return refuse(Wrong, "the key did not make it")
		}
		return nil
	}
	return refuse(Unsupported, "a key of type %T", key)
}

func checkRSA(k *rsa.PublicKey, algorithm, base string, signature []byte) error {
	if n := k.N.BitLen(); n < minRSA || n > maxRSA {
		return refuse(Unsupported, "an RSA key of %d bits", n)
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(base))
	digest := sum[:]
	switch algorithm {
	case "", "hs2019", "rsa-sha256", "rsa-v1_5-sha256":
	case "rsa-sha512":
		wide := sha512.Sum512([]byte(base))
		hash, digest = crypto.SHA512, wide[:]
	default:
		return refuse(Unsupported, "%s with an RSA key", algorithm)
	}
	if rsa.VerifyPKCS1v15(k, hash, digest, signature) != nil {
		return refuse(Wrong, "the key did not make it")
	}
	return nil
}
