package discovery_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"shoal/server/discovery"
)

const base = "http://localhost:9000"

func recorded(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWebFingerIsPeerTubes(t *testing.T) {
	raw := recorded(t, "webfinger-account-bob.json")
	var want discovery.Document
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if got := discovery.WebFinger("acct:bob@localhost:9000", base+"/accounts/bob", "", base); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if actor, err := discovery.Self(raw); err != nil || actor != base+"/accounts/bob" {
		t.Error(actor, err)
	}
}

func TestNodeInfoNamesOurActor(t *testing.T) {
	raw := recorded(t, "nodeinfo-index.json")
	var theirs discovery.Document
	if err := json.Unmarshal(raw, &theirs); err != nil {
		t.Fatal(err)
	}
	ours := discovery.NodeInfos(base, base+"/accounts/peertube")
	for _, l := range theirs.Links {
		if !slices.Contains(ours.Links, l) {
			t.Errorf("%+v is missing", l)
		}
	}
	if actor, err := discovery.Application(raw); err != nil || actor != base+"/accounts/peertube" {
		t.Error(actor, err)
	}
	n := discovery.Describe("2.0", "1", "https://example.org", true, discovery.Usage{}, "a", "b")
	if n.Software.Repository != "" || n.Metadata.Taxonomy.PostsName != "Videos" {
		t.Errorf("%+v", n)
	}
}

func TestHostMeta(t *testing.T) {
	var theirs, ours struct {
		Link struct {
			Rel      string `xml:"rel,attr"`
			Template string `xml:"template,attr"`
		}
	}
	if err := xml.Unmarshal(recorded(t, "host-meta.xml"), &theirs); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(discovery.HostMeta(base), &ours); err != nil || ours != theirs {
		t.Errorf("%+v %+v %v", ours, theirs, err)
	}
}

func TestAnswersThatNameNobody(t *testing.T) {
	for _, s := range []string{"", "[]", "{}", `{"links":[{"rel":"self","href":"/a"}]}`, `{"links":[{"rel":"self","href":"file:///etc"}]}`, `{"links":[{"rel":"x","href":"https://a"}]}`} {
		if a, err := discovery.Self([]byte(s)); err == nil {
			t.Errorf("%s: %s", s, a)
		}
	}
	if a, err := discovery.Self([]byte(`{"links":[{"rel":"self","type":"text/html","href":"https://a/1"},{"rel":"self","type":"application/activity+json","href":"https://a/2"}]}`)); err != nil || a != "https://a/2" {
		t.Error(a, err)
	}
}

func TestHandles(t *testing.T) {
	for in, want := range map[string]string{
		"bob@a.example": "bob a.example", "@bob@A.example": "bob a.example", "acct:bob_1.x@localhost:9000": "bob_1.x localhost:9000",
		"bob": "", "@bob": "", "bob@": "", "@@a.example": "", "bob@a/b": "", "bob@a?b": "", "bob@a@b": "", "b b@a.example": "", "bob@a b": "", "bob@a:": "", "bob@#": "",
		strings.Repeat("a", 600) + "@a.example": "",
	} {
		name, host, ok := discovery.Handle(in)
		if got := strings.TrimSpace(name + " " + host); got != want || ok != (want != "") {
			t.Errorf("%.40q: %q %v", in, got, ok)
		}
	}
}
