package foreign_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/activity"
	"shoal/server/foreign"
)

func TestOthersDocuments(t *testing.T) {
	for what, c := range map[string]struct {
		body string
		id   activity.ID
		is   activity.Type
		more func(t *testing.T, thing activity.Thing)
	}{
		"an actor of Mastodon": {
			`{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1",{"toot":"http://joinmastodon.org/ns#","discoverable":"toot:discoverable"}],
			"id":"https://m.example/users/ann","type":"Person","inbox":"https://m.example/users/ann/inbox","outbox":"https://m.example/users/ann/outbox",
			"preferredUsername":"ann","name":"Ann","url":"https://m.example/@ann","discoverable":true,"endpoints":{"sharedInbox":"https://m.example/inbox"},
			"publicKey":{"id":"https://m.example/users/ann#main-key","owner":"https://m.example/users/ann","publicKeyPem":"-----BEGIN PUBLIC KEY-----"},
			"icon":{"type":"Image","mediaType":"image/png","url":"https://m.example/a.png"}}`,
			"https://m.example/users/ann", "Person", func(t *testing.T, thing activity.Thing) {
				var a activity.Actor
				if err := thing.Into(&a); err != nil {
					t.Fatal(err)
				}
				if a.PreferredUsername != "ann" || a.Inbox != "https://m.example/users/ann/inbox" || a.SharedInbox() != "https://m.example/inbox" ||
					a.PublicKey.Owner != a.ID || len(a.Icon) != 1 || a.Icon[0].URL != "https://m.example/a.png" {
					t.Errorf("%+v", a)
				}
			},
		},
		"names of its own": {
			`{"@context":{"as":"https://www.w3.org/ns/activitystreams#"},"id":"https://o.example/n/1","type":"as:Note","as:content":"Hello",
			"as:attributedTo":"https://o.example/u","as:inReplyTo":"https://o.example/v/1"}`,
			"https://o.example/n/1", "Note", func(t *testing.T, thing activity.Thing) {
				var n activity.Note
				if err := thing.Into(&n); err != nil {
					t.Fatal(err)
				}
				if n.Content != "Hello" || n.AttributedTo != "https://o.example/u" || n.InReplyTo != "https://o.example/v/1" {
					t.Errorf("%+v", n)
				}
			},
		},
		"an activity": {
			`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://l.example/a/1","type":"Announce","actor":"https://l.example/c/films",
			"object":{"id":"https://l.example/v/1","type":"Page","name":"A film"},"to":"https://www.w3.org/ns/activitystreams#Public"}`,
			"https://l.example/a/1", "Announce", func(t *testing.T, thing activity.Thing) {
				a, err := thing.Activity()
				if err != nil {
					t.Fatal(err)
				}
				if o, ok := a.Thing(); !ok || o.ID != "https://l.example/v/1" || a.Actor != "https://l.example/c/films" || !a.IsPublic() {
					t.Errorf("%+v", a)
				}
			},
		},
		"a list": {
			`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://f.example/c","type":"OrderedCollection","totalItems":2,
			"orderedItems":["https://f.example/1",{"type":"Article","id":"https://f.example/2"}]}`,
			"https://f.example/c", "OrderedCollection", func(t *testing.T, thing activity.Thing) {
				var c activity.Collection
				if err := thing.Into(&c); err != nil {
					t.Fatal(err)
				}
				if c.TotalItems == nil || *c.TotalItems != 2 || len(c.All()) != 2 || c.All()[1].ID != "https://f.example/2" {
					t.Errorf("%+v", c)
				}
			},
		},
		"two types":         {`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://f.example/1","type":["Service","x:Bot"]}`, "https://f.example/1", "Service", nil},
		"no context":        {`{"id":"https://f.example/1","type":"Event","name":"Party"}`, "https://f.example/1", "Event", nil},
		"a shop's listing":  {`{"@context":"https://schema.org","id":"https://f.example/1","type":"Product"}`, "", "", nil},
		"nothing":           {`{}`, "", "", nil},
		"no id":             {`{"@context":"https://www.w3.org/ns/activitystreams","type":"Note"}`, "", "", nil},
		"HTML":              {`<html>`, "", "", nil},
		"a key twice":       {`{"@context":"https://www.w3.org/ns/activitystreams","id":"https://f.example/1","type":"Note","id":"https://g.example/1"}`, "", "", nil},
		"a key in two ways": {`{"@context":{"as":"https://www.w3.org/ns/activitystreams"},"id":"https://f.example/1","type":"as:Note","as:content":"x","content":"y"}`, "", "", nil},
		"two ids":           {`{"@context":{"as":"https://www.w3.org/ns/activitystreams"},"id":"https://f.example/1","as:id":"https://g.example/1","type":"as:Note"}`, "", "", nil},
		"a keyword's alias": {`{"@context":"https://www.w3.org/ns/activitystreams","@id":"https://f.example/1","@type":"Note"}`, "", "", nil},
	} {
		thing, err := foreign.Read([]byte(c.body))
		if c.id == "" {
			if err == nil {
				t.Errorf("%s: read as %q %q", what, thing.Is, thing.ID)
			}
			continue
		}
		if err != nil || thing.ID != c.id || thing.Is != c.is {
			t.Errorf("%s: %q %q %v", what, thing.Is, thing.ID, err)
			continue
		}
		if c.more != nil {
			c.more(t, thing)
		}
	}
}

