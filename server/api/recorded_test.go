package api

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"shoal/server/ffmpeg"
	"shoal/server/video"
	"shoal/shared/api"
)

// compared walks two answers and tells, by the place in them, what only PeerTube's has ("-"), what only ours has ("+"), and what is
// of another type ("~"). null may stand for any type. Of lists, the elements are taken together.
type compared struct{ found map[string]bool }

func (c compared) walk(at string, want, got []any) {
	kinds := map[string][2][]any{}
	sort := func(side int, list []any) {
		for _, v := range list {
			if k := kind(v); k != "null" {
				both := kinds[k]
				both[side] = append(both[side], v)
				kinds[k] = both
			}
		}
	}
	sort(0, want)
	sort(1, got)
	if len(kinds) > 1 {
		c.found["~"+at] = true
		return
	}
	for k, both := range kinds {
		switch k {
		case "object":
			c.objects(at, both[0], both[1])
		case "list":
			c.walk(at+"[]", flat(both[0]), flat(both[1]))
		}
	}
}

func (c compared) objects(at string, want, got []any) {
	if len(want) == 0 || len(got) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(names(want, got))) {
		w, all := under(want, name)
		g, ours := under(got, name)
		switch to := at + "." + name; {
		case len(g) == 0 && all || !ours && all && len(g) < len(got):
			c.found["-"+to] = true
		case len(w) == 0:
			c.found["+"+to] = true
		default:
			c.walk(to, w, g)
		}
	}
}

// under are the values of a name in some objects, and whether each of them has it.
func under(objects []any, name string) (values []any, all bool) {
	for _, o := range objects {
		if v, ok := o.(map[string]any)[name]; ok {
			values = append(values, v)
		}
	}
	return values, len(values) == len(objects)
}

func names(lists ...[]any) map[string]bool {
	out := map[string]bool{}
	for _, o := range slices.Concat(lists...) {
		for name := range o.(map[string]any) {
			out[name] = true
		}
	}
	return out
}

func flat(lists []any) (out []any) {
	for _, l := range lists {
		out = append(out, l.([]any)...)
	}
	return out
}

func kind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "list"
	case nil:
		return "null"
	}
	return fmt.Sprintf("%T", v)
}

// recording is what PeerTube answered, and how the same is asked here.
type recording struct {
	file, who, path string
	status          int // 0 for 200
}

