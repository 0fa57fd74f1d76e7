package instance

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"shoal/server/db/dbtest"
	"shoal/server/fail"
)

var ctx = context.Background()

func TestTheRowIsMadeOnceAndKept(t *testing.T) {
	pool := dbtest.New(t)
	var wg sync.WaitGroup
	secrets := make([][]byte, 4)
	for i := range secrets {
		wg.Go(func() { // nodes that start at the same time
			secret, err := (&Instance{Pool: pool}).Secret(ctx)
			if err != nil {
				t.Error(err)
			}
			secrets[i] = secret
		})
	}
	wg.Wait()
	for _, s := range secrets {
		if len(s) != 32 || !bytes.Equal(s, secrets[0]) {
			t.Errorf("%x is not %x", s, secrets[0])
		}
	}
}

func TestChange(t *testing.T) {
	pool := dbtest.New(t)
	here := &Instance{Pool: pool}
	err := here.Change(ctx, func(s *Settings) { s.Name, s.SignUp.Open, s.P2P.Pages = "Ducks", true, false })
	if err != nil {
		t.Fatal(err)
	}
	for name, i := range map[string]*Instance{"the same": here, "another node": {Pool: pool}} {
		s, err := i.Settings(ctx)
		if err != nil || s.Name != "Ducks" || !s.SignUp.Open || s.P2P.Pages || !s.P2P.Embeds || s.MaxChannels != 20 {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if err := here.Change(ctx, func(s *Settings) { s.Name = "" }); !fail.Is(err, fail.Invalid) {
		t.Errorf("got %v", err)
	}
	if s, err := here.Settings(ctx); err != nil || s.Name != "Ducks" {
		t.Errorf("a refused change stays: %+v, %v", s, err)
	}
}

func TestASetUpLinkBeforeTheFirstStart(t *testing.T) {
	pool := dbtest.New(t)
	token, err := OpenSetup(ctx, pool)
	if err != nil {
		t.Fatal(err)
	}
	i := &Instance{Pool: pool}
	if _, err := i.Settings(ctx); err != nil {
		t.Fatal(err)
	}
	if err := CheckSetup(ctx, pool, token); err != nil {
		t.Error(err)
	}
	if err := EndSetup(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if err := CheckSetup(ctx, pool, token); !fail.Is(err, fail.Forbidden) {
		t.Errorf("got %v", err)
	}
}

func TestPeeringIsChecked(t *testing.T) {
	pool := dbtest.New(t)
	here := &Instance{Pool: pool}
	for name, f := range map[string]func(*Peering){
		"silence":    func(p *Peering) { p.Silence = "" },
		"per answer": func(p *Peering) { p.PerAnswer = 21 },
		"peers":      func(p *Peering) { p.Peers = 0 },
		"upload":     func(p *Peering) { p.Upload = -1 },
		"threshold":  func(p *Peering) { p.Threshold = -1 },
		"joins":      func(p *Peering) { p.Joins = 0 },
		"offers":     func(p *Peering) { p.Offers = 0 },
		"many STUN":  func(p *Peering) { p.STUN = make([]string, 6) },
		"TURN":       func(p *Peering) { p.STUN = []string{"turn:a.example"} },
		"a port":     func(p *Peering) { p.STUN = []string{"stun:a.example:70000"} },
		"a path":     func(p *Peering) { p.STUN = []string{"stun:a.example/x"} },
		"IPv6":       func(p *Peering) { p.STUN = []string{"stun:[::zz]:3478"} },
	} {
		if err := here.Change(ctx, func(s *Settings) { f(&s.Peering) }); !fail.Is(err, fail.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	stun := []string{"stun:a.example", "stuns:a.example:5349", "stun:[2001:db8::1]:3478", "stun:192.0.2.1:1"}
	if err := here.Change(ctx, func(s *Settings) { s.Peering.STUN = stun }); err != nil {
		t.Error(err)
	}
	if s, err := here.Settings(ctx); err != nil || len(s.Peering.STUN) != 4 || !s.Peering.Enabled {
		t.Errorf("%+v, %v", s, err)
	}
}
