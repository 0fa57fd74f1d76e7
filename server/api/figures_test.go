package api

import (
	"strconv"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

func TestReportsAndPlaylistsAreInTheFigures(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "One"}, api.Published)
	f.join("mod", api.Moderator)
	var made struct{ Abuse struct{ ID int64 } }
	f.send("POST", "/api/v1/abuses", f.as("bob"), map[string]any{"reason": "not good", "video": map[string]any{"id": v.ID}}).into(200, &made)
	f.send("POST", "/api/v1/abuses", f.as("eve"), map[string]any{"reason": "not good", "video": map[string]any{"id": v.ID}}).into(200, nil)
	f.send("PUT", "/api/v1/abuses/"+strconv.FormatInt(made.Abuse.ID, 10), f.signIn("mod").AccessToken, map[string]any{"state": 3}).into(204, nil)
	var me api.User
	f.get("/api/v1/users/me", f.as("ada")).into(200, &me)
	f.send("POST", "/api/v1/video-playlists", f.as("ada"), map[string]any{"displayName": "Ducks", "privacy": 1, "videoChannelId": me.VideoChannels[0].ID}).into(200, nil)
	f.send("POST", "/api/v1/video-playlists", f.as("ada"), map[string]any{"displayName": "Mine", "privacy": 3}).into(200, nil)
	var s api.Stats
	f.get("/api/v1/server/stats", "").into(200, &s)
	if s.Abuses != 2 || s.AbusesProcessed != 1 || s.AbuseTime == nil || *s.AbuseTime < 0 || s.Playlists != 1 {
		t.Errorf("got %+v", s)
	}
}
