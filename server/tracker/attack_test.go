package tracker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"shoal/server/instance"
	"shoal/shared/announce"
)

func TestAPeerIDBelongsToItsConnection(t *testing.T) {
	g := newRig(t)
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	thief := g.dial("127.3.3.3")
	thief.id = ada.id
	thief.announce(ducks, announce.Stopped, 0)
	thief.announce(ducks, announce.Started, 3)
	for _, m := range thief.heard() {
		if m.Kind != announce.Reply || m.Interval != 30 {
			t.Errorf("the thief heard %+v", m)
		}
	}
	ben.announce(ducks, "", 5)
	ben.heard()
	if n := len(thief.offers()); n != 0 {
		t.Errorf("the thief got %d offers", n)
	}
	if n := len(ada.offers()); n != 1 {
		t.Errorf("the owner got %d offers", n)
	}
	if n := len(ben.offers()); n != 0 {
		t.Errorf("%d offers of the thief arrived", n)
	}
}

func TestAnIDComesFreeWhenItsConnectionIsDead(t *testing.T) {
	g := newRig(t)
	dead := g.join("127.1.1.1", ducks)
	dead.SetPingHandler(func(string) error { return nil }) // it is not there any more
	back := g.dial("127.9.9.9")
	back.id = dead.id
	back.announce(ducks, announce.Started, 0)
	back.heard()
	g.clock.Add(int64(doubtTime.Seconds()) + 1)
	g.sweep(context.Background())
	if dead.ended() == 0 && g.Sockets() > 1 {
		g.until("the dead connection is gone", func() bool { return g.Sockets() == 1 })
	}
	g.until("the dead peer is gone", func() bool { return g.Peers() == 0 })
	back.announce(ducks, announce.Started, 0)
	if m := back.next(); m.Incomplete != 1 {
		t.Errorf("got %+v", m)
	}
}

func TestALivingConnectionKeepsItsIDWhenDoubted(t *testing.T) {
	g := newRig(t)
	ada := g.join("127.1.1.1", ducks)
	thief := g.dial("127.3.3.3")
	thief.id = ada.id
	thief.announce(ducks, announce.Started, 0)
	thief.heard()
	ada.heard() // it lives
	g.clock.Add(int64(doubtTime.Seconds()) + 1)
	g.sweep(context.Background())
	ada.heard()
	if g.Sockets() != 2 {
		t.Errorf("%d connections", g.Sockets())
	}
}

func TestAnswersReachOnlyWhoseOfferWasDelivered(t *testing.T) {
	g := newRig(t)
	ada, ben, eve := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks), g.join("127.3.3.3", ducks)
	ada.announce(ducks, "", 1)
	ada.heard()
	offers := append(ben.offers(), eve.offers()...)
	if len(offers) != 1 {
		t.Fatalf("%d offers", len(offers))
	}
	right, wrong := ben, eve
	right.answer(announce.Message{Infohash: ducks, PeerID: ada.id, OfferID: announce.ID{7}}) // never made
	wrong.answer(offers[0])
	other := g.dial("127.4.4.4") // that never joined
	other.answer(offers[0])
	other.heard()
	wrong.heard()
	if g.Numbers.Answers.Load() > 1 {
		t.Error("an injected answer was passed on")
	}
	right.heard()
	right.answer(offers[0])
	wrong.answer(offers[0])
	right.answer(offers[0]) // again
	right.heard()
	wrong.heard()
	if all := ada.heard(); len(all) != 1 || all[0].Kind != announce.Answer {
		t.Errorf("the offerer heard %+v", all)
	}
	if g.Numbers.Answers.Load() != 1 {
		t.Errorf("%d answers", g.Numbers.Answers.Load())
	}
}

func TestALateAnswerIsDropped(t *testing.T) {
	g := newRig(t)
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	ada.announce(ducks, "", 1)
	ada.heard()
	offer := ben.offers()[0]
	g.clock.Add(answerTime + 1)
	ben.answer(offer)
	ben.heard()
	if all := ada.heard(); len(all) != 0 {
		t.Errorf("got %+v", all)
	}
}

func TestOneIDForASwarmAndConnection(t *testing.T) {
	g := newRig(t)
	ada := g.join("127.1.1.1", ducks)
	spy := g.join("127.2.2.2", ducks)
	for range 50 {
		spy.id[0]++
		spy.announce(ducks, announce.Started, 0)
	}
	if all := spy.heard(); len(all) != 0 {
		t.Errorf("a second id was answered: %+v", all)
	}
	if g.Peers() != 2 {
		t.Errorf("%d peers", g.Peers())
	}
	ada.announce(ducks, "", 10)
	ada.heard()
	if n := len(spy.offers()); n != 1 {
		t.Errorf("the spy got %d offers", n)
	}
}

