package api

import (
	"fmt"
	"testing"

	"shoal/server/instance"
	"shoal/shared/api"
)

func TestHowPlayersLook(t *testing.T) {
	o := newOffice(t)
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT id, 'a', 'Ducks', 1, 1 FROM channel WHERE actor_id = (SELECT id FROM actor WHERE name = 'ada_channel')`)
	o.exec(`INSERT INTO video (channel_id, url, name, privacy, state) SELECT channel_id, 'b', 'Secret ducks', 3, 1 FROM video`)
	video := fmt.Sprintf("/api/v1/player-settings/videos/%d", o.count(`SELECT id FROM video WHERE privacy = 1`))
	secret := fmt.Sprintf("/api/v1/player-settings/videos/%d", o.count(`SELECT id FROM video WHERE privacy = 3`))
	const channel = "/api/v1/player-settings/video-channels/ada_channel"
	theme := func(path, want string) {
		t.Helper()
		var got look
		if o.get(path, "").into(200, &got); got.Theme != want {
			t.Errorf("%s: %s, not %s", path, got.Theme, want)
		}
	}
	theme(video, "galaxy")
	theme(video+"?raw=true", "channel-default")
	theme(channel+"?raw=true", "instance-default")
	o.send("PUT", channel, o.ada, look{"lucide"}).into(200, nil)
	theme(video, "lucide")
	theme(channel, "lucide")
	o.send("PUT", video, o.ada, look{"instance-default"}).into(200, nil)
	o.set(func(s *instance.Settings) { s.Player.Theme = "lucide" })
	theme(video, "lucide")
	o.ask(ask{method: "PUT", path: video, kind: formType, body: "theme=galaxy", header: auth(o.ada)}).into(200, nil)
	theme(video+"/", "galaxy")
	for _, path := range []string{video, channel} {
		o.send("PUT", path, "", look{"galaxy"}).refused(401, "unauthorized_request")
		o.send("PUT", path, o.eve, look{"lucide"}).refused(403, "")
		o.send("PUT", path, o.ada, look{"x"}).refused(400, "")
		o.get(path+"?raw=x", "").refused(400, "")
	}
	o.send("PUT", channel, o.ada, look{"channel-default"}).refused(400, "")
	o.get(secret, "").refused(401, "unauthorized_request")
	o.get("/api/v1/player-settings/videos/999999", "").refused(404, "")
	o.get("/api/v1/player-settings/video-channels/nobody", "").refused(404, "")
}

func TestTheLanguageOfPages(t *testing.T) {
	g := newRig(t)
	for _, name := range []string{"update-language", "update-interface-language"} {
		path := "/api/v1/client-config/" + name
		r := g.send("POST", path, "", map[string]any{"language": "fr-CA"})
		r.into(204, nil)
		if got := r.header.Get("Set-Cookie"); got != "lang=fr-CA; Path=/; Max-Age=31536000; SameSite=Lax" {
			t.Errorf("got %q", got)
		}
		if got := g.send("POST", path, "", map[string]any{"language": nil}).header.Get("Set-Cookie"); got != "lang=; Path=/; Max-Age=0; SameSite=Lax" {
			t.Errorf("got %q", got)
		}
		g.send("POST", path, "", map[string]any{"language": "fr; Domain=x"}).refused(400, "")
		g.ask(ask{method: "POST", path: path, kind: formType, body: "language=de", header: map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}}).refused(403, "")
	}
}

func TestAllAccounts(t *testing.T) {
	g := newRig(t)
	for _, name := range []string{"ada", "bob", "eve"} {
		g.join(name, api.Member)
	}
	for query, want := range map[string]string{"": "[eve bob ada]", "?sort=createdAt&count=2": "[ada bob]", "?start=2": "[ada]", "?start=9": "[]"} {
		var page api.Page[api.Account]
		g.get("/api/v1/accounts"+query, "").into(200, &page)
		names := []string{}
		for _, a := range page.Data {
			names = append(names, a.Name)
		}
		if fmt.Sprint(names) != want || page.Total != 3 || page.Data == nil {
			t.Errorf("%s: %v of %d", query, names, page.Total)
		}
	}
	g.get("/api/v1/accounts?sort=password", "").refused(400, "")
	g.get("/api/v1/accounts?count=101", "").refused(400, "")
}
