// Package actorkey makes, writes and reads the keys of actors: RSA for what everybody understands, Ed25519 for object proofs.
package actorkey

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"
	"strings"
)

const bits = 2048 // as PeerTube, Mastodon and Lemmy have them

// ErrKey is a key that cannot be read or is none we take.
var ErrKey = errors.New("actorkey: no key as it must be")

// Pair is what an actor signs with.
type Pair struct {
	RSA     *rsa.PrivateKey
	Ed25519 ed25519.PrivateKey
}

// New makes both; the RSA key takes tens of milliseconds.
func New() (Pair, error) {
	r, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return Pair{}, err
	}
	_, e, err := ed25519.GenerateKey(rand.Reader)
	return Pair{r, e}, err
}

// Private writes a private key as PKCS #8 in PEM, to be kept.
func Private(key crypto.Signer) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return encode("PRIVATE KEY", der), err
}

// Public writes a public key as PeerTube wants it: SubjectPublicKeyInfo in PEM.
func Public(key crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	return encode("PUBLIC KEY", der), err
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// ParsePrivate reads what Private wrote.
func ParsePrivate(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, ErrKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.Join(ErrKey, err)
	}
	if signer, ok := key.(crypto.Signer); ok {
		return signer, nil
	}
	return nil, ErrKey
}

// ParsePublic reads a stranger's publicKeyPem: one block, RSA of 2048 to 8192 bits or Ed25519, in SubjectPublicKeyInfo or PKCS #1.
func ParsePublic(text string) (crypto.PublicKey, error) {
	if len(text) > 5000 { // PeerTube's bound
		return nil, ErrKey
	}
	block, rest := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if block == nil || strings.TrimSpace(string(rest)) != "" {
		return nil, ErrKey
	}
	var key crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, ErrKey
	}
	if err != nil {
		return nil, errors.Join(ErrKey, err)
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n >= 2048 && n <= 8192 {
			return k, nil
		}
	case ed25519.PublicKey:
		return k, nil
	}
	return nil, ErrKey
}

const (
	alphabet  = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	multicode = "\xed\x01" // ed25519-pub, as a varint
)

// Multibase writes an Ed25519 key as publicKeyMultibase (FEP-521a): base58btc of the multicodec and the key.
func Multibase(key ed25519.PublicKey) string {
	n, rest := new(big.Int).SetBytes(append([]byte(multicode), key...)), new(big.Int)
	var out []byte
	for base := big.NewInt(58); n.Sign() > 0; {
		n.DivMod(n, base, rest)
		out = append(out, alphabet[rest.Int64()])
	}
	slices.Reverse(out)
	return "z" + string(out)
}

// ParseMultibase reads what Multibase writes.
func ParseMultibase(s string) (ed25519.PublicKey, error) {
	digits, ok := strings.CutPrefix(s, "z")
	if !ok || len(digits) > 60 {
		return nil, ErrKey
	}
	n, base := new(big.Int), big.NewInt(58)
	for _, c := range []byte(digits) {
		d := strings.IndexByte(alphabet, c)
		if d < 0 {
			return nil, ErrKey
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(d)))
	}
	b := n.Bytes()
	if key := ed25519.PublicKey(strings.TrimPrefix(string(b), multicode)); len(b) == 34 && len(key) == ed25519.PublicKeySize && digits[0] != '1' {
		return key, nil
	}
	return nil, ErrKey
}
