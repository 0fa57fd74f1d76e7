package tracker

import (
	"testing"

	"shoal/server/instance"
	"shoal/shared/announce"
)

func TestTwoViewersMeet(t *testing.T) {
	g := newRig(t)
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	ada.announce(ducks, "", 3)
	if m := ada.next(); m.Kind != announce.Reply || m.Incomplete != 2 || m.Complete != 0 || m.Interval != 120 || m.Infohash != ducks {
		t.Errorf("got %+v", m)
	}
	offer := ben.next()
	if offer.Kind != announce.Offered || offer.PeerID != ada.id || announce.SDP(offer.Description) != name(ada.id) {
		t.Errorf("got %+v", offer)
	}
	if more := ben.offers(); len(more) != 0 {
		t.Errorf("the same viewer got %d offers more", len(more))
	}
	ben.answer(offer)
	if m := ada.next(); m.Kind != announce.Answer || m.PeerID != ben.id || m.OfferID != offer.OfferID || announce.SDP(m.Description) != "yes" {
		t.Errorf("got %+v", m)
	}
	if own := ben.heard(); len(own) != 0 {
		t.Errorf("an answer was answered: %+v", own)
	}
}

func TestCountsFollowWhoIsThere(t *testing.T) {
	g := newRig(t)
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	ben.send(announce.Request{Kind: announce.Announce, Infohash: ducks, PeerID: ben.id, Event: announce.Completed})
	if m := ben.next(); m.Complete != 1 || m.Incomplete != 1 {
		t.Errorf("got %+v", m)
	}
	ada.announce(ducks, announce.Stopped, 0)
	if all := ada.heard(); len(all) != 0 {
		t.Errorf("a farewell was answered: %+v", all)
	}
	ben.send(announce.Request{Kind: announce.Announce, Infohash: ducks, PeerID: ben.id})
	if m := ben.next(); m.Complete != 1 || m.Incomplete != 0 {
		t.Errorf("got %+v", m)
	}
	_ = ben.Close()
	g.until("the swarm is empty", func() bool { return g.Swarms() == 0 && g.Sockets() == 1 })
	if len(g.viewers) != 0 || len(g.watching) != 0 || len(g.budgets.open) != 1 { // ada is still connected
		t.Errorf("left behind: %v %v %v", g.viewers, g.watching, g.budgets.open)
	}
}

func TestOffersAreSpreadOverOthers(t *testing.T) {
	g := newRig(t)
	others := []*viewer{g.join("127.2.0.1", ducks), g.join("127.3.0.1", ducks), g.join("127.4.0.1", ducks), g.join("127.5.0.1", ducks)}
	ada := g.join("127.1.0.1", ducks)
	ada.announce(ducks, "", 2)
	ada.announce(ducks, "", 2)
	ada.heard()
	for i, o := range others {
		if n := len(o.offers()); n != 1 {
			t.Errorf("viewer %d got %d offers", i, n)
		}
	}
}

func TestManyWhoComeAtOnceAreInOneSwarm(t *testing.T) {
	g := newRig(t)
	viewers := make([]*viewer, 20)
	for i := range viewers {
		viewers[i] = g.dial("")
	}
	for _, v := range viewers {
		v.announce(ducks, announce.Started, 0)
	}
	for _, v := range viewers {
		v.heard()
	}
	if g.Swarms() != 1 || g.Peers() != len(viewers) {
		t.Errorf("%d swarms, %d peers", g.Swarms(), g.Peers())
	}
}

func TestBelowTheThresholdNobodyMeets(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Threshold = 3 })
	sound := hashOf(2)
	g.files[sound] = 1 // of the same video
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	ada.announce(sound, announce.Started, 0) // the same viewer in two swarms
	ada.announce(ducks, "", 2)
	if all := ada.heard(); len(all) != 2 || all[1].Interval != 30 {
		t.Errorf("got %+v", all)
	}
	if n := len(ben.offers()); n != 0 {
		t.Errorf("%d offers", n)
	}
	g.join("127.3.3.3", ducks)
	ada.announce(ducks, "", 2)
	ada.heard()
	if n := len(ben.offers()); n != 1 {
		t.Errorf("%d offers", n)
	}
}
