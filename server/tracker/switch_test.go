package tracker

import (
	"context"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"

	"shoal/server/instance"
	"shoal/shared/announce"
)

func TestSwitchingOffTellsOpenPlayers(t *testing.T) {
	g := newRig(t)
	ctx, stop := context.WithCancel(context.Background())
	changed := make(chan []byte, 1)
	g.Changed = changed
	ran := make(chan error, 1)
	go func() { ran <- g.Run(ctx) }()
	ada := g.join("127.1.1.1", ducks)
	g.mu.Lock()
	g.rules.Enabled = false
	g.mu.Unlock()
	changed <- nil
	if m := ada.next(); m.Kind != announce.Failure || m.Reason != announce.FailureOff {
		t.Errorf("got %+v", m)
	}
	if code := ada.ended(); code != announce.CloseOff {
		t.Errorf("closed with %d", code)
	}
	late := g.dial("127.2.2.2")
	if m := late.next(); m.Kind != announce.Failure || m.Reason != announce.FailureOff {
		t.Errorf("got %+v", m)
	}
	if code := late.ended(); code != announce.CloseOff {
		t.Errorf("closed with %d", code)
	}
	g.until("nobody is left", func() bool { return g.Sockets() == 0 && g.Swarms() == 0 })
	g.mu.Lock()
	g.rules.Enabled = true
	g.mu.Unlock()
	changed <- nil
	g.until("it is on", func() bool { return g.Tracker.rules(ctx).Enabled })
	g.join("127.1.1.1", ducks)
	stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

func TestAVideoThatIsSharedNoMore(t *testing.T) {
	g := newRig(t)
	geese := hashOf(2)
	g.files[geese] = 2
	ada, ben := g.join("127.1.1.1", ducks), g.join("127.2.2.2", ducks)
	ben.announce(geese, announce.Started, 0)
	ben.heard()
	g.mu.Lock()
	delete(g.files, ducks)
	g.mu.Unlock()
	g.clock.Add(int64(checkEvery.Seconds()))
	g.sweep(context.Background())
	if m := ada.next(); m.Kind != announce.Failure || m.Reason != announce.FailureOff {
		t.Errorf("got %+v", m)
	}
	if code := ada.ended(); code != announce.CloseOff {
		t.Errorf("closed with %d", code)
	}
	if m := ben.next(); m.Kind != announce.Failure || m.Infohash != ducks { // who has another swarm stays
		t.Errorf("got %+v", m)
	}
	ben.announce(ducks, "", 3)
	if m := ben.next(); m.Kind != announce.Failure || m.Reason != reasonUnknown {
		t.Errorf("got %+v", m)
	}
	ben.announce(geese, "", 0)
	if m := ben.next(); m.Kind != announce.Reply {
		t.Errorf("got %+v", m)
	}
}

func TestShutdownClosesEverySocket(t *testing.T) {
	g := newRig(t)
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- g.Run(ctx) }()
	viewers := []*viewer{g.join("", ducks), g.dial(""), g.join("127.3.3.3", ducks)}
	stop()
	for _, v := range viewers {
		if code := v.ended(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
	}
	if err := <-ran; err != nil || g.Sockets() != 0 || g.Swarms() != 0 {
		t.Errorf("%v, %d sockets, %d swarms", err, g.Sockets(), g.Swarms())
	}
	v, _, err := g.from("", nil)
	if err == nil {
		v.ended() // cut at once
	}
}

func TestNobodySharesUntilThePolicyIsKnown(t *testing.T) {
	g := newRig(t)
	g.Policy = func(context.Context, bool) (instance.Peering, error) {
		return instance.Peering{}, context.DeadlineExceeded
	}
	v := g.dial("")
	if code := v.ended(); code != announce.CloseOff {
		t.Errorf("closed with %d", code)
	}
}

func TestOtherAddressesAndMethods(t *testing.T) {
	g := newRig(t)
	base := "http" + g.url[2:]
	for path, want := range map[string]int{"/tracker/": 404, "/tracker/stats": 404, "/tracker/socket": 400, "/tracker/announce": 200} {
		w, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		if _ = w.Body.Close(); w.StatusCode != want {
			t.Errorf("%s: %d", path, w.StatusCode)
		}
	}
	w, err := http.Post(base+"/tracker/announce", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = w.Body.Close(); w.StatusCode != 405 {
		t.Errorf("got %d", w.StatusCode)
	}
}
