package main

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"shoal/server/config"
	"shoal/server/rig"
	"shoal/shared/announce"
	"shoal/shared/api"
)

// sharer is a viewer that is connected to the tracker.
type sharer struct {
	t     *testing.T
	ws    *websocket.Conn
	hash  announce.ID
	id    announce.ID
	offer announce.ID
}

// share connects to the tracker as a player does, from an address that a proxy tells; empty for none.
func (s stage) share(t *testing.T, uuid, from string, id byte) *sharer {
	t.Helper()
	head := http.Header{}
	pairs := []string{}
	if from != "" {
		head.Set("X-Forwarded-For", from)
		pairs = []string{"X-Forwarded-For", from}
	}
	c := rig.Client{URL: s.Client.URL}
	w := must(c.Do(soon(t), "GET", "/api/v1/videos/"+uuid+"/peering", nil, pairs...))(t)
	var p api.Peering
	if check(t, json.Unmarshal(w.Body, &p)); w.Status != http.StatusOK {
		t.Fatalf("status %d: %s", w.Status, w.Body)
	}
	if from != "" && p.Address != from {
		t.Errorf("the address is told as %s", p.Address)
	}
	ws, _, err := websocket.DefaultDialer.DialContext(soon(t), p.Tracker, head)
	check(t, err)
	t.Cleanup(func() { _ = ws.Close() })
	v := &sharer{t: t, ws: ws, id: announce.ID{id}, offer: announce.ID{id, 1}}
	copy(v.hash[:], must(hex.DecodeString(p.Files[0].Infohash))(t))
	return v
}

func (v *sharer) announce(event string) {
	v.t.Helper()
	r := announce.Request{
		Kind: announce.Announce, Infohash: v.hash, PeerID: v.id, Event: event,
		Offers: []announce.Offer{{ID: v.offer, Description: announce.Description("offer", "v=0")}},
	}
	check(v.t, v.ws.WriteMessage(websocket.TextMessage, r.Append(nil)))
}

func (v *sharer) hears(kind announce.Kind) (m announce.Message) {
	v.t.Helper()
	check(v.t, v.ws.SetReadDeadline(time.Now().Add(30*time.Second)))
	_, b, err := v.ws.ReadMessage()
	check(v.t, err)
	if check(v.t, m.Parse(b)); m.Kind != kind {
		v.t.Errorf("heard %s", b)
	}
	return m
}

func (v *sharer) closed(code int) {
	v.t.Helper()
	check(v.t, v.ws.SetReadDeadline(time.Now().Add(30*time.Second)))
	for {
		_, _, err := v.ws.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, code) {
			v.t.Errorf("ended with %v, not %d", err, code)
		}
		return
	}
}

func TestViewersOfAPublishedVideoMeet(t *testing.T) {
	s := play(t, func(c *config.Config) { c.Proxy.Trusted = []string{"127.0.0.1/32"} })
	uuid := s.publish(t, film(t, "shared.mp4", small), "Shared")
	ada, ben := s.share(t, uuid, "192.0.2.1", 'a'), s.share(t, uuid, "2001:db8::1", 'b')
	ada.announce(announce.Started)
	ada.hears(announce.Reply)
	ben.announce(announce.Started)
	ben.hears(announce.Reply)
	if m := ada.hears(announce.Offered); m.PeerID != ben.id || m.OfferID != ben.offer {
		t.Errorf("got %+v", m)
	}
	page := must(s.Client.Do(soon(t), "GET", "/metrics", nil))(t)
	for _, line := range []string{"shoal_tracker_swarms 1", "shoal_tracker_peers 2", `shoal_tracker_relayed_total{kind="offer"} 1`, "shoal_tracker_announces_total 2"} {
		if !strings.Contains(string(page.Body), line) {
			t.Errorf("/metrics does not say %q", line)
		}
	}

	// the creator's switch reaches those who are at it
	check(t, s.Client.API().Send(soon(t), "PUT", "/api/v1/videos/"+uuid, map[string]bool{"p2pEnabled": false}, nil))
	ada.closed(announce.CloseOff)
	ben.closed(announce.CloseOff)
	check(t, s.Client.API().Send(soon(t), "PUT", "/api/v1/videos/"+uuid, map[string]bool{"p2pEnabled": true}, nil))

	// and so does the admin's
	ada = s.share(t, uuid, "192.0.2.1", 'a')
	ada.announce(announce.Started)
	ada.hears(announce.Reply)
	check(t, s.Client.API().Send(soon(t), "PUT", "/api/v1/admin/peering", map[string]bool{"enabled": false}, nil))
	ada.closed(announce.CloseOff)
	w := must(s.Client.Do(soon(t), "GET", "/api/v1/videos/"+uuid+"/peering", nil))(t)
	if w.Status != http.StatusForbidden {
		t.Errorf("status %d", w.Status)
	}
	check(t, s.Client.API().Send(soon(t), "PUT", "/api/v1/admin/peering", map[string]bool{"enabled": true}, nil))
	ben = s.share(t, uuid, "192.0.2.2", 'b')
	ben.announce(announce.Started)
	ben.hears(announce.Reply)
}

func TestTheTrackersSocketsEndWithTheServer(t *testing.T) {
	p := run(t, dataFolder(t))
	ws, _, err := websocket.DefaultDialer.DialContext(soon(t), "ws"+strings.TrimPrefix(p.URL, "http")+announce.Path, nil)
	check(t, err)
	defer ws.Close()
	check(t, p.Stop())
	check(t, ws.SetReadDeadline(time.Now().Add(10*time.Second)))
	if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("ended with %v", err)
	}
}
