package activitytest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoal/server/activity/activitytest"
)

// What PeerTube 6.3 says itself passes but for what it does not care about: dates of Announces, pages without words for what they hold.
var spared = []string{"no date: GoToSocial", "nobody can sign it"}

func TestWhatPeerTubeSaysPasses(t *testing.T) {
	files, err := filepath.Glob("../testdata/ap/*.json")
	if err != nil || len(files) < 30 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range activitytest.Problems(body) {
			if !slices.ContainsFunc(spared, func(s string) bool { return strings.HasPrefix(why, s) }) {
				t.Errorf("%s: %s", name, why)
			}
		}
	}
}

func TestWhatIsWrongIsSeen(t *testing.T) {
	body, err := os.ReadFile("../testdata/ap/video-create-activity.json")
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(create, video activitytest.Object){
		"to is no list":                     func(c, _ activitytest.Object) { c["to"] = "https://www.w3.org/ns/activitystreams#Public" },
		"the object is not embedded":        func(c, v activitytest.Object) { c["object"] = v["id"] },
		"its actor is of another server":    func(c, _ activitytest.Object) { c["actor"] = "https://b.example/a" },
		"tag is no list":                    func(_, v activitytest.Object) { v["tag"] = nil },
		"duration is not of seconds alone":  func(_, v activitytest.Object) { v["duration"] = "PT1M5S" },
		"updated before published":          func(_, v activitytest.Object) { v["updated"] = "2001-01-01T00:00:00Z" },
		"the first url is no page":          func(_, v activitytest.Object) { v["url"] = activitytest.List(v["url"])[1:] },
		"attributedTo has an address alone": func(_, v activitytest.Object) { v["attributedTo"] = []any{"http://localhost:9000/accounts/bob"} },
		"audience is not the channel":       func(_, v activitytest.Object) { v["audience"] = "https://b.example/a" },
		"nobody can sign it":                func(_, v activitytest.Object) { v["nonsense"] = "x" },
	} {
		var c activitytest.Object
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
		change(c, c["object"].(activitytest.Object))
		raw, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if all := activitytest.Problems(raw); !slices.ContainsFunc(all, func(why string) bool { return strings.HasPrefix(why, what) }) {
			t.Errorf("%s is not seen: %v", what, all)
		}
	}
}
