package apub_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// twins are what PeerTube 6.3 showed, beside what of ours is the same kind.
var twins = map[string]string{
	"actor-instance": "platform", "actor-account-bob": "account", "actor-channel": "channel", "video-with-comments": "video",
	"video-create-activity": "video's creation", "comment-1": "comment", "comment-1-create-activity": "comment's creation", "comment-approve-reply": "approval",
	"like-by-carol": "like", "playlist": "playlist", "playlist-page1": "playlist page", "playlist-element-1": "element", "video-chapters": "chapters",
	"video-announce-by-channel": "share by the channel", "video-announce-by-instance": "share by the platform", "video-announces": "shares",
	"video-announces-page1": "shares page", "video-comments": "comments", "video-comments-page1": "comments page", "video-likes": "likes", "video-likes-page1": "likes page",
	"account-bob-outbox": "outbox of accounts/ada", "account-bob-outbox-page1": "outbox page of accounts/ada", "channel-outbox-page1": "outbox page of video-channels/ada_channel",
	"instance-outbox-page1": "outbox page of accounts/peertube", "channel-followers": "followers of video-channels/ada_channel",
	"channel-followers-page1": "followers page of video-channels/ada_channel", "instance-following": "following of accounts/peertube",
	"channel-playlists-page1": "playlists page of video-channels/ada_channel",
}

// more are the keys that we have beside PeerTube's, and why.
var more = map[string]string{
	"actor image":                   "a banner, which the recorded channel has not",
	"actor updated":                 "says whether a copy is old",
	"actor assertionMethod":         "the key of object proofs (FEP-521a)",
	"actor discoverable":            "Mastodon lists nobody without; PeerTube has it on channels after 8",
	"actor indexable":               "likewise (FEP-5feb)",
	"actor playerSettings":          "of channels, since PeerTube 7.3",
	"video audience":                "the channel (FEP-1b12), since PeerTube 8",
	"video attachment":              "what Lemmy, Mastodon and GoToSocial show of a video",
	"video context":                 "the conversation (FEP-7888)",
	"video replies":                 "the same, as Mastodon looks for it",
	"video embedUrl":                "other sites may show it, since PeerTube 8",
	"video downloads":               "since PeerTube 8",
	"video playerSettings":          "since PeerTube 7.3",
	"video uploadDate":              "PeerTube has it once a file was replaced",
	"video category":                "the recorded video has none",
	"video licence":                 "the recorded video has none",
	"video language":                "the recorded video has none",
	"video automaticallyGenerated":  "left out of PeerTube's lists",
	"image name":                    "what the picture of an attachment shows",
	"note context":                  "the conversation (FEP-7888)",
	"note audience":                 "the channel (FEP-1b12)",
	"announce published":            "GoToSocial would put in the present",
	"playlist videoChannelPosition": "since PeerTube 8",
}

// strangers are kinds of things inside documents that are only inside ours, and why.
var strangers = map[string]string{
	"multikey":            "the key of object proofs",
	"link audio/mp4<nil>": "sound alone, which the recorded videos have not",
}

// kindOf is whose keys a document has.
func kindOf(o map[string]any) string {
	switch kind, _ := o["type"].(string); kind {
	case "Person", "Group", "Application":
		return "actor"
	default:
		return strings.ToLower(kind)
	}
}

// keys are all keys of an object and of what it holds, each with the kind of thing that has it.
func keys(v any, of string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if kind := kindOf(v); kind != "" {
			if kind == "link" {
				kind = fmt.Sprint("link ", v["mediaType"], v["name"])
			}
			of = kind
		}
		for k, inner := range v {
			if k != "@context" {
				into[of+" "+k] = true
				keys(inner, of, into)
			}
		}
	case []any:
		for _, inner := range v {
			keys(inner, of, into)
		}
	}
}

func read(t *testing.T, body []byte) map[string]bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	keys(v, "document", out)
	return out
}

// TestOurKeysArePeerTubes compares each kind of document with what PeerTube said of the same kind.
func TestOurKeysArePeerTubes(t *testing.T) {
	w := newWorld(t)
	w.live()
	all, used := w.addresses(), map[string]bool{}
	for theirs, what := range twins {
		recorded, err := os.ReadFile("../activity/testdata/ap/" + theirs + ".json")
		if err != nil {
			t.Fatal(err)
		}
		want, have := read(t, recorded), read(t, w.get(all[what]).ok().body)
		for k := range want {
			if !have[k] {
				t.Errorf("%s has no %q", what, k)
			}
		}
		for k := range have {
			kind := k[:strings.LastIndex(k, " ")]
			if used[k], used[kind] = true, true; !want[k] && more[k] == "" && strangers[kind] == "" {
				t.Errorf("%s has %q, which PeerTube's has not", what, k)
			}
		}
	}
	for _, list := range []map[string]string{more, strangers} {
		for k := range list {
			if !used[k] {
				t.Errorf("nobody has %q", k)
			}
		}
	}
}
