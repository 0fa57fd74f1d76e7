package tracker

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

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
	g.until("the swarm is empty, and ada is still connected", func() bool {
		g.budgets.mu.Lock()
		defer g.budgets.mu.Unlock()
		return g.Swarms() == 0 && g.Sockets() == 1 && len(g.budgets.open) == 1
	})
	if len(g.viewers) != 0 || len(g.watching) != 0 {
		t.Errorf("left behind: %v %v", g.viewers, g.watching)
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

// BenchmarkAnnounce is an announce with five offers that are all answered, both ends included.
func BenchmarkAnnounce(b *testing.B) {
	g := newRig(b, func(p *instance.Peering) { p.Offers = 10_000_000 })
	sdp := strings.Repeat("a=candidate:1 1 udp 2113937151 2f1c0a7e-8a44-4a0c-9d4b-d6b1f1b6a9a1.local 50000 typ host\r\n", 10)
	offer, answer := announce.Description("offer", sdp), announce.Description("answer", sdp)
	done := make(chan bool, 1000)
	var viewers []*viewer
	var sends []func(announce.Request)
	for i := range 64 {
		d := websocket.Dialer{}
		d.NetDial = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}).Dial
		ws, _, err := d.Dial(g.url+announce.Path, nil)
		if err != nil {
			b.Fatal(err)
		}
		v := &viewer{Conn: ws, g: g, id: announce.ID{byte(i + 1)}}
		viewers = append(viewers, v)
		var mu sync.Mutex
		send := func(r announce.Request) {
			mu.Lock()
			defer mu.Unlock()
			_ = ws.WriteMessage(websocket.TextMessage, r.Append(nil))
		}
		sends = append(sends, send)
		go func() {
			var m announce.Message
			for {
				_, text, err := ws.ReadMessage()
				if err != nil || m.Parse(text) != nil {
					return
				}
				switch m.Kind {
				case announce.Offered:
					send(announce.Request{Kind: announce.Answer, Infohash: m.Infohash, PeerID: v.id, To: m.PeerID, OfferID: m.OfferID, Answer: answer})
				case announce.Answer, announce.Reply:
					done <- true
				}
			}
		}()
		v.announce(ducks, announce.Started, 0)
		<-done
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v := viewers[i%len(viewers)]
		r := announce.Request{Kind: announce.Announce, Infohash: ducks, PeerID: v.id}
		for j := range 5 {
			r.Offers = append(r.Offers, announce.Offer{ID: announce.ID{byte(i), byte(i >> 8), byte(j)}, Description: offer})
		}
		sends[i%len(viewers)](r)
		for range 6 {
			<-done
		}
	}
}