func TestAScrapeNeedsNames(t *testing.T) {
	g := newRig(t)
	g.join("127.1.1.1", ducks)
	eve := g.dial("127.2.2.2")
	eve.raw(`{"action":"scrape"}`)
	if m := eve.next(); m.Kind != announce.Failure {
		t.Errorf("got %+v", m)
	}
	eve.raw(`{"action":"scrape","info_hash":[]}`)
	eve.send(announce.Request{Kind: announce.Scrape, Hashes: []announce.ID{ducks, hashOf(77)}})
	b := string(eve.nextRaw())
	if !strings.Contains(b, `"complete":0,"incomplete":1`) || strings.Count(b, "downloaded") != 1 {
		t.Errorf("got %s", b)
	}
}

func TestUnknownInfohashesHearOneFailureThenSilence(t *testing.T) {
	g := newRig(t)
	eve := g.dial("127.2.2.2")
	for range 20 {
		eve.announce(hashOf(9), "", 5)
	}
	if all := eve.heard(); len(all) != 1 || all[0].Kind != announce.Failure || all[0].Reason != reasonUnknown || all[0].Infohash != hashOf(9) {
		t.Errorf("got %+v", all)
	}
	for n := range 500 {
		eve.announce(hashOf(100+n), "", 0)
	}
	if all := eve.heard(); len(all) != toldMost-1 {
		t.Errorf("%d failures", len(all))
	}
	if n := g.asked.Load(); n > missesMost {
		t.Errorf("%d infohashes were looked up", n)
	}
	for range 30 { // on as many connections as it likes
		v := g.dial("127.2.2.3")
		for n := range 20 {
			v.announce(hashOf(rand.IntN(1e9)+1000+n), "", 0)
		}
		v.heard()
	}
	if n := g.asked.Load(); n > missesMost {
		t.Errorf("%d infohashes were looked up", n)
	}
	if g.Swarms() != 0 {
		t.Errorf("%d swarms", g.Swarms())
	}
}

func TestBadMessagesHearOneFailure(t *testing.T) {
	g := newRig(t)
	eve := g.dial("")
	for _, text := range []string{`{`, `[]`, `"x"`, `{"action":"announce"}`, `{"action":"announce","info_hash":"short"}`, strings.Repeat("[", 5000), "\xff"} {
		eve.raw(text)
	}
	if err := eve.WriteMessage(websocket.BinaryMessage, []byte{0, 1, 2}); err != nil {
		t.Fatal(err)
	}
	if all := eve.heard(); len(all) != 1 || all[0].Kind != announce.Failure {
		t.Errorf("got %+v", all)
	}
	eve.announce(ducks, announce.Started, 0)
	if m := eve.next(); m.Kind != announce.Reply {
		t.Errorf("got %+v", m)
	}
}

func TestBinaryFramesAreTextsToo(t *testing.T) {
	g := newRig(t)
	v := g.dial("")
	r := announce.Request{Kind: announce.Announce, Infohash: ducks, PeerID: v.id}
	if err := v.WriteMessage(websocket.BinaryMessage, r.Append(nil)); err != nil {
		t.Fatal(err)
	}
	if m := v.next(); m.Kind != announce.Reply {
		t.Errorf("got %+v", m)
	}
}

func TestAHugeFrameEndsTheConnection(t *testing.T) {
	g := newRig(t)
	ada, eve := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	eve.raw(`{"action":"announce","x":"` + strings.Repeat("x", announce.MaxMessage) + `"}`)
	if code := eve.ended(); code != websocket.CloseMessageTooBig {
		t.Errorf("closed with %d", code)
	}
	g.until("it left", func() bool { return g.Peers() == 1 })
	ada.heard()
}

func TestNobodyIsPushedOutByNewcomers(t *testing.T) {
	g := newRig(t)
	first := g.join("", ducks)
	w := g.known(ducks)
	for i := range 1100 { // more than other trackers keep
		newcomer(g, w, network(i))
	}
	w.mu.Unlock()
	first.announce(ducks, "", 0)
	if m := first.next(); m.Incomplete != 1101 {
		t.Errorf("got %+v", m)
	}
}