func TestBoundsComeFirst(t *testing.T) {
	deep := `{"@context":"https://www.w3.org/ns/activitystreams","id":"https://f.example/1","type":"Note","tag":` +
		strings.Repeat(`{"type":"Note","tag":`, 9000) + `1` + strings.Repeat("}", 9001)
	if _, err := foreign.Read([]byte(deep)); !errors.Is(err, activity.ErrDeep) {
		t.Error(err)
	}
	if _, err := foreign.Read([]byte(`{"id":"` + strings.Repeat("a", 2<<20) + `"}`)); !errors.Is(err, foreign.ErrLarge) {
		t.Error(err)
	}
}

// TestPeerTubesDocuments are recorded ones: of the types of ActivityStreams all that is said of them survives.
func TestPeerTubesDocuments(t *testing.T) {
	paths, err := filepath.Glob("../activity/testdata/ap/*.json")
	if err != nil || len(paths) < 20 {
		t.Fatal(len(paths), err)
	}
	read := 0
	for _, p := range paths {
		body, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var was activity.Thing
		if activity.Check(body) != nil || was.UnmarshalJSON(body) != nil || was.ID == "" {
			continue
		}
		thing, err := foreign.Read(body)
		if err != nil {
			switch was.Is {
			case "Playlist", "PlaylistElement", "ApproveReply", "CacheFile", "PlayerSettings", "": // PeerTube's own
			default:
				t.Errorf("%s: %s %v", filepath.Base(p), was.Is, err)
			}
			continue
		}
		read++
		if thing.ID != was.ID || thing.Is != was.Is {
			t.Errorf("%s: %q %q", filepath.Base(p), thing.Is, thing.ID)
		}
		if was.Is == "Video" {
			var a, b activity.Video
			if was.Into(&a) != nil || thing.Into(&b) != nil || a.Name != b.Name || a.Duration != b.Duration || a.UUID != b.UUID || len(a.URL) != len(b.URL) ||
				len(a.AttributedTo) != len(b.AttributedTo) || len(a.Icon) != len(b.Icon) {
				t.Errorf("%s: %+v", filepath.Base(p), b)
			}
		}
	}
	if read < 20 {
		t.Errorf("only %d were read", read)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"@context":{"as":"https://www.w3.org/ns/activitystreams"},"id":"https://f.example/1","type":["as:Note"],"as:url":{"type":"Link","href":"x"}}`))
	f.Add([]byte(`{"@context":[],"id":1,"type":{"a":[]},"duration":"P","published":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if thing, err := foreign.Read(body); err == nil && (thing.ID == "" || thing.Is == "" || activity.Check(thing.Raw) != nil) {
			t.Fatalf("%q", body)
		}
	})
}