func TestRecordedAnswersAreMatchedFieldByField(t *testing.T) {
	f := newFilms(t)
	f.join("root", api.Administrator)
	f.tokens["root"] = f.signIn("root").AccessToken
	v, known := f.scene(), differences(t)
	ids := strings.NewReplacer("{v}", path(v.film, ""), "{thread}", fmt.Sprint(v.thread), "{list}", fmt.Sprint(v.list), "{id}", fmt.Sprint(v.film.ID))
	for _, r := range []recording{
		{"account", "", "accounts/ada", 0},
		{"account-channels", "", "accounts/ada/video-channels", 0},
		{"account-playlists", "", "accounts/ada/video-playlists", 0},
		{"account-videos", "", "accounts/ada/videos", 0},
		{"accounts-list", "", "accounts", 0},
		{"config", "", "config", 0},
		{"config-about", "", "config/about", 0},
		{"custom-pages-homepage", "", "custom-pages/homepage/instance", 404},
		{"jobs-401", "", "jobs", 401},
		{"me-401", "", "users/me", 401},
		{"oauth-clients-local", "", "oauth-clients/local", 0},
		{"overviews-videos", "", "overviews/videos", 0},
		{"plugins-401", "", "plugins", 401},
		{"search-channels", "", "search/video-channels?search=ada", 0},
		{"search-playlists", "", "search/video-playlists?search=all", 0},
		{"search-videos", "", "search/videos?search=ducks", 0},
		{"server-followers", "", "server/followers", 0},
		{"server-following", "", "server/following", 0},
		{"server-stats", "", "server/stats", 0},
		{"video-400", "", "videos/nonsense!", 400},
		{"video-404", "", "videos/00000000-0000-4000-8000-000000000000", 404},
		{"video-captions", "", "{v}/captions", 0},
		{"video-categories", "", "videos/categories", 0},
		{"video-channel", "", "video-channels/ada_channel", 0},
		{"video-channel-followers-401", "", "video-channels/ada_channel/followers", 401},
		{"video-channel-playlists", "", "video-channels/ada_channel/video-playlists", 0},
		{"video-channel-videos", "", "video-channels/ada_channel/videos", 0},
		{"video-channels-list", "", "video-channels", 0},
		{"video-chapters", "", "{v}/chapters", 0},
		{"video-comment-thread-tree", "", "{v}/comment-threads/{thread}", 0},
		{"video-comment-threads", "", "{v}/comment-threads", 0},
		{"video-description", "", "{v}/description", 0},
		{"video-file-metadata", "", "{v}/metadata/999", 404},
		{"video-full", "", "{v}", 0},
		{"video2-full", "", "{v}/", 0},
		{"video-languages", "", "videos/languages", 0},
		{"video-licences", "", "videos/licences", 0},
		{"video-playlist", "", "video-playlists/{list}", 0},
		{"video-playlist-videos", "", "video-playlists/{list}/videos", 0},
		{"video-playlists", "", "video-playlists", 0},
		{"video-playlists-privacies", "", "video-playlists/privacies", 0},
		{"video-privacies", "", "videos/privacies", 0},
		{"video-source-401", "", "{v}/source", 401},
		{"video-storyboards", "", "{v}/storyboards", 0},
		{"videos-list", "", "videos/", 0},
		{"videos-list-default", "", "videos", 0},
		{"videos-list-nsfw-filters", "", "videos?nsfw=both&isLocal=true&privacyOneOf=3&skipCount=true", 401},
		{"users-me", "ada", "users/me", 0},
		{"users-me-history", "ada", "users/me/history/videos", 0},
		{"users-me-notifications", "ada", "users/me/notifications", 0},
		{"users-me-playlists-exist", "ada", "users/me/video-playlists/videos-exist?videoIds={id}", 0},
		{"users-me-quota", "ada", "users/me/video-quota-used", 0},
		{"users-me-rating", "ada", "users/me/videos/{id}/rating", 0},
		{"users-me-subscriptions", "bob", "users/me/subscriptions", 0},
		{"users-me-videos", "ada", "users/me/videos", 0},
		{"video-full-as-owner", "ada", "{v}", 0},
		{"video-source", "ada", "{v}/source", 0},
		{"video-stats-overall", "ada", "{v}/stats/overall", 0},
		{"abuses", "mod", "abuses", 0},
		{"config-custom", "root", "config/custom", 0},
		{"jobs", "root", "jobs", 0},
		{"plugins", "root", "plugins", 0},
		{"redundancy", "root", "server/redundancy/videos?target=my-videos", 0},
		{"runners", "root", "runners", 0},
		{"runners-registration-tokens", "root", "runners/registration-tokens", 0},
		{"server-blocklist", "mod", "server/blocklist/accounts", 0},
		{"server-debug", "root", "server/debug", 0},
		{"user-registrations", "root", "users/registrations", 0},
		{"users", "root", "users", 0},
		{"video-blacklist", "mod", "videos/blacklist", 0},
		{"videos-admin", "mod", "videos?include=1&privacyOneOf=1&privacyOneOf=2&privacyOneOf=3&isLocal=true", 0},
	} {
		t.Run(r.file, func(t *testing.T) {
			at := ids.Replace(r.path)
			if !strings.HasPrefix(at, "/") {
				at = "/api/v1/" + at
			}
			a := f.get(at, f.as(r.who))
			want := max(r.status, 200)
			var got any
			if a.into(want, &got); t.Failed() {
				return
			}
			c := compared{map[string]bool{}}
			c.walk("", []any{byID(recorded(t, r.file))}, []any{byID(got)})
			for d := range c.found {
				if strings.HasPrefix(d, "-.metadata.") { // ffprobe says much more
					continue
				}
				if d = r.file + " " + d; !known[d] {
					t.Errorf("not as recorded: %s", d)
				}
				delete(known, d)
			}
		})
	}
	for d := range known {
		t.Errorf("no longer a difference: %s", d)
	}
}

