package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

// includedNames are the names that include adds to each video of a list.
var includedNames = []string{"scheduledUpdate", "blockedOwner", "blockedServer", "files", "streamingPlaylists", "captions", "videoSource", "automaticTags", "tags"}

func TestListsTellModeratorsMore(t *testing.T) {
	f := newFilms(t)
	at := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	v := f.add(video.Draft{Name: "Ducks", Tags: []string{"Birds"}, Schedule: api.ScheduleUpdate{UpdateAt: &at}}, api.Published)
	ctx := context.Background()
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		return video.SetCaption(ctx, tx, v.ID, video.Caption{Language: "en", Filename: "duck-en.vtt"})
	})
	if err != nil {
		t.Fatal(err)
	}
	f.exec(fmt.Sprintf(`INSERT INTO video_auto_tag (video_id, tag) VALUES (%d, 'loud')`, v.ID))
	for bits, want := range map[int][]string{
		0: {}, 1: {"scheduledUpdate"}, 2: {}, 4: {"blockedOwner", "blockedServer"}, 8: {"files", "streamingPlaylists"}, 16: {"captions"},
		32: {"videoSource"}, 64: {"automaticTags"}, 128: {"tags"}, 255: includedNames,
	} {
		for _, list := range []string{"videos", "search/videos", "accounts/ada/videos", "video-channels/ada_channel/videos"} {
			var page api.Page[map[string]json.RawMessage]
			f.get(fmt.Sprintf("/api/v1/%s?include=%d", list, bits), f.as("mod")).into(200, &page)
			if len(page.Data) != 1 {
				t.Fatalf("%s, %d: %d videos", list, bits, len(page.Data))
			}
			for _, name := range includedNames {
				if _, is := page.Data[0][name]; is != slices.Contains(want, name) {
					t.Errorf("%s, %d: %s is there: %v", list, bits, name, is)
				}
			}
		}
	}
	var page api.Page[struct {
		included
		Source *source `json:"videoSource"`
	}]
	f.get("/api/v1/videos?include=255", f.as("mod")).into(200, &page)
	got := page.Data[0]
	if len(got.StreamingPlaylists) != 1 || len(got.StreamingPlaylists[0].Files) != 2 || len(got.Files) != 0 || len(got.Captions) != 1 || got.Captions[0].Language.Label != "English" ||
		got.Source == nil || got.Source.Filename != "ducks.mp4" || got.Source.Size != 5000 || !slices.Equal(got.AutomaticTags, []string{"loud"}) ||
		!slices.Equal(got.Tags, []string{"Birds"}) || *got.BlockedOwner || *got.BlockedServer || !got.ScheduledUpdate.UpdateAt.Equal(at) {
		t.Errorf("got %+v", got)
	}
	f.send("POST", "/api/v1/server/blocklist/accounts", f.as("mod"), map[string]any{"accountName": "ada"}).into(204, nil)
	f.get("/api/v1/videos?include=4", f.as("mod")).into(200, &page)
	if len(page.Data) != 1 || !*page.Data[0].BlockedOwner {
		t.Errorf("got %+v", page.Data)
	}
}

func TestWhatListsTellIsForModerators(t *testing.T) {
	f := newFilms(t)
	f.add(video.Draft{Name: "Ducks"}, api.Published)
	for _, list := range []string{"videos", "search/videos", "accounts/ada/videos", "video-channels/ada_channel/videos"} {
		for bits := 1; bits <= includeTags; bits *= 2 {
			for _, who := range []string{"", "ada", "eve"} {
				f.get(fmt.Sprintf("/api/v1/%s?include=%d", list, bits), f.as(who)).refused(401, "")
			}
		}
		for _, wrong := range []string{"-1", "256", "x"} {
			f.get("/api/v1/"+list+"?include="+wrong, f.as("mod")).refused(400, "")
		}
	}
	// The lists of one's own pass it over.
	var page api.Page[map[string]json.RawMessage]
	f.get("/api/v1/users/me/videos?include=255", f.as("ada")).into(200, &page)
	if _, is := page.Data[0]["videoSource"]; is {
		t.Errorf("got %v", page.Data)
	}
}
