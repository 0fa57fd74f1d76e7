package api

import (
	"context"
	"testing"

	"shoal/server/delivery"
	"shoal/shared/api"
)

func TestHowItGoesWithOtherServers(t *testing.T) {
	o := newOffice(t)
	const list = "/api/v1/server/federation/hosts"
	one := func(action string) string { return list + "/far.example/" + action }
	o.get(list, "").refused(401, "unauthorized_request")
	o.get(list, o.mod).refused(403, "")
	o.get(list+"?sort=x", o.root).refused(400, "")
	o.get(list+"?state=x", o.root).refused(400, "")
	for _, action := range []string{"pause", "resume", "retry"} {
		o.send("POST", one(action), "", nil).refused(401, "unauthorized_request")
		o.send("POST", one(action), o.mod, nil).refused(403, "")
		o.send("POST", one(action), o.root, nil).refused(404, "")
		o.send("POST", list+"/no_host/"+action, o.root, nil).refused(400, "")
	}
	o.get(list+"/far.example", o.root).refused(404, "")
	err := delivery.Add(context.Background(), o.pool, delivery.Item{ActorID: 1, Object: "x", Body: []byte(`{}`), To: []string{"https://far.example/inbox"}})
	if err != nil {
		t.Fatal(err)
	}
	o.exec(`INSERT INTO remote_host (host, successes, misses, failures, failing_since, open_until, last_error, last_error_at)
		VALUES ('far.example', 3, 1, 4, now(), now() + interval '1 hour', 'no connection', now()), ('near.example', 1, 0, 0, NULL, NULL, '', NULL)`)
	o.exec(`UPDATE remote_host SET last_success_at = now() WHERE host = 'near.example'`)
	var page api.Page[api.FederationHost]
	o.get(list+"?sort=-queue", o.root).into(200, &page)
	if page.Total != 2 || page.Data[0].Host != "far.example" || page.Data[0].State != "unreachable" || page.Data[0].Queue != 1 || *page.Data[0].SuccessRate != 0.75 ||
		*page.Data[0].LastError != "no connection" || page.Data[0].NextTryAt == nil || page.Data[1].State != "working" || page.Data[1].LastError != nil {
		t.Errorf("%+v", page)
	}
	for _, q := range []string{"?state=working", "?search=NEAR", "?sort=-host&count=1"} {
		if o.get(list+q, o.root).into(200, &page); len(page.Data) != 1 || page.Data[0].Host != "near.example" {
			t.Errorf("%s: %+v", q, page)
		}
	}
	state := func() string {
		var h api.FederationHost
		o.get(list+"/far.example", o.root).into(200, &h)
		return h.State
	}
	o.send("POST", one("pause"), o.root, nil).into(204, nil)
	if state() != "paused" || o.count(`SELECT count(*) FROM delivery WHERE parked`) != 1 {
		t.Error(state())
	}
	o.send("POST", one("retry"), o.root, nil).refused(409, "")
	o.send("POST", one("resume"), o.root, nil).into(204, nil)
	o.send("POST", one("retry"), o.root, nil).into(204, nil)
	if state() != "unreachable" || o.count(`SELECT count(*) FROM remote_host WHERE open_until <= now()`) != 1 {
		t.Error(state(), "and not to be tried now")
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE domain = 'federation'`); n != 3 {
		t.Errorf("%d entries of the audit", n)
	}
}
