package apub_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shoal/server/activity/activitytest"
	"shoal/server/apub/objects"
	"shoal/shared/api"
)

// crawl leafs through a list as PeerTube does: first, then next.
func (w *world) crawl(list string) (items []any) {
	w.t.Helper()
	root := w.get(list).object()
	at, seen := activitytest.Text(root["first"]), map[string]bool{}
	for at != "" {
		if seen[at] {
			w.t.Fatalf("%s leads back to itself", at)
		}
		seen[at] = true
		r := w.get(at).ok()
		activitytest.Check(w.t, r.body)
		o := r.object()
		part := activitytest.List(o["orderedItems"])
		if o["id"] != at || o["partOf"] != root["id"] || o["totalItems"] != root["totalItems"] || len(part) == 0 || len(part) > objects.PerPage {
			w.t.Errorf("%s: %d items, %v", at, len(part), o["totalItems"])
		}
		items, at = append(items, part...), activitytest.Text(o["next"])
	}
	if float64(len(items)) != root["totalItems"] {
		w.t.Errorf("%s has %v items, not %d", list, root["totalItems"], len(items))
	}
	return items
}

func TestListsAreLeafedThrough(t *testing.T) {
	w := newWorld(t)
	w.live()
	for i := range 22 {
		w.add(uuid.New(), fmt.Sprintf("Film %d", i), api.Public)
		w.say(w.bob, fmt.Sprintf("Comment %d", i), 0)
	}
	w.add(uuid.New(), "Nobody sees this", api.Private)
	for list, want := range map[string]int{
		"/accounts/ada/outbox": 23, "/accounts/peertube/outbox": 23, "/video-channels/ada_channel/outbox": 23, "/accounts/bob/outbox": 0,
		"/video-channels/ada_channel/followers": 1, "/accounts/bob/following": 1, "/accounts/ada/playlists": 1,
		string(objects.CommentsID(objects.VideoID(site, w.film.UUID))): 24, string(objects.SharesID(objects.VideoID(site, w.film.UUID))): 2,
	} {
		items := w.crawl(list)
		if len(items) != want {
			t.Errorf("%s has %d items", list, len(items))
		}
		seen := map[string]bool{}
		for _, i := range items {
			id := activitytest.Text(i)
			if o, ok := i.(map[string]any); ok {
				id = activitytest.Text(o["id"])
			}
			if seen[id] {
				t.Errorf("%s has %s twice", list, id)
			}
			seen[id] = true
		}
	}
}

// TestOddFilmsAreTakenToo changes one thing of a film at a time.
func TestOddFilmsAreTakenToo(t *testing.T) {
	w := newWorld(t)
	at := "/videos/watch/" + w.film.UUID.String()
	for _, c := range []struct {
		sql  string
		want func(v map[string]any) bool
	}{
		{`UPDATE video SET description = 'ab'`, func(v map[string]any) bool { return v["content"] == nil }},
		{`UPDATE video SET description = NULL, support = NULL, category = NULL, licence = NULL, language = NULL, tags = '{}'`, func(v map[string]any) bool {
			return v["content"] == nil && v["support"] == nil && v["category"] == nil && len(activitytest.List(v["tag"])) == 0
		}},
		{`UPDATE video SET nsfw = true, nsfw_flags = 7, nsfw_summary = 'A hawk.'`, func(v map[string]any) bool {
			return v["sensitive"] == true && v["summary"] == "A hawk." && strings.Contains(fmt.Sprint(v["tag"]), "explicitSex") && strings.Contains(fmt.Sprint(v["tag"]), "violent")
		}},
		{`UPDATE video SET comments_policy = 2`, func(v map[string]any) bool { return v["commentsEnabled"] == false && v["canReply"] != nil }},
		{`UPDATE video SET comments_policy = 3`, func(v map[string]any) bool {
			return v["commentsEnabled"] == true && v["canReply"] != nil && v["commentsPolicy"] == 3.0
		}},
		{`UPDATE video SET embed_policy = 2`, func(v map[string]any) bool { return v["embedUrl"] == nil }},
		{`UPDATE video SET download_enabled = false`, func(v map[string]any) bool { return v["downloadEnabled"] == false }},
		{`UPDATE video SET width = 0, height = 0, duration = 0.2`, func(v map[string]any) bool { return v["aspectRatio"] == nil && v["duration"] == "PT0S" }},
		{`UPDATE video SET name = 'Enten & Gänse <3 "鴨" 🦆'`, func(v map[string]any) bool { return v["name"] == `Enten & Gänse <3 "鴨" 🦆` }},
		{`UPDATE video SET updated_at = published_at - interval '1 year'`, func(v map[string]any) bool { return v["updated"] == v["published"] }},
		{`UPDATE video SET originally_published_at = '1969-07-20 20:17:40Z'`, func(v map[string]any) bool { return v["originallyPublishedAt"] == "1969-07-20T20:17:40.000Z" }},
		{`DELETE FROM video_storyboard`, func(v map[string]any) bool { return v["preview"] == nil }},
		{`DELETE FROM video_caption`, func(v map[string]any) bool { return len(activitytest.List(v["subtitleLanguage"])) == 0 }},
		{`DELETE FROM video_image WHERE kind = 'thumbnail'`, func(v map[string]any) bool { return len(activitytest.List(v["icon"])) == 1 }},
	} {
		w.exec(c.sql)
		r := w.get(at).ok()
		activitytest.Check(t, r.body)
		if !c.want(r.object()) {
			t.Errorf("%s: %.2000s", c.sql, r.body)
		}
	}
}
