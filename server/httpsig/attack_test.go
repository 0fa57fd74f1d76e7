package httpsig_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shoal/server/httpsig"
)

func TestForgeriesOfTheDraft(t *testing.T) {
	body := newLetter().body
	for name, c := range map[string]struct {
		change func(*letter)
		after  func(*http.Request)
		want   httpsig.Kind
	}{
		"query added after signing is another target": {nil, func(r *http.Request) { r.RequestURI = "/inbox2?x=1" }, httpsig.Wrong},
		"query left out of the target":                {nil, func(r *http.Request) { r.RequestURI = "/inbox?x=1" }, 0},
		"another method":                              {nil, func(r *http.Request) { r.Method = "PUT" }, httpsig.Wrong},
		"for another host":                            {nil, func(r *http.Request) { r.Host = "other.example" }, httpsig.Misdirected},
		"our host in other letters":                   {nil, func(r *http.Request) { r.Host = "SHOAL.example:443" }, httpsig.Wrong},
		"another date":                                {nil, func(r *http.Request) { r.Header.Set("Date", now.Add(time.Minute).Format(http.TimeFormat)) }, httpsig.Wrong},
		"two dates":                                   {nil, func(r *http.Request) { r.Header.Add("Date", now.Format(http.TimeFormat)) }, httpsig.Malformed},
		"no date at all":                              {nil, func(r *http.Request) { r.Header.Del("Date") }, httpsig.Malformed},
		"two digests, one wrong":                      {nil, func(r *http.Request) { r.Header.Add("Digest", httpsig.Digest([]byte("x"))) }, httpsig.Altered},
		"a digest nobody knows":                       {func(l *letter) { l.digest = "MD5=AAAA" }, nil, httpsig.Unsupported},
		"lower-case digest":                           {func(l *letter) { l.digest = "sha-256" + strings.TrimPrefix(l.digest, "SHA-256") }, nil, 0},
		"two signature headers":                       {nil, func(r *http.Request) { r.Header.Add("Signature", r.Header.Get("Signature")) }, httpsig.Unsupported},
		"keyId twice":                                 {func(l *letter) { l.keyID = bob + `",keyId="` + alice }, nil, httpsig.Malformed},
		"header listed twice":                         {func(l *letter) { l.headers += " date" }, nil, httpsig.Malformed},
		"header signed but not sent":                  {func(l *letter) { l.headers += " x-not-there" }, nil, httpsig.Uncovered},
		"another's keyId":                             {func(l *letter) { l.keyID = bob }, nil, httpsig.Wrong},
		"a keyId nobody has":                          {func(l *letter) { l.keyID = "https://peer.example/users/nobody" }, nil, httpsig.Keyless},
		"a keyId of a file":                           {func(l *letter) { l.keyID = "file:///etc/passwd" }, nil, httpsig.Unsupported},
		"a keyId with a password":                     {func(l *letter) { l.keyID = "https://a:b@peer.example/users/alice" }, nil, httpsig.Malformed},
		"an Ed25519 name with an RSA key":             {func(l *letter) { l.algorithm = `algorithm="ed25519",` }, nil, httpsig.Unsupported},
		"hmac":                                        {func(l *letter) { l.algorithm = `algorithm="hmac-sha256",` }, nil, httpsig.Unsupported},
		"ended":                                       {func(l *letter) { l.algorithm += `expires=1000,` }, nil, httpsig.Stale},
		"created far away":                            {func(l *letter) { l.created, l.headers = now.Unix()-7300, l.headers+" (created)" }, nil, httpsig.Stale},
		"created no number":                           {func(l *letter) { l.algorithm, l.headers = l.algorithm+`created="soon",`, l.headers+" (created)" }, nil, httpsig.Malformed},
		"only a date":                                 {func(l *letter) { l.headers = "date" }, nil, httpsig.Uncovered},
		"nothing listed":                              {func(l *letter) { l.headers = "" }, nil, httpsig.Uncovered},
		"a signature header without end":              {nil, func(r *http.Request) { r.Header.Set("Signature", strings.Repeat("a", 9000)) }, httpsig.Malformed},
		"signature is no base64": {nil, func(r *http.Request) {
			r.Header.Set("Signature", `keyId="`+alice+`",headers="(request-target) host date digest",signature="*"`)
		}, httpsig.Malformed},
		"in the Authorization header": {nil, func(r *http.Request) {
			r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature"))
			r.Header.Del("Signature")
		}, 0},
	} {
		l := newLetter()
		if c.change != nil {
			c.change(&l)
		}
		r := l.request()
		if c.after != nil {
			c.after(r)
		}
		if _, err := verifier.Verify(t.Context(), r, []byte(body)); kindOf(err) != c.want {
			t.Errorf("%s: want kind %d, have %v", name, c.want, err)
		}
	}
}

