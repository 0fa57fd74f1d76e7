package httpsig_test

import (
	"crypto"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	gofed "github.com/go-fed/httpsig"
	remitly "github.com/remitly-oss/httpsig-go"
	"github.com/remitly-oss/httpsig-go/keyman"

	"shoal/server/httpsig"
)

type signing struct {
	id  string
	key crypto.Signer
}

func signings() []signing { return []signing{{alice, rsaKeys()[0]}, {edna, edKey()}} }

// TestWhatWeSignWeBelieve sends over real bytes, with odd addresses, both ways, both kinds of key, with and without a body.
func TestWhatWeSignWeBelieve(t *testing.T) {
	for _, scheme := range []httpsig.Scheme{httpsig.Cavage, httpsig.Message} {
		for _, s := range signings() {
			for _, target := range []string{"/inbox", "/a%2Fb%20c", "/w/x?a=1&b=%C3%A9", "/?", "/videos/watch/é"} {
				for _, body := range []string{"", `{"type":"View"}`} {
					method := map[bool]string{true: "GET", false: "POST"}[body == ""]
					r, err := http.NewRequest(method, "https://shoal.example"+target, nil)
					if err != nil {
						t.Fatal(err)
					}
					if err := (httpsig.Signer{KeyID: s.id, Key: s.key, Scheme: scheme, Now: clock}).Sign(r, []byte(body)); err != nil {
						t.Fatal(err)
					}
					signed, err := verifier.Verify(t.Context(), arrive(t, r), []byte(body))
					if err != nil || signed.Scheme != scheme || signed.Key.Full != s.id || !signed.Created.Equal(now) {
						t.Errorf("%s %s %s: %+v %v", scheme, s.id, target, signed, err)
					}
				}
			}
		}
	}
}

func TestGoFedBelievesOurDraft(t *testing.T) {
	r := post(`{"type":"Like"}`)
	if err := (httpsig.Signer{KeyID: alice, Key: rsaKeys()[0], Now: clock}).Sign(r, []byte(`{"type":"Like"}`)); err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Host", r.Host) // where that library looks for it
	v, err := gofed.NewVerifier(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Verify(rsaKeys()[0].Public(), gofed.RSA_SHA256); err != nil || v.KeyId() != alice {
		t.Error(v.KeyId(), err)
	}
}

func TestWeBelieveGoFed(t *testing.T) {
	body := []byte(`{"type":"Like"}`)
	r := post(string(body))
	r.Header.Set("Host", r.Host)
	r.Header.Set("Date", now.Format(http.TimeFormat))
	s, _, err := gofed.NewSigner([]gofed.Algorithm{gofed.RSA_SHA256}, gofed.DigestSha256,
		[]string{gofed.RequestTarget, "host", "date", "digest"}, gofed.Signature, 60)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SignRequest(rsaKeys()[0], alice, r, body); err != nil {
		t.Fatal(err)
	}
	v := verifier
	v.Now = nil // the library's expires is of today
	v.Skew = 100 * 365 * 24 * time.Hour
	if signed, err := v.Verify(t.Context(), r, body); err != nil || signed.Key.Full != alice {
		t.Error(r.Header.Get("Signature"), err)
	}
}

func TestRemitlyBelievesOurMessages(t *testing.T) {
	for _, s := range signings() {
		r := post(`{"type":"Like"}`)
		signer := httpsig.Signer{KeyID: s.id, Key: s.key, Scheme: httpsig.Message}
		if err := signer.Sign(r, []byte(`{"type":"Like"}`)); err != nil {
			t.Fatal(err)
		}
		r.URL.RawPath = r.URL.Path // where that library looks for the path of @target-uri
		found := keyman.NewKeyFetchInMemory(map[string]remitly.KeySpec{s.id: {KeyID: s.id, Algo: algorithmOf(s.key), PubKey: s.key.Public()}})
		if _, err := remitly.Verify(r, found, remitly.VerifyProfile{SignatureLabel: "sig1"}); err != nil {
			t.Error(s.id, r.Header.Get("Signature-Input"), err)
		}
	}
}

func TestWeBelieveRemitly(t *testing.T) {
	for _, s := range signings() {
		body := `{"type":"Like"}`
		r := post(body)
		err := remitly.Sign(r, remitly.SigningProfile{
			Algorithm: algorithmOf(s.key), Digest: remitly.DigestSHA256, Label: "any-label",
			Fields:   remitly.Fields("@method", "@authority", "@path", "content-digest", "content-type"),
			Metadata: []remitly.Metadata{remitly.MetaCreated, remitly.MetaKeyID, remitly.MetaAlgorithm},
		}, remitly.SigningKey{Key: s.key, MetaKeyID: s.id})
		if err != nil {
			t.Fatal(err)
		}
		v := verifier
		v.Now = time.Now
		if signed, err := v.Verify(t.Context(), r, []byte(body)); err != nil || signed.Key.Full != s.id {
			t.Error(r.Header.Get("Signature-Input"), err)
		}
	}
}

func algorithmOf(k crypto.Signer) remitly.Algorithm {
	if _, ok := k.(ed25519.PrivateKey); ok {
		return remitly.Algo_ED25519
	}
	return remitly.Algo_RSA_v1_5_sha256
}

func TestWanted(t *testing.T) {
	h := http.Header{}
	if _, ok := httpsig.Wanted(h); ok {
		t.Error("nobody asked")
	}
	h.Set("Accept-Signature", `sig1=("@method" "@target-uri" "content-digest");created;keyid="x"`)
	if s, ok := httpsig.Wanted(h); !ok || s != httpsig.Message {
		t.Error(s, ok)
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, scheme := range []httpsig.Scheme{httpsig.Cavage, httpsig.Message} {
		b.Run(scheme.String(), func(b *testing.B) {
			body := make([]byte, 2750)
			r := httptest.NewRequest("POST", "https://shoal.example/inbox", nil)
			if err := (httpsig.Signer{KeyID: alice, Key: rsaKeys()[0], Scheme: scheme, Now: clock}).Sign(r, body); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := verifier.Verify(b.Context(), r, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
