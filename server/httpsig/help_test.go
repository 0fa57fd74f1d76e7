package httpsig_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"shoal/server/httpsig"
)

const (
	alice = "https://peer.example/users/alice#main-key"
	bob   = "https://peer.example/users/bob#main-key"
	edna  = "https://peer.example/users/edna#ed25519-key"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

var rsaKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		out[i], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return out
})

var edKey = sync.OnceValue(func() ed25519.PrivateKey { _, k, _ := ed25519.GenerateKey(rand.Reader); return k })

var errNobody = errors.New("nobody has it")

func keys(_ context.Context, id httpsig.KeyID) (crypto.PublicKey, error) {
	switch id.Owner {
	case "https://peer.example/users/alice":
		return rsaKeys()[0].Public(), nil
	case "https://peer.example/users/bob":
		return rsaKeys()[1].Public(), nil
	case "https://peer.example/users/edna":
		return edKey().Public(), nil
	}
	return nil, errNobody
}

var verifier = httpsig.Verifier{Key: keys, Host: "shoal.example", Now: clock}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "https://shoal.example/inbox", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/activity+json")
	return r
}

// arrive sends a request over the wire as bytes and reads it as a server does.
func arrive(t *testing.T, r *http.Request) *http.Request {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	in, err := http.ReadRequest(bufio.NewReader(&b))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func kindOf(err error) httpsig.Kind {
	var e *httpsig.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// recorded reads a request as it was written down from the wire.
func recorded(t testing.TB, name string) (*http.Request, []byte) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, body
}

func recordedKeys(t testing.TB) httpsig.KeyFunc {
	t.Helper()
	raw, err := os.ReadFile("testdata/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	var pems map[string]string
	if err := json.Unmarshal(raw, &pems); err != nil {
		t.Fatal(err)
	}
	return func(_ context.Context, id httpsig.KeyID) (crypto.PublicKey, error) {
		block, _ := pem.Decode([]byte(pems[id.Owner]))
		if block == nil {
			return nil, errNobody
		}
		return x509.ParsePKIXPublicKey(block.Bytes)
	}
}