func TestAPlaceThatJoinsTooOftenHearsWhatOthersHear(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Joins = 20 })
	ada := g.join("127.1.1.1", ducks)
	var spies []*viewer
	for i := range 10 {
		v := g.dial(fmt.Sprintf("127.2.2.%d", i+1)) // one network
		v.announce(ducks, announce.Started, 2)
		if m := v.next(); m.Kind != announce.Reply {
			t.Errorf("got %+v", m)
		}
		spies = append(spies, v)
	}
	if n := g.Peers(); n != 1+20/untrusted {
		t.Errorf("%d peers", n)
	}
	for _, v := range spies[20/untrusted:] {
		if all := v.heard(); len(all) != 0 {
			t.Errorf("one who is not in heard %+v", all)
		}
	}
	ada.heard()
	ada.announce(ducks, "", 1) // others are not hurt
	if m := ada.next(); m.Kind != announce.Reply {
		t.Errorf("got %+v", m)
	}
	g.join("127.5.5.5", ducks)
	g.clock.Add(budgetSeconds)
	again := spies[len(spies)-1]
	again.announce(ducks, "", 0)
	again.heard()
	if n := g.Peers(); n != 1+20/untrusted+1 { // as many at once as in one window
		t.Errorf("%d peers", n)
	}
	_ = spies[0].Close()
	g.until("one left", func() bool { return g.Peers() == 1+20/untrusted })
	again.announce(ducks, "", 0)
	again.heard()
	if n := g.Peers(); n != 1+20/untrusted+1 {
		t.Errorf("%d peers", n)
	}
}

func TestOffersOfAPlaceAreLimitedAndAnswersAreNot(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Offers = 400 })
	ada, eve := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	for range 100 {
		eve.announce(ducks, "", 10)
	}
	replies := eve.heard()
	if len(replies) != 100 {
		t.Errorf("%d replies", len(replies))
	}
	got := ada.offers()
	if len(got) != 400/untrusted/offersShare {
		t.Errorf("%d offers of one connection were passed on", len(got))
	}
	for _, m := range got {
		ada.answer(m)
	}
	ada.heard()
	if all := eve.heard(); len(all) != len(got) {
		t.Errorf("%d answers", len(all))
	}
	for range 50 {
		ada.announce(ducks, "", 0) // and announces without offers cost nothing
	}
	if all := ada.heard(); len(all) != 50 {
		t.Errorf("%d replies", len(all))
	}
}

func TestHonestViewersBehindOneAddress(t *testing.T) {
	g := newRig(t)
	far := g.join("127.99.0.1", ducks)
	token := g.token("127.7.7.7", 1)
	var class []*viewer
	for i := range 60 {
		v := g.join(fmt.Sprintf("127.7.7.%d?token=%s", i+1, token), ducks)
		class = append(class, v)
	}
	if n := g.Peers(); n != 61 {
		t.Errorf("%d peers", n)
	}
	for range 5 { // ten minutes of an ordinary player
		for _, v := range class {
			v.announce(ducks, "", 5)
		}
	}
	met := 0
	for _, v := range class {
		if len(v.offers()) >= 8 {
			met++
		}
	}
	if met < len(class)*9/10 {
		t.Errorf("%d of %d met eight others", met, len(class))
	}
	if n := g.Numbers.Limited.Load(); n != 0 {
		t.Errorf("%d refusals", n)
	}
	far.heard()
}

// token is one for a page loaded from an address.
func (g *rig) token(address string, video int64) string {
	g.t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = address + ":1"
	token, _, err := g.Token(r, video)
	if err != nil {
		g.t.Fatal(err)
	}
	return token
}

func TestATokenHoldsForItsPlaceTimeAndVideo(t *testing.T) {
	g := newRig(t)
	token := g.token("192.0.2.1", 5)
	bearer := func(address, token string) int64 {
		r := httptest.NewRequest("GET", announce.Path+"?token="+token, nil)
		r.RemoteAddr = address + ":1"
		n, _ := networkOf(r)
		return g.bearer(r, n)
	}
	for name, c := range map[string]struct {
		address, token string
		want           int64
	}{
		"its own":            {"192.0.2.1", token, 5},
		"a neighbour":        {"192.0.2.200", token, 5},
		"elsewhere":          {"192.0.3.1", token, 0},
		"none":               {"192.0.2.1", "", 0},
		"cut":                {"192.0.2.1", token[:len(token)-1], 0},
		"another video":      {"192.0.2.1", token[:6] + "AAAAAAAAAE" + token[16:], 0},
		"another expiration": {"192.0.2.1", "_" + token[1:], 0},
	} {
		if got := bearer(c.address, c.token); got != c.want {
			t.Errorf("%s: got %d", name, got)
		}
	}
	g.clock.Add(int64(tokenLife.Seconds()))
	if bearer("192.0.2.1", token) != 0 {
		t.Error("it does not end")
	}
	if strings.Contains(token, "192") {
		t.Error("it tells the address")
	}
}

