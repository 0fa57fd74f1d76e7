package proof_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"shoal/server/actorkey"
	"shoal/server/proof"
)

var (
	seed, _ = actorkey.ParseBase58("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq", 34) // of the W3C's examples, behind its kind in two bytes
	key     = ed25519.NewKeyFromSeed(seed[2:])
	public  = key.Public().(ed25519.PublicKey)
	now     = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
)

const (
	alice  = "https://server.example/users/alice"
	method = alice + "#ed25519-key"
)

// TestTheVectorOfTheProposal is the signed activity of FEP-8b32.
func TestTheVectorOfTheProposal(t *testing.T) {
	const doc = `{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/data-integrity/v1"],
		"type":"Create","actor":"https://server.example/users/alice","object":{"type":"Note","content":"Hello world"},
		"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","verificationMethod":"https://server.example/users/alice#ed25519-key",
		"proofPurpose":"assertionMethod","created":"2023-02-24T23:36:38Z",
		"proofValue":"z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2"}}`
	known, err := actorkey.ParseMultibase("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
	if err != nil || !public.Equal(known) {
		t.Fatal("another key", err)
	}
	p, err := proof.Open([]byte(doc), now)
	if err != nil {
		t.Fatal(err)
	}
	if p.Method != method || p.Owner != alice {
		t.Errorf("%q of %q", p.Method, p.Owner)
	}
	if err := p.Verify(known); err != nil {
		t.Error(err)
	}
}

// TestTheVectorOfTheCryptosuite is the W3C's example, which is nobody's as we see it, given an owner where one is asked for.
func TestTheVectorOfTheCryptosuite(t *testing.T) {
	const unsigned = `{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],
		"id":"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33","type":["VerifiableCredential","AlumniCredential"],
		"name":"Alumni Credential","description":"A minimum viable example of an Alumni Credential.",
		"issuer":"https://vc.example/issuers/5678","validFrom":"2023-01-01T00:00:00Z",
		"credentialSubject":{"id":"did:example:abcdefgh","alumniOf":"The School of Examples"}}`
	const by = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	signed, err := proof.Sign([]byte(unsigned), by, key, time.Date(2023, 2, 24, 23, 36, 38, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Proof struct {
			Value string `json:"proofValue"`
		} `json:"proof"`
	}
	if err := json.Unmarshal(signed, &doc); err != nil {
		t.Fatal(err)
	}
	if want := "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"; doc.Proof.Value != want {
		t.Errorf("signed %s", doc.Proof.Value)
	}
	if _, err := proof.Open(signed, now); !errors.Is(err, proof.ErrOwner) {
		t.Error("a credential is nobody's:", err)
	}
}

const note = `{"@context":["https://www.w3.org/ns/activitystreams",{"replyApproval":"https://joinpeertube.org/ns#replyApproval"}],
	"type":"Note","id":"https://server.example/notes/1","attributedTo":"https://server.example/users/alice",
	"content":"5 < 6 & ü €","published":"2026-10-01T00:00:00.000Z","to":["https://www.w3.org/ns/activitystreams#Public"],"n":1.50}`

func sign(t *testing.T, body string) string {
	t.Helper()
	b, err := proof.Sign([]byte(body), method, key, now)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func check(body string, at time.Time) error {
	p, err := proof.Open([]byte(body), at)
	if err != nil {
		return err
	}
	return p.Verify(public)
}

func TestWhatIsSignedIsBelieved(t *testing.T) {
	signed := sign(t, note)
	if !strings.HasPrefix(signed, strings.TrimSuffix(note, "}")) {
		t.Error("the bytes before the proof are others")
	}
	if err := check(signed, now); err != nil {
		t.Error(err)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(signed), &v); err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(v, "", "  ") // others write keys in another order, numbers and letters otherwise
	if err != nil {
		t.Fatal(err)
	}
	if err := check(string(again), now); err != nil {
		t.Error("written anew:", err)
	}
	for _, body := range []string{
		`{"type":"Person","id":"` + alice + `","inbox":"` + alice + `/inbox"}`,
		`{"type":"Like","id":"` + alice + `/likes/1","actor":"` + alice + `","object":"https://other.example/v"}`,
	} {
		if err := check(sign(t, body), now); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestFedifysWay is a proof over the document's context that does not repeat it.
func TestFedifysWay(t *testing.T) {
	var v map[string]any
	if err := json.Unmarshal([]byte(sign(t, note)), &v); err != nil {
		t.Fatal(err)
	}
	delete(v["proof"].(map[string]any), "@context")
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := check(string(b), now); err != nil {
		t.Error(err)
	}
}

func TestForgeries(t *testing.T) {
	signed := sign(t, note)
	for what, c := range map[string]struct {
		body string
		err  error
	}{
		"no proof":            {note, proof.ErrNone},
		"other words":         {strings.Replace(signed, "5 <", "4 <", 1), proof.ErrWrong},
		"one more field":      {strings.Replace(signed, `"n":1.50`, `"n":1.50,"m":1`, 1), proof.ErrWrong},
		"one field less":      {strings.Replace(signed, `,"n":1.50`, ``, 1), proof.ErrWrong},
		"another id":          {strings.Replace(signed, "notes/1", "notes/2", 1), proof.ErrWrong},
		"another owner":       {strings.Replace(signed, `"attributedTo":"`+alice, `"attributedTo":"https://server.example/users/bob`, 1), proof.ErrWrong},
		"of another server":   {strings.Replace(signed, `"attributedTo":"`+alice, `"attributedTo":"https://victim.example/users/bob`, 1), proof.ErrOwner},
		"id elsewhere":        {strings.Replace(signed, "https://server.example/notes/1", "https://victim.example/notes/1", 1), proof.ErrOwner},
		"two owners":          {strings.Replace(signed, `"attributedTo":`, `"actor":"https://victim.example/users/bob","attributedTo":`, 1), proof.ErrOwner},
		"nobody's":            {strings.Replace(signed, `"attributedTo":"`+alice+`",`, ``, 1), proof.ErrOwner},
		"another key":         {strings.Replace(signed, method, "https://victim.example/u#key", 1), proof.ErrOwner},
		"another key of it":   {strings.Replace(signed, method, alice+"#other", 1), proof.ErrWrong},
		"an earlier time":     {strings.Replace(signed, `"created":"2026`, `"created":"2025`, 1), proof.ErrWrong},
		"the future":          {strings.Replace(signed, `"created":"2026`, `"created":"2027`, 1), proof.ErrTime},
		"over":                {strings.Replace(signed, `"created"`, `"expires":"2026-10-31T00:00:00Z","created"`, 1), proof.ErrTime},
		"expires added":       {strings.Replace(signed, `"created"`, `"expires":"2029-10-31T00:00:00Z","created"`, 1), proof.ErrWrong},
		"another purpose":     {strings.Replace(signed, "assertionMethod", "authentication", 1), proof.ErrKind},
		"another suite":       {strings.Replace(signed, "eddsa-jcs-2022", "eddsa-rdfc-2022", 1), proof.ErrKind},
		"another kind":        {strings.Replace(signed, "DataIntegrityProof", "Ed25519Signature2020", 1), proof.ErrKind},
		"no value":            {strings.Replace(signed, `"proofValue":"z`, `"proofValue":"`, 1), proof.ErrForm},
		"terms mean more":     {strings.Replace(signed, `["https://www.w3.org/ns/activitystreams",`, `["https://evil.example","https://www.w3.org/ns/activitystreams",`, 1), proof.ErrForm},
		"terms mean less":     {strings.Replace(signed, `{"replyApproval"`, `{"content"`, 1), proof.ErrForm},
		"a key twice":         {strings.Replace(signed, `"n":1.50`, `"content":"x","n":1.50`, 1), proof.ErrForm},
		"a key in capitals":   {strings.Replace(signed, `"n":1.50`, `"Content":"x","n":1.50`, 1), proof.ErrForm},
		"half a letter":       {strings.Replace(signed, "5 <", `\ud800 <`, 1), proof.ErrForm},
		"a number too big":    {strings.Replace(signed, "1.50", "9007199254740993", 1), proof.ErrForm},
		"a proof in a proof":  {strings.Replace(signed, `"proof":{`, `"proof":[{},{`, 1), proof.ErrForm},
		"no document at all":  {`[` + signed + `]`, proof.ErrForm},
		"two documents":       {signed + signed, proof.ErrForm},
		"a proof that is one": {`{"actor":"` + alice + `","proof":"x"}`, proof.ErrNone},
	} {
		if c.body == signed {
			t.Errorf("%s: nothing was changed", what)
		}
		if err := check(c.body, now); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	p, err := proof.Open([]byte(signed), now)
	if err != nil {
		t.Fatal(err)
	}
	_, other, _ := ed25519.GenerateKey(nil)
	for _, k := range []ed25519.PublicKey{other.Public().(ed25519.PublicKey), nil, {1, 2, 3}} {
		if err := p.Verify(k); !errors.Is(err, proof.ErrWrong) {
			t.Errorf("key of %d bytes: %v", len(k), err)
		}
	}
	if _, err := proof.Sign([]byte(signed), method, key, now); err == nil {
		t.Error("signed twice")
	}
}

// TestMoreBehindTheContext lets who passes a document on put contexts behind those that were signed.
func TestMoreBehindTheContext(t *testing.T) {
	more := strings.Replace(sign(t, note), `replyApproval"}],`, `replyApproval"},"https://more.example"],`, 1)
	if err := check(more, now); err != nil {
		t.Error(err)
	}
}

func TestOneOfSeveralProofs(t *testing.T) {
	var v map[string]any
	if err := json.Unmarshal([]byte(sign(t, note)), &v); err != nil {
		t.Fatal(err)
	}
	v["proof"] = []any{map[string]any{"type": "Other"}, v["proof"]}
	b, _ := json.Marshal(v)
	if err := check(string(b), now); err != nil {
		t.Error(err)
	}
}

// TestCanonical has the examples of RFC 8785.
func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`:                                        `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`: "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		`[56,{"d":true,"10":null,"1":[]}]`: `[56,{"1":[],"10":null,"d":true}]`,
		`[-0,-0.0,5e-324,-1.7976931348623157e308,9007199254740991,295147905179352830000.0,999999999999999900000.0,1e21,9.999999999999997e22,1e-6,1e-7,0.000001,333333333.33333325]`: `[0,0,5e-324,-1.7976931348623157e+308,9007199254740991,295147905179352830000,999999999999999900000,1e+21,9.999999999999997e+22,0.000001,1e-7,0.000001,333333333.33333325]`,
	} {
		got, err := proof.Canonical([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("%s\n%s\n%s %v", in, got, want, err)
		}
	}
	for _, in := range []string{``, `{`, `{"a":1,"a":1}`, `1e999`, `"\ud800"`, `"\udc00\ud800"`, `"\ud800\u0041"`, `9007199254740992`, `-9007199254740993`, "\"\xff\"", `1 2`, strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		if got, err := proof.Canonical([]byte(in)); err == nil {
			t.Errorf("%.40s: %.40s", in, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{note, `[1e30,-0,"\ud83d\ude00\u0000"]`, `{"b":1,"a":{}}`, `"\\ud800"`, `1.0E+2`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once, err := proof.Canonical([]byte(in))
		if err != nil {
			return
		}
		twice, err := proof.Canonical(once)
		if err != nil || string(once) != string(twice) {
			t.Fatalf("%q, then %q %v", once, twice, err)
		}
		var a, b any
		if json.Unmarshal([]byte(in), &a) != nil || json.Unmarshal(once, &b) != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%q is another value than %q", once, in)
		}
	})
}

func FuzzOpen(f *testing.F) {
	signed, _ := proof.Sign([]byte(note), method, key, now)
	f.Add(signed)
	f.Add([]byte(`{"proof":[]}`))
	good, _ := proof.Open(signed, now)
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := proof.Open(in, now)
		if err == nil && p.Verify(public) == nil && (p.Owner != good.Owner || p.Method != good.Method) {
			t.Fatalf("%q believed", in)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	signed, _ := proof.Sign([]byte(note), method, key, now)
	for b.Loop() {
		p, err := proof.Open(signed, now)
		if err != nil || p.Verify(public) != nil {
			b.Fatal(err)
		}
	}
}
