package api

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/shared/api"
)

// works makes someone work on a channel.
func (f *films) works(who, channel string) {
	f.t.Helper()
	const add = `
		INSERT INTO channel_collaborator (channel_id, account_id, accepted)
		SELECT c.id, a.id, true FROM channel c JOIN actor ca ON ca.id = c.actor_id AND ca.name = @channel, account a JOIN actor aa ON aa.id = a.actor_id AND aa.name = @who`
	if _, err := f.pool.Exec(context.Background(), add, pgx.NamedArgs{"who": who, "channel": channel}); err != nil {
		f.t.Fatal(err)
	}
}

func TestWhoWorksOnAChannelEditsItsVideos(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "Secret", Privacy: api.Private}, api.Published)
	draft := f.add(video.Draft{Name: "Draft"}, api.ToTranscode)
	f.as("eve")
	path := "/api/v1/videos/" + v.UUID.String()
	var other struct {
		Channel struct{ ID int64 } `json:"videoChannel"`
	}
	f.send("POST", "/api/v1/video-channels", f.as("ada"), map[string]any{"name": "ada_second", "displayName": "Second"}).into(200, &other)
	rename := map[string]any{"name": "Changed"}
	f.get(path, f.as("bob")).refused(403, "")
	f.send("PUT", path, f.as("bob"), rename).refused(404, "")
	f.works("bob", "ada_channel")
	f.get(path, f.as("bob")).into(200, nil)
	f.get("/api/v1/videos/"+draft.UUID.String(), f.as("bob")).into(200, nil)
	f.send("PUT", path, f.as("bob"), rename).into(204, nil)
	f.get(path+"/embed-privacy", f.as("bob")).into(200, nil)
	// What is the owner's stays the owner's.
	f.send("PUT", path, f.as("bob"), map[string]any{"channelId": other.Channel.ID}).refused(400, "")
	f.send("POST", path+"/give-ownership", f.as("bob"), map[string]any{"username": "eve"}).refused(404, "")
	f.get(path, f.as("eve")).refused(403, "")
	f.send("PUT", path, f.as("eve"), rename).refused(404, "")
	f.works("bob", "ada_second")
	f.send("PUT", path, f.as("bob"), map[string]any{"channelId": other.Channel.ID}).into(204, nil)
	f.send("DELETE", path, f.as("bob"), nil).into(204, nil)
	f.get(path, f.as("ada")).refused(404, "")
}

func TestBlockedVideosAreNotCounted(t *testing.T) {
	f := newFilms(t)
	f.add(video.Draft{Name: "One"}, api.Published)
	v := f.add(video.Draft{Name: "Two"}, api.Published)
	f.join("mod", api.Moderator)
	f.send("POST", fmt.Sprintf("/api/v1/videos/%d/blacklist", v.ID), f.signIn("mod").AccessToken, map[string]any{"reason": "no"}).into(204, nil)
	var c api.Channel
	if f.get("/api/v1/video-channels/ada_channel", "").into(200, &c); c.VideosCount != 1 {
		t.Errorf("%d videos", c.VideosCount)
	}
}

func TestOwnersSeeTheViewsOfTheirChannels(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{Name: "One"}, api.Published)
	for range 3 {
		if err := video.Viewed(context.Background(), f.pool, v.ID); err != nil {
			t.Fatal(err)
		}
	}
	f.as("bob")
	f.works("ada", "bob_channel")
	list := func(token, query string) api.Page[api.Channel] {
		var page api.Page[api.Channel]
		f.get("/api/v1/accounts/ada/video-channels"+query, token).into(200, &page)
		return page
	}
	const all = "?withStats=true&includeCollaborations=true&sort=id"
	for name, token := range map[string]string{"nobody": "", "bob": f.as("bob")} {
		if page := list(token, all); page.Total != 1 || page.Data[0].ViewsPerDay != nil || page.Data[0].TotalViews != nil {
			t.Errorf("%s: got %+v", name, page.Data)
		}
	}
	page := list(f.as("ada"), all)
	if page.Total != 2 || page.Data[1].Name != "bob_channel" {
		t.Fatalf("got %+v", page)
	}
	days := page.Data[0].ViewsPerDay
	if len(days) != 30 || days[29].Views != 3 || days[28].Views != 0 || *page.Data[0].TotalViews != 3 || *page.Data[1].TotalViews != 0 {
		t.Errorf("got %+v", page.Data[0])
	}
	if page := list(f.as("ada"), ""); page.Total != 1 || page.Data[0].TotalViews != nil {
		t.Errorf("unasked: %+v", page.Data)
	}
	f.get("/api/v1/accounts/ada/video-channels?withStats=x", f.as("ada")).refused(400, "")
}