// differences are what testdata/differences.txt lists: recordings, and where ours has more or less.
func differences(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("testdata/differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		out[strings.TrimSpace(line)] = true
	}
	return out
}

func TestEveryDifferenceIsExplained(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for d := range differences(t) {
		if name := d[strings.LastIndex(d, ".")+1:]; !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/api.md does not say why %q", d)
		}
	}
}

// byID makes a list of what is listed by number, and puts notifications under their types.
func byID(v any) any {
	m, ok := v.(map[string]any)
	if !ok || len(m) == 0 {
		return v
	}
	if list, ok := m["data"].([]any); ok {
		kinds := map[string]any{}
		for _, one := range list {
			if n, ok := one.(map[string]any); ok && n["read"] != nil {
				kinds[fmt.Sprint("type", n["type"])] = n
			}
		}
		if len(kinds) > 0 {
			return kinds
		}
	}
	var all []any
	for k, one := range m {
		if strings.Trim(k, "0123456789") != "" {
			return v
		}
		all = append(all, one)
	}
	return all
}

// scene is what the recordings were made of: a film with everything that hangs on one, and people who do things.
type scene struct {
	film         video.Video
	thread, list int64
}

func (f *films) scene() (s scene) {
	f.t.Helper()
	f.as("mod")
	text := "About ducks"
	s.film = f.add(video.Draft{Description: &text, Tags: []string{"birds"}}, api.Published)
	v := s.film
	probe, err := json.Marshal(ffmpeg.Probe{
		Format: "mov,mp4,m4a,3gp,3g2,mj2", Duration: 30, Bitrate: 100_000,
		Video: &ffmpeg.Video{Codec: "h264", Tag: "avc1", Width: 1280, Height: 720, FPS: 30}, Audio: []ffmpeg.Audio{{Index: 1, Codec: "aac"}},
	})
	if err == nil {
		err = video.SetProbe(context.Background(), f.pool, v.ID, 30, 1280, 720, probe)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.pick("/api/v1/video-channels/ada_channel/avatar/pick", f.as("ada"), "avatarfile", photo(f.t, 60, 60)).into(200, nil)
	f.send("PUT", path(v, "/chapters"), f.as("ada"), m{"chapters": []any{m{"timecode": 0, "title": "Start"}}}).into(204, nil)
	f.captions(v)
	c := f.say("bob", v, 0, "Hello @ada")
	f.say("ada", v, c.ID, "Hello")
	s.thread = c.ID
	s.list = f.list("ada", m{"displayName": "All", "description": "a playlist", "privacy": 1, "videoChannelId": f.channelOf("ada")})
	f.putIn("ada", s.list, m{"videoId": v.ID, "startTimestamp": 1, "stopTimestamp": 2})
	f.send("PUT", path(v, "/watching"), f.as("ada"), m{"currentTime": 1}).into(204, nil)
	f.send("POST", subs, f.as("bob"), m{"uri": "ada_channel"}).into(204, nil)
	f.report("bob", m{"reason": "Bad", "predefinedReasons": []string{"privacy"}, "video": m{"id": v.ID, "startAt": 1, "endAt": 2}})
	f.send("POST", "/api/v1/server/blocklist/accounts", f.as("mod"), m{"accountName": "eve"}).into(404, nil)
	f.as("eve")
	f.send("POST", "/api/v1/server/blocklist/accounts", f.as("mod"), m{"accountName": "eve"}).into(204, nil)
	f.work()
	f.add(video.Draft{}, api.Published)
	until(f.t, "ada to hear of her video", func() bool { return f.heard("ada", "?typeOneOf=6") == "6 6" })
	return s
}
