package actorkey_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"

	"shoal/server/actorkey"
)

func TestKeysAreWrittenAndRead(t *testing.T) {
	p, err := actorkey.New()
	if err != nil || p.RSA.N.BitLen() != 2048 {
		t.Fatal(err)
	}
	text, err := actorkey.Private(p.RSA)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := actorkey.ParsePrivate(text); err != nil || !p.RSA.Equal(back) {
		t.Error(err)
	}
	text, err = actorkey.Private(p.Ed25519)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := actorkey.ParsePrivate(text); err != nil || !p.Ed25519.Equal(back) {
		t.Error(err)
	}
	text, err = actorkey.Public(p.RSA.Public())
	if err != nil || !strings.HasPrefix(text, "-----BEGIN PUBLIC KEY-----\n") {
		t.Fatal(text, err)
	}
	if back, err := actorkey.ParsePublic(text); err != nil || !p.RSA.PublicKey.Equal(back) {
		t.Error(err)
	}
	old := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&p.RSA.PublicKey)}))
	if back, err := actorkey.ParsePublic(old); err != nil || !p.RSA.PublicKey.Equal(back) {
		t.Error(err)
	}
	ed := p.Ed25519.Public().(ed25519.PublicKey)
	if back, err := actorkey.ParseMultibase(actorkey.Multibase(ed)); err != nil || !ed.Equal(back) {
		t.Error(actorkey.Multibase(ed), err)
	}
}

// TestTheKnownMultikey is the example key of W3C's Data Integrity EdDSA Cryptosuites.
func TestTheKnownMultikey(t *testing.T) {
	const known = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	key, err := actorkey.ParseMultibase(known)
	if err != nil || actorkey.Multibase(key) != known || len(key) != 32 {
		t.Error(hex.EncodeToString(key), err)
	}
}

func TestKeysThatAreNotTaken(t *testing.T) {
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wrong, _ := actorkey.Public(curve.Public())
	small, _ := rsa.GenerateKey(rand.Reader, 1024)
	weak, _ := actorkey.Public(small.Public())
	for _, s := range []string{"", "x", wrong, weak, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", strings.Repeat("a", 6000), weak + weak} {
		if k, err := actorkey.ParsePublic(s); err == nil {
			t.Errorf("%.60q: %T", s, k)
		}
	}
	for _, s := range []string{"", "z", "z1", "zzzz", "u6Mk", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ", "z16MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "z0OIl", "z" + strings.Repeat("z", 100)} {
		if k, err := actorkey.ParseMultibase(s); err == nil {
			t.Errorf("%q: %x", s, k)
		}
	}
	if _, err := actorkey.ParsePrivate(wrong); err == nil {
		t.Error("a public key is no private one")
	}
}

func TestPeerTubesKeysAreRead(t *testing.T) {
	raw, err := os.ReadFile("../httpsig/testdata/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	var pems map[string]string
	if err := json.Unmarshal(raw, &pems); err != nil || len(pems) == 0 {
		t.Fatal(err)
	}
	for who, text := range pems {
		if _, err := actorkey.ParsePublic(text); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
}
