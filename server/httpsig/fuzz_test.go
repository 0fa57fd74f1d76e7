package httpsig

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzSignature reads headers of strangers: nothing falls over, and what is read is written the same.
func FuzzSignature(f *testing.F) {
	f.Add(`keyId="https://a.example/x#k",algorithm="rsa-sha256",headers="(request-target) host date",signature="AAAA"`)
	f.Add(`sig1=("@method" "@target-uri");created=1;keyid="x";alg="ed25519";nonce=:AA==:;a;b=?0`)
	f.Add(`a=1, b="x\"y", c=tok;p=*t`)
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := parseCavage(s); err == nil && (c.keyID == "" || len(c.headers) > maxComponents) {
			t.Errorf("%+v", c)
		}
		members, err := parseDict(s)
		if err != nil {
			return
		}
		var out []string
		for _, m := range members {
			var b strings.Builder
			b.WriteString(m.key)
			if m.value != true {
				b.WriteByte('=')
				write(&b, m.value)
			}
			writeParams(&b, m.params)
			out = append(out, b.String())
		}
		text := strings.Join(out, ", ")
		if len(text) > maxHeader {
			return
		}
		again, err := parseDict(text)
		if err != nil || len(again) != len(members) {
			t.Errorf("%q became %q: %v", s, text, err)
		}
	})
}

// TestRFC9421Vector is the example of appendix B.2.6, whose key id is no address and whose method is all but signed.
func TestRFC9421Vector(t *testing.T) {
	r := httptest.NewRequest("POST", "https://example.com/foo?param=Value&Pet=dog", nil)
	r.Header.Set("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Length", "18")
	r.Header.Set("Signature-Input", `sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`)
	r.Header.Set("Signature", `sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:`)
	m, err := parseMessage(r.Header)
	if err != nil {
		t.Fatal(err)
	}
	base, err := m.base(r, "https")
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
	if err != nil {
		t.Fatal(err)
	}
	if err := check(ed25519.PublicKey(key), m.alg, base, m.signature); err != nil {
		t.Errorf("%v\n%s", err, base)
	}
}
