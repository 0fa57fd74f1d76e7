package api

import (
	"fmt"
	"testing"

	"shoal/server/instance"
	"shoal/shared/api"
)

const adas = "/api/v1/video-channels/ada_channel"

func (o *office) invite(token, handle string) reply {
	return o.send("POST", adas+"/collaborators/invite", token, map[string]any{"accountHandle": handle})
}

func TestPeopleWorkOnAChannel(t *testing.T) {
	o := newOffice(t)
	bob := o.join("bob", api.Member)
	token := o.signIn("bob").AccessToken
	o.invite("", "bob").refused(401, "unauthorized_request")
	o.invite(o.eve, "bob").refused(403, "")
	o.invite(o.ada, "").refused(400, "")
	o.invite(o.ada, "nobody").refused(404, "")
	o.invite(o.ada, "ada").refused(400, "")
	o.invite(o.ada, "bob@elsewhere.example").refused(404, "")
	o.invite(o.ada, "eve_channel").refused(404, "")
	var made struct{ Collaborator api.Collaborator }
	o.invite(o.ada, "@Bob@"+host(o.url)).into(200, &made)
	if c := made.Collaborator; c.Account.Name != "bob" || c.State.ID != 1 || c.State.Label != "Pending" || c.Account.Host != host(o.url) {
		t.Errorf("got %+v", c)
	}
	o.invite(o.ada, "bob").refused(409, "")
	one := fmt.Sprintf("%s/collaborators/%d", adas, made.Collaborator.ID)
	// Asked is not yet in.
	o.send("PUT", adas, token, map[string]any{"displayName": "Bob's"}).refused(403, "")
	for _, action := range []string{"accept", "reject"} {
		o.send("POST", one+"/"+action, "", nil).refused(401, "unauthorized_request")
		o.send("POST", one+"/"+action, o.eve, nil).refused(403, "")
		o.send("POST", one+"/"+action, o.ada, nil).refused(403, "")
		o.send("POST", adas+"/collaborators/999/"+action, token, nil).refused(404, "")
		o.send("POST", adas+"/collaborators/x/"+action, token, nil).refused(400, "")
		o.send("POST", fmt.Sprintf("/api/v1/video-channels/eve_channel/collaborators/%d/%s", made.Collaborator.ID, action), token, nil).refused(404, "")
	}
	o.send("POST", one+"/accept", token, nil).into(204, nil)
	o.send("POST", one+"/accept", token, nil).refused(400, "")
	o.send("POST", one+"/reject", token, nil).refused(400, "")
	o.send("PUT", adas, token, map[string]any{"displayName": "Ada and Bob"}).into(204, nil)
	o.pick(adas+"/avatar/pick", token, "avatarfile", photo(t, 60, 60)).into(200, nil)
	// But what is the owner's stays the owner's.
	o.send("DELETE", adas, token, nil).refused(403, "")
	o.invite(token, "eve").refused(403, "")
	o.send("POST", adas+"/give-ownership", token, map[string]any{"username": "bob"}).refused(403, "")
	var me api.User
	o.get("/api/v1/users/me", token).into(200, &me)
	if len(me.VideoChannelCollaboration) != 1 || me.VideoChannelCollaboration[0].Name != "ada_channel" || me.VideoChannelCollaboration[0].OwnerAccount.Name != "ada" {
		t.Errorf("got %+v", me.VideoChannelCollaboration)
	}
	var page api.Page[api.Collaborator]
	o.get(adas+"/collaborators", "").refused(401, "unauthorized_request")
	o.get(adas+"/collaborators", o.eve).refused(403, "")
	o.get(adas+"/collaborators", token).into(200, &page)
	if page.Total != 1 || page.Data[0].State.Label != "Accepted" {
		t.Errorf("got %+v", page)
	}
	var done api.Page[api.Activity]
	o.get(adas+"/activities", "").refused(401, "unauthorized_request")
	o.get(adas+"/activities", o.eve).refused(403, "")
	o.get(adas+"/activities?sort=x", token).refused(400, "")
	o.get(adas+"/activities?count=1", token).into(200, &done)
	if a := done.Data[0]; done.Total != 2 || a.Account.Name != "bob" || a.Action.ID != 2 || a.TargetType.ID != 3 || a.Channel.Name != "ada_channel" {
		t.Errorf("got %+v", done)
	}
	o.send("DELETE", one, "", nil).refused(401, "unauthorized_request")
	o.send("DELETE", one, o.eve, nil).refused(403, "")
	o.send("DELETE", one, token, nil).into(204, nil) // one may go by oneself
	o.send("PUT", adas, token, map[string]any{"displayName": "Bob's"}).refused(403, "")
	o.invite(o.ada, "bob").into(200, &made)
	one = fmt.Sprintf("%s/collaborators/%d", adas, made.Collaborator.ID)
	o.send("POST", one+"/reject", token, nil).into(204, nil)
	o.invite(o.ada, "bob").into(200, &made)
	o.send("DELETE", fmt.Sprintf("%s/collaborators/%d", adas, made.Collaborator.ID), o.ada, nil).into(204, nil)
	if n := o.count(`SELECT count(*) FROM channel_collaborator`); n != 0 {
		t.Errorf("%d are left", n)
	}
	for i := range 20 {
		o.join(fmt.Sprintf("friend%d", i), api.Member)
		o.invite(o.ada, fmt.Sprintf("friend%d", i)).into(200, nil)
	}
	o.invite(o.ada, "bob").refused(400, "")
	_ = bob
}

