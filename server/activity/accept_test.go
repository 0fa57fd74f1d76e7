package activity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"shoal/server/activity"
	"shoal/server/activity/activitytest"
)

type object = map[string]any

var (
	list     = activitytest.List
	text     = activitytest.Text
	refusals = activitytest.Refusals
)

func without(v object, keys ...string) object {
	for _, k := range keys {
		delete(v, k)
	}
	return v
}

func links(v object, keep func(object) bool) object {
	var out []any
	for _, u := range list(v["url"]) {
		if keep(u.(object)) {
			out = append(out, u)
		}
	}
	v["url"] = out
	return v
}

func eachIcon(v object, change func(object)) object {
	for _, i := range list(v["icon"]) {
		change(i.(object))
	}
	return v
}

func tags(v object, keep func(object) bool) object {
	for _, u := range list(v["url"]) {
		if l := u.(object); l["tag"] != nil {
			var out []any
			for _, t := range list(l["tag"]) {
				if keep(t.(object)) {
					out = append(out, t)
				}
			}
			l["tag"] = out
		}
	}
	return v
}

func torrent(l object) bool {
	return strings.HasPrefix(text(l["mediaType"]), "application/x-bittorrent")
}

func hls(l object) bool { return l["mediaType"] == "application/x-mpegURL" }

func page(l object) bool { return l["mediaType"] == "text/html" }

func set(v object, k string, to any) object { v[k] = to; return v }

// variants make the rows of the matrix of our own writing of a recorded Video.
var variants = map[string]func(object) object{
	"full baseline (html link + mp4 link + torrent + magnet, icon w/ size, Person+Group attributedTo)": func(v object) object { return v },
	"mp4 link without magnet/torrent links": func(v object) object { return links(v, func(l object) bool { return !torrent(l) }) },
	"HLS only, with torrent+magnet tags":    func(v object) object { return links(v, func(l object) bool { return page(l) || hls(l) }) },
	"HLS only, without torrent+magnet tags": func(v object) object {
		return tags(links(v, func(l object) bool { return page(l) || hls(l) }), func(l object) bool { return !torrent(l) })
	},
	"no media urls at all (only text/html link)": func(v object) object { return links(v, page) },
	"no icon":                   func(v object) object { return without(v, "icon") },
	"icon without width/height": func(v object) object { return eachIcon(v, func(i object) { without(i, "width", "height") }) },
	"icon mediaType image/webp (only image/jpeg kept)": func(v object) object { return eachIcon(v, func(i object) { i["mediaType"] = "image/webp" }) },
	"no uuid":                                func(v object) object { return without(v, "uuid") },
	"no views":                               func(v object) object { return without(v, "views") },
	"no updated":                             func(v object) object { return without(v, "updated") },
	"no published":                           func(v object) object { return without(v, "published") },
	"no duration":                            func(v object) object { return without(v, "duration") },
	`duration "PT1M5S"`:                      func(v object) object { return set(v, "duration", "PT1M5S") },
	"no likes/dislikes/shares/comments urls": func(v object) object { return without(v, "likes", "dislikes", "shares", "comments") },
	"attributedTo only Person":               func(v object) object { return set(v, "attributedTo", list(v["attributedTo"])[:1]) },
	"attributedTo only Group":                func(v object) object { return set(v, "attributedTo", list(v["attributedTo"])[1:]) },
	"no to/cc":                               func(v object) object { return without(v, "to", "cc") },
	"name of 2 characters (min 3)":           func(v object) object { return set(v, "name", "ab") },
	"no content/mediaType":                   func(v object) object { return without(v, "content", "mediaType") },
	"content text/html":                      func(v object) object { return set(v, "mediaType", "text/html") },
	"no @context":                            func(v object) object { return without(v, "@context") },
	"HLS link without the sha256 tag":        func(v object) object { return tags(v, func(l object) bool { return l["name"] != "sha256" }) },
	"attributedTo as plain strings (both ids)": func(v object) object {
		var ids []any
		for _, o := range list(v["attributedTo"]) {
			ids = append(ids, o.(object)["id"])
		}
		return set(v, "attributedTo", ids)
	},
	"video/webm link + magnet": func(v object) object {
		return links(v, func(l object) bool {
			if l["mediaType"] == "video/mp4" {
				l["mediaType"] = "video/webm"
			}
			return !hls(l)
		})
	},
}

// rewritten is a recorded document after our reading and writing.
func rewritten(t *testing.T, name string, v any) object {
	t.Helper()
	if err := activity.Into(recorded(t, "ap/"+name)[name], v); err != nil {
		t.Fatal(err)
	}
	b, err := activity.Write(v)
	if err != nil {
		t.Fatal(err)
	}
	return generic(t, b).(object)
}

// TestTheChecksAreTheMatrix proves the checks above by the matrix, and our writing by the checks.
func TestTheChecksAreTheMatrix(t *testing.T) {
	tried := 0
	for row := range strings.Lines(string(recorded(t, "acceptance.tsv")["acceptance.tsv"])) {
		cells := strings.Split(strings.TrimSpace(row), "\t")
		change := variants[cells[1]]
		if change == nil {
			if cells[0] != "result" && cells[1] != "uuid equal to an already known video with another id" {
				t.Errorf("the row %q is tried by nothing", cells[1])
			}
			continue
		}
		tried++
		v := change(rewritten(t, "video.json", &activity.Video{}))
		if why := refusals(v); (len(why) == 0) != (cells[0] == "ACCEPTED") {
			t.Errorf("%s: PeerTube says %s, the checks %v", cells[1], cells[0], why)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := activity.Into(raw, &activity.Video{}); err != nil { // odd ones are read without a fall all the same
			t.Errorf("%s: %v", cells[1], err)
		}
	}
	if tried != len(variants) {
		t.Errorf("%d of %d variants are in the matrix", tried, len(variants))
	}
}

func TestWhatWeWritePassesPeerTube(t *testing.T) {
	for _, name := range []string{"video.json", "ap-video-live.json", "ap-video-waiting.json", "video-with-comments.json"} {
		v := rewritten(t, name, &activity.Video{})
		if why := refusals(v); len(why) > 0 {
			t.Errorf("%s: %v", name, why)
		}
		first, _ := list(v["url"])[0].(object)
		if !page(first) {
			t.Errorf("%s: the first address is %v", name, first)
		}
	}
	for name, v := range map[string]any{"comment-1.json": &activity.Note{}, "video-create-activity.json": &activity.Activity{}, "like-by-carol.json": &activity.Activity{}} {
		o := rewritten(t, name, v)
		for _, k := range []string{"to", "cc"} {
			if _, ok := o[k].([]any); !ok {
				t.Errorf("%s: %s is no list", name, k)
			}
		}
	}
	for _, name := range []string{"actor-account-bob.json", "actor-channel.json", "actor-instance.json"} {
		o := rewritten(t, name, &activity.Actor{})
		key, _ := o["publicKey"].(object)
		if !strings.HasPrefix(text(key["publicKeyPem"]), "-----BEGIN PUBLIC KEY-----") || text(o["inbox"]) == "" ||
			o["type"] == "Group" && len(list(o["attributedTo"])) == 0 {
			t.Errorf("%s: %v", name, o)
		}
	}
}
