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