func (o *office) offer(token, to string) reply {
	return o.send("POST", adas+"/give-ownership", token, map[string]any{"username": to})
}

// offers are the transfers that a person sees.
func (o *office) offers(token, query string) (page api.Page[api.Transfer]) {
	o.t.Helper()
	o.get("/api/v1/video-channels/ownership"+query, token).into(200, &page)
	return page
}

func TestAChannelChangesHands(t *testing.T) {
	o := newOffice(t)
	o.offer("", "eve").refused(401, "unauthorized_request")
	o.offer(o.eve, "eve").refused(403, "")
	o.offer(o.ada, "").refused(400, "")
	o.offer(o.ada, "nobody").refused(400, "")
	o.offer(o.ada, "ada").refused(400, "")
	o.send("POST", "/api/v1/video-channels/nobody/give-ownership", o.ada, map[string]any{"username": "eve"}).refused(404, "")
	o.offer(o.ada, "eve").into(204, nil)
	o.offer(o.ada, "mod").refused(400, "")
	got := o.offers(o.eve, "")
	if x := got.Data[0]; got.Total != 1 || x.State.ID != 1 || x.Status != "WAITING" || x.Giver.Name != "ada" || x.Taker.Name != "eve" || x.Channel.Name != "ada_channel" || x.Giver.UserID == nil {
		t.Fatalf("got %+v", got)
	}
	one := fmt.Sprintf("/api/v1/video-channels/ownership/%d", got.Data[0].ID)
	for _, action := range []string{"/accept", "/refuse"} {
		o.send("POST", one+action, "", nil).refused(401, "unauthorized_request")
		o.send("POST", one+action, o.ada, nil).refused(403, "")
		o.send("POST", one+action, o.mod, nil).refused(403, "")
		o.send("POST", "/api/v1/video-channels/ownership/999"+action, o.eve, nil).refused(404, "")
		o.send("POST", "/api/v1/video-channels/ownership/x"+action, o.eve, nil).refused(400, "")
	}
	o.send("DELETE", one, o.eve, nil).refused(403, "")
	o.send("POST", one+"/accept", o.eve, nil).refused(409, "") // ada's last one
	o.send("POST", "/api/v1/video-channels", o.ada, map[string]any{"name": "zoo", "displayName": "Zoo"}).into(200, nil)
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT id, 'a', 'Ducks', 1, 1 FROM channel c WHERE actor_id = (SELECT id FROM actor WHERE name = 'ada_channel')`)
	o.exec(`INSERT INTO video_source (video_id, filename, key, size) SELECT id, 'a.mp4', '', 1000 FROM video`)
	o.exec(`UPDATE member SET quota = 999 WHERE username = 'eve'`)
	o.send("POST", one+"/accept", o.eve, nil).refused(413, "quota_reached")
	o.exec(`UPDATE member SET quota = 1000 WHERE username = 'eve'`)
	o.set(func(s *instance.Settings) { s.MaxChannels = 1 })
	o.send("POST", one+"/accept", o.eve, nil).refused(409, "")
	o.set(func(s *instance.Settings) { s.MaxChannels = 20 })
	o.send("POST", one+"/accept", o.eve, nil).into(204, nil)
	o.send("POST", one+"/accept", o.eve, nil).refused(400, "")
	o.send("POST", one+"/refuse", o.eve, nil).refused(400, "")
	o.send("DELETE", one, o.ada, nil).refused(400, "")
	var c api.Channel
	if o.get(adas, "").into(200, &c); c.OwnerAccount.Name != "eve" {
		t.Errorf("got %+v", c.OwnerAccount)
	}
	o.send("PUT", adas, o.ada, map[string]any{"displayName": "Mine"}).refused(403, "")
	o.send("PUT", adas, o.eve, map[string]any{"displayName": "Mine"}).into(204, nil)
	// Each of them has one default channel.
	if n := o.count(`SELECT count(*) FROM (SELECT account_id FROM channel GROUP BY account_id HAVING count(*) FILTER (WHERE is_default) <> 1) x`); n != 0 {
		t.Errorf("%d accounts without a default channel", n)
	}
	if got := o.offers(o.ada, "?state=3"); got.Total != 1 || got.Data[0].State.Label != "Accepted" {
		t.Errorf("got %+v", got)
	}
	if got := o.offers(o.mod, ""); got.Total != 0 || got.Data == nil {
		t.Errorf("a stranger sees %+v", got)
	}
	o.get("/api/v1/video-channels/ownership", "").refused(401, "unauthorized_request")
	o.get("/api/v1/video-channels/ownership?state=9", o.ada).refused(400, "")
	o.get("/api/v1/video-channels/ownership?sort=x", o.ada).refused(400, "")
	o.get(adas+"/ownership", o.ada).refused(403, "")
	var page api.Page[api.Transfer]
	if o.get(adas+"/ownership", o.eve).into(200, &page); page.Total != 1 {
		t.Errorf("got %+v", page)
	}
}

func TestAnOfferEnds(t *testing.T) {
	o := newOffice(t)
	o.send("POST", "/api/v1/video-channels", o.ada, map[string]any{"name": "zoo", "displayName": "Zoo"}).into(200, nil)
	o.offer(o.ada, "eve").into(204, nil)
	id := o.offers(o.eve, "").Data[0].ID
	o.send("POST", fmt.Sprintf("/api/v1/video-channels/ownership/%d/refuse", id), o.eve, nil).into(204, nil)
	if got := o.offers(o.ada, "").Data[0]; got.Status != "REFUSED" {
		t.Errorf("got %+v", got)
	}
	o.offer(o.ada, "eve").into(204, nil)
	id = o.offers(o.eve, "?state=1").Data[0].ID
	o.send("DELETE", fmt.Sprintf("/api/v1/video-channels/ownership/%d", id), o.ada, nil).into(204, nil)
	o.send("DELETE", fmt.Sprintf("/api/v1/video-channels/ownership/%d", id), o.ada, nil).refused(404, "")
	var c api.Channel
	if o.get(adas, "").into(200, &c); c.OwnerAccount.Name != "ada" {
		t.Errorf("got %+v", c.OwnerAccount)
	}
	o.send("POST", adas+"/import-videos", o.ada, map[string]any{}).refused(501, "")
	o.send("PUT", adas, o.ada, map[string]any{"publicEmail": "ada@example.org"}).into(204, nil)
	o.send("PUT", adas, o.ada, map[string]any{"publicEmail": "nowhere"}).refused(400, "")
	if o.get(adas, "").into(200, &c); c.PublicEmail == nil || *c.PublicEmail != "ada@example.org" {
		t.Errorf("got %+v", c)
	}
}

// heard are the types of someone's notifications, the newest first.
func (o *office) heard(token string) (types []int) {
	o.t.Helper()
	var page struct{ Data []struct{ Type int } }
	o.get("/api/v1/users/me/notifications", token).into(200, &page)
	for _, n := range page.Data {
		types = append(types, n.Type)
	}
	return types
}

func TestPeopleHearOfOffers(t *testing.T) {
	o := newOffice(t)
	o.send("POST", "/api/v1/video-channels", o.ada, map[string]any{"name": "zoo", "displayName": "Zoo"}).into(200, nil)
	var made struct{ Collaborator api.Collaborator }
	o.invite(o.ada, "eve").into(200, &made)
	o.send("POST", fmt.Sprintf("%s/collaborators/%d/accept", adas, made.Collaborator.ID), o.eve, nil).into(204, nil)
	o.offer(o.ada, "eve").into(204, nil)
	o.send("POST", fmt.Sprintf("/api/v1/video-channels/ownership/%d/refuse", o.offers(o.eve, "").Data[0].ID), o.eve, nil).into(204, nil)
	if got := fmt.Sprint(o.heard(o.eve)); got != "[29 23]" {
		t.Errorf("eve hears %s", got)
	}
	if got := fmt.Sprint(o.heard(o.ada)); got != "[31 24]" {
		t.Errorf("ada hears %s", got)
	}
	o.set(func(s *instance.Settings) { s.SignUp.Open = true })
	o.send("POST", registerPath, "", newcomer("bob")).into(204, nil)
	o.set(func(s *instance.Settings) { s.SignUp.Approval = true })
	o.send("POST", requestPath, "", newcomer("carl", "registrationReason", "please")).into(200, nil)
	for who, token := range map[string]string{"root": o.root, "mod": o.mod} {
		if got := fmt.Sprint(o.heard(token)); got != "[20 9]" {
			t.Errorf("%s hears %s", who, got)
		}
	}
}