func TestATokenOfAnotherVideoRaisesNothing(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Joins = 8 })
	for i := range 8 {
		v := g.dial(fmt.Sprintf("127.2.2.%d?token=%s", i+1, g.token("127.2.2.1", 99)))
		v.announce(ducks, announce.Started, 0)
		v.heard()
	}
	if n := g.Peers(); n != 8/untrusted {
		t.Errorf("%d peers", n)
	}
}

func TestHeadersDoNotMakeAPlace(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Joins = 16 })
	for i := range 8 {
		v, _, err := g.from("127.2.2.2", http.Header{"X-Forwarded-For": {fmt.Sprintf("198.51.%d.1", i)}, "Forwarded": {"for=198.51.100.9"}})
		if err != nil {
			t.Fatal(err)
		}
		v.announce(ducks, announce.Started, 0)
		v.heard()
	}
	if n := g.Peers(); n != 16/untrusted {
		t.Errorf("%d peers", n)
	}
}

func TestAFloodOfMessagesIsDropped(t *testing.T) {
	g := newRig(t)
	eve := g.join("127.2.2.2", ducks)
	for range messagesMost + 500 {
		eve.send(announce.Request{Kind: announce.Answer, Infohash: ducks, PeerID: eve.id, To: announce.ID{1}, OfferID: announce.ID{2}, Answer: announce.Description("answer", "")})
	}
	g.until("the flood is over", func() bool { return g.Numbers.Limited.Load()+g.Numbers.Undelivered.Load() == messagesMost+500 })
	if n := g.Numbers.Limited.Load(); n != 501 { // with the announce
		t.Errorf("%d were dropped", n)
	}
}

func TestOnlySoManyConnectionsOfAPlace(t *testing.T) {
	g := newRig(t, func(p *instance.Peering) { p.Joins = 8 })
	most := 8 / untrusted * socketsPlace
	var open []*viewer
	for range most {
		open = append(open, g.dial("127.2.2.2"))
	}
	if _, w, err := g.from("127.2.2.3", nil); err == nil || w == nil || w.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one more was taken: %v", err)
	}
	g.dial("127.2.3.3")
	_ = open[0].Close()
	g.until("there is room again", func() bool { _, _, err := g.from("127.2.2.4", nil); return err == nil })
}

func TestAViewerWhoDoesNotReadIsCut(t *testing.T) {
	g := newRig(t)
	ws, _, err := websocket.DefaultDialer.Dial(g.url+announce.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	_ = ws.NetConn().(*net.TCPConn).SetReadBuffer(1)
	deaf := &viewer{Conn: ws, g: g, id: announce.ID{1}}
	deaf.announce(ducks, announce.Started, 0)
	g.until("it is in", func() bool { return g.Peers() == 1 })
	ada := g.join("", ducks)
	big := announce.Description("offer", strings.Repeat("a=candidate\r\n", 2000))
	g.until("it is out", func() bool {
		ada.send(announce.Request{Kind: announce.Announce, Infohash: ducks, PeerID: ada.id, Offers: []announce.Offer{{ID: announce.ID{3}, Description: big}}})
		if m := ada.next(); m.Kind != announce.Reply {
			t.Errorf("got %+v", m)
		}
		return g.Peers() == 1
	})
}

func TestWhoFallsSilentIsDropped(t *testing.T) {
	g := newRig(t)
	ada := g.join("", ducks)
	pings := make(chan bool, 10)
	ada.SetPingHandler(func(s string) error {
		pings <- true
		return ada.WriteControl(websocket.PongMessage, []byte(s), time.Now().Add(patience))
	})
	g.clock.Add(int64(pingAfter.Seconds()) + 1)
	g.sweep(context.Background())
	select {
	case <-pings:
	case <-time.After(patience):
		t.Fatal("no ping came")
	}
	g.clock.Add(int64(peerLife.Seconds()))
	ada.heard() // its line lives
	g.sweep(context.Background())
	if g.Peers() != 0 || g.Sockets() != 1 {
		t.Errorf("%d peers, %d sockets", g.Peers(), g.Sockets())
	}
	g.clock.Add(int64(deafAfter.Seconds()) + 1)
	g.sweep(context.Background())
	ada.ended()
	g.until("it is gone", func() bool { return g.Sockets() == 0 })
}
