package delivery_test

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shoal/server/account"
	"shoal/server/delivery"
	"shoal/server/fail"
	"shoal/server/httpsig"
	"shoal/server/remote"
)

func TestEachInboxGetsASignedActivityOnce(t *testing.T) {
	g, a, b := newRig(t), newPeer(t), newPeer(t)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		v := httpsig.Verifier{Key: func(context.Context, httpsig.KeyID) (crypto.PublicKey, error) { return key().Public(), nil }}
		if _, err := v.Verify(r.Context(), r, body); err != nil || r.Header.Get("Content-Type") != "application/activity+json" {
			t.Error(err, r.Header)
		}
	})
	g.add("video:1", `{"a":1}`, a.URL+"/inbox", a.URL+"/inbox", b.URL+"/inbox")
	g.run(g.machine())
	g.empty()
	if !slices.Equal(a.got(), []string{`{"a":1}`}) || !slices.Equal(b.got(), []string{`{"a":1}`}) {
		t.Error(a.got(), b.got())
	}
	if n := g.count(`SELECT sum(successes) FROM remote_host WHERE failures = 0 AND last_success_at IS NOT NULL`); n != 2 {
		t.Error(n)
	}
}

func TestWhatIsAddedIsDeliveredIfAndOnlyIfItWasCommitted(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	g.run(g.machine())
	tx, err := g.pool.Begin(g.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := delivery.Add(g.ctx, tx, delivery.Item{ActorID: 1, Object: "x", Body: []byte(`"never"`), To: []string{a.URL + "/inbox"}}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(g.ctx); err != nil {
		t.Fatal(err)
	}
	g.add("x", `"yes"`, a.URL+"/inbox")
	g.empty()
	if !slices.Equal(a.got(), []string{`"yes"`}) {
		t.Error(a.got())
	}
}

func TestAHostThatWasDownGetsEverythingInOrder(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	var down atomic.Bool
	down.Store(true)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	want := numbers(30)
	for _, body := range want {
		g.add("video:1", body, a.URL+"/inbox")
	}
	g.run(g.machine())
	missed := func() int { return g.count(`SELECT coalesce(sum(misses), 0) FROM remote_host`) }
	for i := range 8 { // days
		g.until("one more attempt is noted", func() bool { return missed() == i+1 })
		g.clock.forward(25 * time.Hour)
		if i == 4 && g.count(`SELECT count(*) FROM remote_host WHERE open_until > now() AND failures >= 3 AND last_error <> ''`) != 1 {
			t.Error("the host is not left alone")
		}
	}
	g.until("the last attempt is noted", func() bool { return missed() == 9 })
	if n := g.count(`SELECT count(*) FROM delivery WHERE NOT parked`); n != 0 {
		t.Errorf("%d lines are not parked", n)
	}
	g.add("video:1", `{"n":30}`, a.URL+"/inbox") // while it is down
	down.Store(false)
	g.clock.forward(25 * time.Hour)
	g.until("everything arrives", func() bool { return len(a.got()) == 31 })
	if !slices.Equal(a.got(), append(want, `{"n":30}`)) {
		t.Error(a.got())
	}
	g.empty()
	if n := g.count(`SELECT count(*) FROM remote_host WHERE failures = 0 AND failing_since IS NULL AND open_until IS NULL`); n != 1 {
		t.Error("the host is not well again")
	}
}

func TestAHangingHostDelaysNoOther(t *testing.T) {
	g := newRig(t)
	stuck := make(chan struct{})
	var hanging []*peer
	for range 40 {
		p := newPeer(t)
		p.does(func(http.ResponseWriter, *http.Request) { <-stuck })
		hanging = append(hanging, p)
	}
	t.Cleanup(func() { close(stuck) }) // before the peers close
	good := newPeer(t)
	m := g.machine()
	m.Workers = 16
	g.run(m)
	g.add("hello", `"first"`, good.URL+"/inbox")
	g.empty()
	for i := range 5 {
		for _, p := range hanging {
			g.add(fmt.Sprintf("video:%d", i), `"lost"`, p.URL+"/inbox")
		}
	}
	g.until("some hang", func() bool {
		n := 0
		for _, p := range hanging {
			n += p.asked()
		}
		return n >= m.Workers/2
	})
	want := numbers(50)
	for i, body := range want {
		g.add(fmt.Sprintf("video:%d", 100+i), body, good.URL+"/inbox")
	}
	g.until("the good one gets all", func() bool { return len(good.got()) == 51 })
	for _, p := range hanging {
		if p.asked() > 1 {
			t.Error("a host that hangs was asked twice at once")
		}
	}
}

func TestTwoNodesDoubleNothingAndKeepTheOrder(t *testing.T) {
	g := newRig(t)
	var peers []*peer
	for range 6 {
		peers = append(peers, newPeer(t))
	}
	g.run(g.machine())
	g.run(g.machine())
	want := numbers(40)
	var wg sync.WaitGroup
	for _, p := range peers {
		wg.Go(func() {
			for _, body := range want {
				if err := delivery.Add(g.ctx, g.pool, delivery.Item{ActorID: 1, Object: "video:1", Body: []byte(body), To: []string{p.URL + "/inbox"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	g.empty()
	for _, p := range peers {
		if !slices.Equal(p.got(), want) {
			t.Errorf("%d: %v", len(p.got()), p.got())
		}
	}
}

func TestWhatADeadNodeTookIsTakenUpAgain(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	g.add("x", `"1"`, a.URL+"/inbox")
	// as a node leaves it that took the line and was killed
	g.exec(`UPDATE delivery SET attempts = 1, not_before = now() + interval '2 minutes'`)
	g.run(g.machine())
	g.clock.forward(3 * time.Minute)
	g.empty()
	if len(a.got()) != 1 {
		t.Error(a.got())
	}
}

func TestStoppingInTheMiddleLosesNothing(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	var slow atomic.Bool
	slow.Store(true)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if slow.Load() {
			<-r.Context().Done()
			w.WriteHeader(500)
		}
	})
	for i, body := range numbers(10) {
		g.add(fmt.Sprintf("video:%d", i), body, a.URL+"/inbox")
	}
	stop := g.run(g.machine())
	g.until("one is under way", func() bool { return a.asked() > 0 })
	stop()
	slow.Store(false)
	if n := g.count(`SELECT count(*) FROM delivery WHERE attempts = 0`); n != 10 {
		t.Errorf("%d lines are as if nobody had tried", n)
	}
	g.run(g.machine())
	g.empty()
	got := a.got()
	slices.Sort(got)
	if !slices.Equal(got, numbers(10)) {
		t.Error(got)
	}
}

func TestTheOtherSignatureIsTriedAndRemembered(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Signature-Input") == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	g.run(g.machine())
	g.add("x", `"1"`, a.URL+"/inbox")
	g.empty()
	g.add("x", `"2"`, a.URL+"/inbox")
	g.empty()
	if a.asked() != 3 || len(a.got()) != 2 {
		t.Error(a.asked(), a.got())
	}
	if n := g.count(`SELECT count(*) FROM remote_host WHERE scheme = 'rfc9421'`); n != 1 {
		t.Error("not remembered")
	}
}

func TestAHostMayAskForTime(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	var busy atomic.Bool
	busy.Store(true)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if busy.Load() {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	g.run(g.machine())
	g.add("x", `"1"`, a.URL+"/inbox")
	g.until("it is left alone", func() bool {
		return g.count(`SELECT count(*) FROM remote_host WHERE open_until BETWEEN now() + interval '55 minutes' AND now() + interval '65 minutes'`) == 1
	})
	g.add("y", `"2"`, a.URL+"/inbox")
	busy.Store(false)
	g.clock.forward(50 * time.Minute)
	g.until("what came later is parked", func() bool { return g.count(`SELECT count(*) FROM delivery WHERE parked`) == 2 })
	if a.asked() != 1 {
		t.Error(a.asked())
	}
	g.clock.forward(time.Hour)
	g.empty()
}

func TestWhatAHostDoesNotWantIsLetGo(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) == `"bad"` {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
	})
	m := g.machine()
	g.run(m)
	g.add("x", `"bad"`, a.URL+"/inbox")
	g.add("x", `"good"`, a.URL+"/inbox")
	g.empty()
	if !slices.Equal(a.got(), []string{`"good"`}) || m.Numbers.Refused.Load() != 1 {
		t.Error(a.got(), m.Numbers.Refused.Load())
	}
}

func TestAnInboxThatIsGoneEndsTheFollow(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	a.does(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusGone) })
	ours, err := account.AddActor(g.ctx, g.pool, account.Actor{Kind: "channel", Name: "films", URL: "https://ours.example/video-channels/films", DisplayName: "Films"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bob", "eve"} {
		id, err := account.AddActor(g.ctx, g.pool, account.Actor{Kind: "account", Name: name, Host: a.host(), URL: a.URL + "/" + name, DisplayName: name})
		if err != nil {
			t.Fatal(err)
		}
		g.exec(`INSERT INTO actor_remote (actor_id, type, inbox) VALUES ($1, 'Person', $2)`, id, a.URL+"/"+name+"/inbox")
		g.exec(`INSERT INTO follow (follower_id, followed_id, state) VALUES ($1, $2, 'pending')`, id, ours)
	}
	g.exec(`DELETE FROM outbox`)
	g.run(g.machine())
	g.add("x", `"1"`, a.URL+"/bob/inbox")
	g.empty()
	if n := g.count(`SELECT count(*) FROM follow f JOIN actor a ON a.id = f.follower_id WHERE a.name = 'eve'`); n != 1 || g.count(`SELECT count(*) FROM follow`) != 1 {
		t.Error(n)
	}
	if n := g.count(`SELECT count(*) FROM outbox`); n != 0 {
		t.Error("somebody who is gone is told so")
	}
}

func TestOldLinesAndEmptyActivitiesAreClearedAway(t *testing.T) {
	g := newRig(t)
	g.add("x", `"old"`, "http://127.0.0.1:1/inbox")
	g.exec(`UPDATE delivery SET created_at = now() - interval '15 days', parked = true`)
	g.exec(`UPDATE activity_out SET created_at = now() - interval '15 days'`)
	g.run(g.machine())
	g.until("all is gone", func() bool {
		return g.count(`SELECT count(*) FROM delivery`)+g.count(`SELECT count(*) FROM activity_out`) == 0
	})
}

func TestPauseResumeAndBlock(t *testing.T) {
	g, a, b := newRig(t), newPeer(t), newPeer(t)
	if err := delivery.Pause(g.ctx, g.pool, "nobody.example"); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
	g.exec(`INSERT INTO host_block (host) VALUES ($1)`, b.host())
	g.run(g.machine())
	g.add("x", `"1"`, a.URL+"/inbox", b.URL+"/inbox")
	g.empty()
	if err := delivery.Pause(g.ctx, g.pool, a.host()); err != nil {
		t.Fatal(err)
	}
	g.add("x", `"2"`, a.URL+"/inbox")
	if err := delivery.Retry(g.ctx, g.pool, a.host()); !fail.Is(err, fail.Conflict) {
		t.Error(err)
	}
	list, total, err := remote.Hosts(g.ctx, g.pool, remote.HostFilter{State: remote.Paused, Sort: "host", Count: 10})
	if err != nil || total != 1 || list[0].Queue != 1 || list[0].Successes != 1 {
		t.Error(list, err)
	}
	if err := delivery.Resume(g.ctx, g.pool, a.host()); err != nil {
		t.Fatal(err)
	}
	g.empty()
	if len(a.got()) != 2 || b.asked() != 0 {
		t.Error(a.got(), b.asked())
	}
}

func TestRetryAndBeingHeardOfWakeAHost(t *testing.T) {
	for name, wake := range map[string]func(context.Context, *rig, string) error{
		"retry": func(ctx context.Context, g *rig, host string) error { return delivery.Retry(ctx, g.pool, host) },
		"heard": func(ctx context.Context, g *rig, host string) error { return remote.Heard(ctx, g.pool, host) },
	} {
		t.Run(name, func(t *testing.T) {
			g, a := newRig(t), newPeer(t)
			g.add("x", `"1"`, a.URL+"/inbox")
			g.exec(`UPDATE delivery SET parked = true`)
			g.exec(`INSERT INTO remote_host (host, failures, failing_since, open_until, last_error_at) VALUES ($1, 30, now() - interval '20 days', now() + interval '1 day', now() - interval '1 day')`, a.host())
			list, _, err := remote.Hosts(g.ctx, g.pool, remote.HostFilter{Search: a.host()[:5], State: remote.Dead, Sort: "queue", Down: true, Count: 10})
			if err != nil || len(list) != 1 || list[0].NextTryAt == nil {
				t.Fatal(list, err)
			}
			g.run(g.machine())
			if err := wake(g.ctx, g, a.host()); err != nil {
				t.Fatal(err)
			}
			g.empty()
		})
	}
}

func TestOneThingThatAHostCannotStomachKeepsNothingElseBack(t *testing.T) {
	g, a := newRig(t), newPeer(t)
	a.does(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) == `"odd"` {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	g.run(g.machine())
	g.add("x", `"odd"`, a.URL+"/inbox")
	for i := range 3 {
		g.until("an attempt is noted", func() bool { return g.count(`SELECT coalesce(sum(misses), 0) FROM remote_host`) == i+1 })
		if i < 2 {
			g.clock.forward(time.Hour)
		}
	}
	g.add("y", `"fine"`, a.URL+"/inbox")
	if n := g.count(`SELECT count(*) FROM delivery WHERE parked`); n != 2 {
		t.Errorf("%d lines are parked", n)
	}
	g.clock.forward(time.Hour)
	g.until("the other arrives", func() bool { return len(a.got()) == 1 })
	for i := 1; g.count(`SELECT count(*) FROM delivery WHERE object = 'x'`) > 0; i++ { // it takes other things all the time
		if i > 20 {
			t.Fatal("the odd one is never let go")
		}
		g.clock.forward(9 * time.Hour)
		g.add("z", `"more"`, a.URL+"/inbox")
		g.until("that arrives", func() bool { return len(a.got()) == 1+i })
	}
}
