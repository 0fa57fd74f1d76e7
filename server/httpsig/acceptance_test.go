package httpsig_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"shoal/server/httpsig"
)

// letter is a signed request written by hand, so that it can be wrong in every way.
type letter struct {
	keyID, algorithm string
	headers          string
	date             time.Time
	created          int64
	digest           string
	wide             bool // sign SHA-512
	target           string
	key              *rsa.PrivateKey
	body             string
}

func newLetter() letter {
	body := `{"type":"Like"}`
	return letter{
		keyID: alice, algorithm: `algorithm="rsa-sha256",`, headers: "(request-target) host date digest", date: now,
		digest: httpsig.Digest([]byte(body)), target: "post /inbox", key: rsaKeys()[0], body: body,
	}
}

func (l letter) request() *http.Request {
	r := post(l.body)
	if !l.date.IsZero() {
		r.Header.Set("Date", l.date.Format(http.TimeFormat))
	}
	if l.digest != "" {
		r.Header.Set("Digest", l.digest)
	}
	var lines []string
	for h := range strings.FieldsSeq(l.headers) {
		value := strings.Join(r.Header.Values(h), ", ")
		switch h {
		case "(request-target)":
			value = l.target
		case "(created)":
			value = fmt.Sprint(l.created)
		case "host":
			value = "shoal.example"
		}
		lines = append(lines, h+": "+value)
	}
	created := ""
	if l.created != 0 {
		created = fmt.Sprintf("created=%d,", l.created)
	}
	r.Header.Set("Signature", `keyId="`+l.keyID+`",`+l.algorithm+created+`headers="`+l.headers+`",signature="`+l.sign(strings.Join(lines, "\n"))+`"`)
	return r
}

func (l letter) sign(base string) string {
	hash, short, wide := crypto.SHA256, sha256.Sum256([]byte(base)), sha512.Sum512([]byte(base))
	digest := short[:]
	if l.wide {
		hash, digest = crypto.SHA512, wide[:]
	}
	sig, err := rsa.SignPKCS1v15(rand.Reader, l.key, hash, digest)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

// cases build every row of the matrix that is about signatures; ok is the kind that refuses, 0 for believed.
var cases = map[string]struct {
	change func(*letter)
	want   httpsig.Kind
	differ string // why we answer otherwise than PeerTube
}{
	"baseline rsa-sha256 (request-target) host date digest": {func(*letter) {}, 0, ""},
	"no signature header":               {nil, httpsig.Missing, ""},
	"no algorithm param":                {func(l *letter) { l.algorithm = "" }, 0, "the draft leaves it out at will, and Mastodon takes it so"},
	"algorithm=hs2019 (sha256 sig)":     {func(l *letter) { l.algorithm = `algorithm="hs2019",` }, 0, ""},
	"algorithm=rsa-sha512 (sha512 sig)": {func(l *letter) { l.algorithm, l.wide = `algorithm="rsa-sha512",`, true }, 0, ""},
	"algorithm=hs2019 with sha512 sig":  {func(l *letter) { l.algorithm, l.wide = `algorithm="hs2019",`, true }, httpsig.Wrong, ""},
	"digest header missing":             {func(l *letter) { l.digest, l.headers = "", "(request-target) host date" }, httpsig.Uncovered, ""},
	"digest present but not signed":     {func(l *letter) { l.headers = "(request-target) host date" }, httpsig.Uncovered, ""},
	"date present but not signed":       {func(l *letter) { l.headers = "(request-target) host digest" }, httpsig.Uncovered, ""},
	"no date at all, (created) signed": {func(l *letter) {
		l.date, l.created, l.headers = time.Time{}, now.Unix(), "(request-target) (created) host digest"
	}, 0, ""},
	"host not signed":                 {func(l *letter) { l.headers = "(request-target) date digest" }, httpsig.Uncovered, ""},
	"request-target not signed":       {func(l *letter) { l.headers = "host date digest" }, httpsig.Uncovered, ""},
	"extra content-type signed":       {func(l *letter) { l.headers += " content-type" }, 0, ""},
	"tampered digest":                 {func(l *letter) { l.digest = httpsig.Digest([]byte("other")) }, httpsig.Altered, ""},
	"date -25 min":                    {func(l *letter) { l.date = now.Add(-25 * time.Minute) }, 0, ""},
	"date -31 min":                    {func(l *letter) { l.date = now.Add(-31 * time.Minute) }, httpsig.Stale, ""},
	"date +25 min":                    {func(l *letter) { l.date = now.Add(25 * time.Minute) }, 0, ""},
	"date +31 min":                    {func(l *letter) { l.date = now.Add(31 * time.Minute) }, httpsig.Stale, ""},
	"keyId without fragment":          {func(l *letter) { l.keyID = "https://peer.example/users/alice" }, 0, ""},
	"keyId acct:alice@127.0.0.1:9777": {func(l *letter) { l.keyID = "acct:alice@peer.example" }, httpsig.Unsupported, "nobody sends it, and it has no origin to compare"},
	"signed by other key (fakeinstance key, alice keyId)": {func(l *letter) { l.key = rsaKeys()[1] }, httpsig.Wrong, ""},
}

// elsewhere are the rows about content types and bodies, which are no business of signatures.
var elsewhere = map[string]bool{
	"content-type application/ld+json profile": true, "content-type application/json": true, "content-type text/plain": true,
	"body actor != signer, no LD signature": true, "unknown type Foo": true, "no id": true, "object unknown local actor": true,
	"big body 600kB": true,
}

func TestTheAcceptanceMatrix(t *testing.T) {
	raw, err := os.ReadFile("testdata/acceptance.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	v := verifier
	v.Skew = 30 * time.Minute // PeerTube's
	seen := 0
	for _, row := range rows {
		cells := strings.Split(row, "\t")
		name := cells[1]
		c, ours := cases[name]
		if !ours {
			if !elsewhere[name] {
				t.Errorf("the row %q is tried by nothing", name)
			}
			continue
		}
		seen++
		l, r := newLetter(), post("{}")
		if c.change != nil {
			c.change(&l)
			r = l.request()
		}
		_, err := v.Verify(t.Context(), r, []byte(l.body))
		if kindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if believed := cells[0] == "204"; believed != (err == nil) && c.differ == "" {
			t.Errorf("%s: PeerTube answers %s, we %v", name, cells[0], err)
		}
	}
	if seen != len(cases) {
		t.Errorf("%d of %d cases are in the matrix", seen, len(cases))
	}
}