func TestForgeriesOfMessageSignatures(t *testing.T) {
	body := []byte(`{"type":"Like"}`)
	input := func(from, to string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), from, to, 1))
		}
	}
	for name, c := range map[string]struct {
		after func(*http.Request)
		want  httpsig.Kind
	}{
		"as sent":                     {func(*http.Request) {}, 0},
		"another path":                {func(r *http.Request) { r.RequestURI = "/elsewhere" }, httpsig.Wrong},
		"another method":              {func(r *http.Request) { r.Method = "PUT" }, httpsig.Wrong},
		"another host":                {func(r *http.Request) { r.Host = "other.example" }, httpsig.Misdirected},
		"another digest":              {func(r *http.Request) { r.Header.Set("Content-Digest", httpsig.ContentDigest([]byte("x"))) }, httpsig.Altered},
		"no digest":                   {func(r *http.Request) { r.Header.Del("Content-Digest") }, httpsig.Unsupported},
		"digest not signed":           {input(` "content-digest"`, ""), httpsig.Uncovered},
		"method not signed":           {input(`"@method" `, ""), httpsig.Uncovered},
		"target not signed":           {input(` "@target-uri"`, ""), httpsig.Uncovered},
		"created taken away":          {input(";created=", ";x-created="), httpsig.Uncovered},
		"later":                       {input(";created=1", ";created=2"), httpsig.Stale},
		"another key":                 {input("alice", "bob"), httpsig.Wrong},
		"another algorithm":           {input("rsa-v1_5-sha256", "hmac-sha256"), httpsig.Unsupported},
		"none":                        {input("rsa-v1_5-sha256", "none"), httpsig.Unsupported},
		"a component with parameters": {input(`"@method"`, `"@method";req`), httpsig.Unsupported},
		"a component twice":           {input(`"@method"`, `"@method" "@method"`), httpsig.Malformed},
		"a component nobody knows":    {input(`"@method"`, `"@method" "@status"`), httpsig.Unsupported},
		"a parameter twice":           {input(";keyid", `;keyid="x";keyid`), httpsig.Malformed},
		"no list":                     {func(r *http.Request) { r.Header.Set("Signature-Input", "sig1=1") }, httpsig.Malformed},
		"another label":               {input("sig1", "sig2"), httpsig.Unsupported},
		"two signatures":              {func(r *http.Request) { r.Header.Add("Signature-Input", "x=()"); r.Header.Add("Signature", "x=:AA==:") }, httpsig.Unsupported},
		"deep":                        {func(r *http.Request) { r.Header.Set("Signature-Input", "sig1="+strings.Repeat("(", 9000)) }, httpsig.Malformed},
	} {
		r := httptest.NewRequest("POST", "https://shoal.example/inbox?a=b", strings.NewReader(string(body)))
		if err := (httpsig.Signer{KeyID: alice, Key: rsaKeys()[0], Scheme: httpsig.Message, Now: clock}).Sign(r, body); err != nil {
			t.Fatal(err)
		}
		c.after(r)
		if _, err := verifier.Verify(t.Context(), r, body); kindOf(err) != c.want {
			t.Errorf("%s: want kind %d, have %v", name, c.want, err)
		}
	}
}

func TestKeyIDs(t *testing.T) {
	for s, host := range map[string]string{
		alice:                             "peer.example",
		"https://Peer.Example:443/a":      "peer.example",
		"http://peer.example:80/a#k":      "peer.example",
		"https://peer.example:8443/a?b=c": "peer.example:8443",
		"http://[::1]:9000/a":             "[::1]:9000",
		"":                                "",
		"https://":                        "",
		"https:///a":                      "",
		"https://peer.example:/a":         "",
		"https:peer.example":              "",
		"//peer.example/a":                "",
		"/a":                              "",
		"javascript:alert(1)":             "",
		"https://peer.example/a b":        "",
		"https://peer.example/\n":         "",
		"https://péer.example/":           "",
		"https://peer.example/" + strings.Repeat("a", 2000): "",
	} {
		id, err := httpsig.ParseKeyID(s)
		if id.Host != host || (err == nil) != (host != "") {
			t.Errorf("%.60q: %+v %v", s, id, err)
		}
	}
}
