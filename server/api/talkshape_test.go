package api

import (
	"fmt"
	"strings"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

// TestTalkHasEveryFieldOfPeerTubes compares what people say and gather with what PeerTube answered.
func TestTalkHasEveryFieldOfPeerTubes(t *testing.T) {
	f := newFilms(t)
	f.as("mod")
	v := f.add(video.Draft{}, api.Published)
	c := f.say("bob", v, 0, "Hello @ada")
	f.say("ada", v, c.ID, "Hello")
	id := f.list("ada", map[string]any{"displayName": "All", "description": "a playlist", "privacy": 1, "videoChannelId": f.channelOf("ada")})
	f.putIn("ada", id, map[string]any{"videoId": v.ID, "startTimestamp": 1, "stopTimestamp": 2})
	f.send("PUT", path(v, "/watching"), f.as("ada"), map[string]any{"currentTime": 1}).into(204, nil)
	f.send("POST", subs, f.as("bob"), map[string]any{"uri": "ada_channel"}).into(204, nil)
	f.report("bob", map[string]any{"reason": "Bad", "predefinedReasons": []string{"privacy"}, "video": map[string]any{"id": v.ID, "startAt": 1, "endAt": 2}})
	f.work()
	f.add(video.Draft{}, api.Published) // ada hears that it is published
	until(t, "ada to hear of her video", func() bool { return f.heard("ada", "?typeOneOf=6") == "6 6" })
	for at, c := range map[string]struct{ file, who string }{
		path(v, "/comment-threads"):                          {"video-comment-threads", ""},
		path(v, fmt.Sprintf("/comment-threads/%d", c.ID)):    {"video-comment-thread-tree", ""},
		fmt.Sprintf("%s/%d", lists, id):                      {"video-playlist", ""},
		fmt.Sprintf("%s/%d/videos", lists, id):               {"video-playlist-videos", ""},
		lists:                                                {"video-playlists", ""},
		lists + "/privacies":                                 {"video-playlists-privacies", ""},
		"/api/v1/accounts/ada/video-playlists":               {"account-playlists", ""},
		"/api/v1/video-channels/ada_channel/video-playlists": {"video-channel-playlists", ""},
		"/api/v1/search/video-channels?search=ada":           {"search-channels", ""},
		"/api/v1/search/video-playlists?search=all":          {"search-playlists", ""},
		"/api/v1/search/videos?search=ducks":                 {"search-videos", ""},
		"/api/v1/abuses":                                     {"abuses", "mod"},
		ours + "/accounts":                                   {"server-blocklist", "mod"},
		history:                                              {"users-me-history", "ada"},
		subs:                                                 {"users-me-subscriptions", "bob"},
		fmt.Sprintf("/api/v1/users/me/video-playlists/videos-exist?videoIds=%d", v.ID): {"", "ada"},
		"/api/v1/users/me/notifications":                                               {"", "ada"},
	} {
		t.Run(c.file, func(t *testing.T) {
			var got any
			f.get(at, f.as(c.who)).into(200, &got)
			var lacks []string
			switch {
			case c.file != "":
				lacks = missing("", recorded(t, c.file), got)
			case strings.Contains(at, "exist"):
				m, _ := got.(map[string]any)
				lacks = missing("", recorded(t, "users-me-playlists-exist")["1"], m[fmt.Sprint(v.ID)])
			default:
				lacks = lacking(t, recorded(t, "users-me-notifications"), got)
			}
			for _, m := range lacks {
				// ada has no picture of her own; comments of the recording are deleted or by others
				if !strings.Contains(m, ".avatar is absent") && !strings.HasSuffix(m, ".account is <nil>, not an object") {
					t.Errorf("%s: %s", at, m)
				}
			}
		})
	}
}

// lacking compares notifications of each type.
func lacking(t *testing.T, want, got any) (out []string) {
	t.Helper()
	byType := func(v any) map[any]any {
		m := map[any]any{}
		page, _ := v.(map[string]any)
		all, _ := page["data"].([]any)
		for _, n := range all {
			m[n.(map[string]any)["type"]] = n
		}
		return m
	}
	ours := byType(got)
	for kind, n := range byType(want) {
		o, ok := ours[kind]
		if !ok {
			t.Errorf("there is no notification of type %v", kind)
		}
		out = append(out, missing(fmt.Sprint(kind), n, o)...)
	}
	return out
}
