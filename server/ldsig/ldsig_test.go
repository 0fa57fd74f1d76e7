package ldsig_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/activity"
	"shoal/server/ldsig"
)

func keys(t testing.TB) map[activity.ID]*rsa.PublicKey {
	t.Helper()
	raw, err := os.ReadFile("../httpsig/testdata/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	var pems map[activity.ID]string
	if err := json.Unmarshal(raw, &pems); err != nil {
		t.Fatal(err)
	}
	out := map[activity.ID]*rsa.PublicKey{}
	for id, text := range pems {
		block, _ := pem.Decode([]byte(text))
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = key.(*rsa.PublicKey)
	}
	return out
}

// recorded are PeerTube's activities that carry a signature of somebody whose key we have.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../activity/testdata/inbound/*.json")
	if err != nil {
		t.Fatal(err)
	}
	have, out := keys(t), map[string][]byte{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := activity.Read(raw); err == nil && a.Signature != nil && have[a.Signature.Creator] != nil {
			out[filepath.Base(name)] = raw
		}
	}
	if len(out) < 15 {
		t.Fatalf("only %d", len(out))
	}
	return out
}

func TestPeerTubesSignaturesAreBelieved(t *testing.T) {
	have := keys(t)
	for name, raw := range recorded(t) {
		a, err := activity.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		safe, err := ldsig.Verify(raw, have[a.Signature.Creator])
		if strings.HasPrefix(name, "Update-Person") || strings.HasPrefix(name, "Update-Group") {
			if !errors.Is(err, ldsig.ErrForm) { // PeerTube puts a second context into these: ask the actor itself
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := activity.Read(safe)
		if err != nil || again.ID != a.ID || again.Actor != a.Actor || again.Type != a.Type || again.IsPublic() != a.IsPublic() || again.Signature != nil {
			t.Errorf("%s: %s %v", name, safe, err)
			continue
		}
		if was, ok := a.Thing(); ok {
			if is, ok := again.Thing(); !ok || is.ID != was.ID || is.Is != was.Is {
				t.Errorf("%s: %+v", name, is)
			}
		}
		for other, key := range have {
			if other != a.Signature.Creator {
				if _, err := ldsig.Verify(raw, key); !errors.Is(err, ldsig.ErrWrong) {
					t.Errorf("%s is believed of %s: %v", name, other, err)
				}
			}
		}
	}
}

// TestAFilmSurvivesCompaction reads a Video from what was signed, as fully as from what was sent.
func TestAFilmSurvivesCompaction(t *testing.T) {
	raw := recorded(t)["Create-Video-1.json"]
	a, _ := activity.Read(raw)
	safe, err := ldsig.Verify(raw, keys(t)[a.Signature.Creator])
	if err != nil {
		t.Fatal(err)
	}
	b, _ := activity.Read(safe)
	before, after := &activity.Video{}, &activity.Video{}
	if err := errors.Join(a.Object[0].Into(before), b.Object[0].Into(after)); err != nil {
		t.Fatal(err)
	}
	if after.Name != before.Name || after.Duration != before.Duration || len(after.URL) != len(before.URL) || after.UUID != before.UUID ||
		(before.Category == nil) != (after.Category == nil) || len(after.AttributedTo) != 2 || len(after.Icon) != len(before.Icon) || len(after.Tag) != len(before.Tag) {
		t.Errorf("%+v\n%+v", before, after)
	}
}

func TestForgeries(t *testing.T) {
	raw := recorded(t)["Announce-1.json"]
	a, _ := activity.Read(raw)
	key := keys(t)[a.Signature.Creator]
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"another object":               {`"object":"http://localhost`, `"object":"http://localhosd`, ldsig.ErrWrong},
		"another actor":                {`"actor":"http://localhost`, `"actor":"http://localhosd`, ldsig.ErrWrong},
		"another creator":              {`"creator":"http://localhost`, `"creator":"http://localhosd`, ldsig.ErrWrong},
		"another date":                 {`"created":"2026`, `"created":"2027`, ldsig.ErrWrong},
		"another type":                 {`"type":"Announce"`, `"type":"Like"`, ldsig.ErrWrong},
		"more people":                  {`"cc":[]`, `"cc":["http://localhost/x"]`, ldsig.ErrWrong},
		"a context from elsewhere":     {`"@context":["https://www.w3.org/ns/activitystreams"`, `"@context":["https://evil.example/c"`, ldsig.ErrContext},
		"a term of their own":          {`{"RsaSignature2017":`, `{"x":"as:actor","RsaSignature2017":`, ldsig.ErrContext},
		"a term turned":                {`{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"`, `{"RsaSignature2017":"as:object"`, ldsig.ErrContext},
		"an alias":                     {`{"RsaSignature2017":`, `{"uid":"@id","RsaSignature2017":`, ldsig.ErrContext},
		"a vocabulary":                 {`{"RsaSignature2017":`, `{"@vocab":"https://evil.example/","RsaSignature2017":`, ldsig.ErrContext},
		"a graph":                      {`"type":"Announce"`, `"type":"Announce","@graph":[]`, ldsig.ErrForm},
		"included":                     {`"type":"Announce"`, `"type":"Announce","@included":[]`, ldsig.ErrForm},
		"reversed":                     {`"type":"Announce"`, `"type":"Announce","@reverse":{}`, ldsig.ErrForm},
		"a context within":             {`"type":"Announce"`, `"type":"Announce","x":{"@context":{}}`, ldsig.ErrForm},
		"a blank node by name":         {`"type":"Announce"`, `"type":"Announce","target":{"id":"_:b0"}`, ldsig.ErrForm},
		"many alike":                   {`"type":"Announce"`, `"type":"Announce","target":[` + strings.Repeat(`{"type":"Link","name":"a"},`, 12) + `{"type":"Link","name":"a"}]`, ldsig.ErrForm},
		"many alike, in disguise":      {`"type":"Announce"`, `"type":"Announce","target":[{"j":1,"tag":{"name":"a"}},{"j":2,"tag":{"name":"b"}},{"j":3,"tag":{"name":"c"}},{"j":4,"tag":{"name":"d"}},{"j":5,"tag":{"name":"e"}},{"j":6,"tag":{"name":"f"}},{"j":7,"tag":{"name":"g"}}]`, ldsig.ErrForm},
		"a second type nobody defines": {`"type":"Announce"`, `"type":["ApproveReply","Announce"]`, ldsig.ErrForm},
		"an id that leads nowhere":     {`"cc":[]`, `"cc":["x y"]`, ldsig.ErrForm},
		"another kind":                 {`"type":"RsaSignature2017"`, `"type":"RsaSignature2099"`, ldsig.ErrForm},
		"no base64":                    {`"signatureValue":"`, `"signatureValue":"*`, ldsig.ErrForm},
		"none":                         {`"signature":{`, `"sig":{`, ldsig.ErrNone},
	} {
		forged := strings.Replace(string(raw), c.from, c.to, 1)
		if forged == string(raw) {
			t.Errorf("%s: nothing changed in %s", name, raw)
			continue
		}
		if safe, err := ldsig.Verify([]byte(forged), key); !errors.Is(err, c.want) {
			t.Errorf("%s: %s %v", name, safe, err)
		}
	}
}

// TestWhatIsNotSignedIsNotRead adds a term that no context defines: the signature holds, and the term is gone.
func TestWhatIsNotSignedIsNotRead(t *testing.T) {
	raw := recorded(t)["Announce-1.json"]
	a, _ := activity.Read(raw)
	forged := strings.Replace(string(raw), `"type":"Announce"`, `"type":"Announce","startAt":7,"inReplyToo":"x"`, 1)
	safe, err := ldsig.Verify([]byte(forged), keys(t)[a.Signature.Creator])
	if err != nil || strings.Contains(string(safe), "startAt") || strings.Contains(string(safe), "inReplyToo") {
		t.Errorf("%s %v", safe, err)
	}
}

var ours = sync.OnceValue(func() *rsa.PrivateKey { k, _ := rsa.GenerateKey(rand.Reader, 2048); return k })

func TestWhatWeSignWeBelieve(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	note, err := activity.Embed(&activity.Note{
		To: activity.IDs{activity.Public}, Cc: activity.IDs{}, Type: "Note", ID: "https://a.example/n", Content: "a <b> & c", MediaType: "text/markdown",
		InReplyTo: "https://b.example/v", Published: activity.Time{Time: now}, AttributedTo: "https://a.example/ann", Tag: activity.Many[activity.Link]{},
	})
	if err != nil {
		t.Fatal(err)
	}
	a := &activity.Activity{
		Context: activity.ContextComment, To: activity.IDs{activity.Public}, Cc: activity.IDs{}, Type: "Create", ID: "https://a.example/n/activity",
		Actor: "https://a.example/ann", Object: note,
	}
	body, err := activity.Write(a)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := ldsig.Sign(body, "https://a.example/ann", ours(), now)
	if err != nil {
		t.Fatal(err)
	}
	safe, err := ldsig.Verify(signed, &ours().PublicKey)
	if err != nil || !strings.Contains(string(safe), "a <b> & c") {
		t.Errorf("%s %v", safe, err)
	}
	if _, err := ldsig.Sign(signed, "https://a.example/ann", ours(), now); !errors.Is(err, ldsig.ErrForm) {
		t.Error("signed twice", err)
	}
	undefined := strings.Replace(string(body), `"type":"Create"`, `"type":"Create","latencyMode":1`, 1)
	if _, err := ldsig.Sign([]byte(undefined), "https://a.example/ann", ours(), now); !errors.Is(err, ldsig.ErrContext) {
		t.Error("a term without meaning", err)
	}
}

// TestOurContextsSignPeerTubesDocuments puts our contexts in the place of theirs: no term may be left without meaning.
func TestOurContextsSignPeerTubesDocuments(t *testing.T) {
	for name, context := range map[string]json.RawMessage{
		"Create-Video-1.json": activity.ContextVideo, "Update-Group-1.json": activity.ContextActor, "Create-Playlist-1.json": activity.ContextPlaylist,
		"Create-Note-2.json": activity.ContextComment, "Flag-1.json": activity.ContextFlag, "ApproveReply-1.json": activity.ContextApproval, "View-1.json": activity.ContextView,
	} {
		raw, err := os.ReadFile("../activity/testdata/inbound/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		doc["@context"] = context
		delete(doc, "signature")
		if object, ok := doc["object"].(map[string]any); ok {
			delete(object, "@context")
		}
		body, err := activity.Write(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ldsig.Sign(body, "https://a.example/ann", ours(), time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, raw := range recorded(f) {
		f.Add(raw)
	}
	key := &ours().PublicKey
	f.Fuzz(func(t *testing.T, b []byte) {
		if safe, err := ldsig.Verify(b, key); err == nil {
			t.Errorf("%s", safe)
		}
	})
}
