package keyring_test

import (
	"context"
	"sync"
	"testing"

	"shoal/server/account"
	"shoal/server/actorkey"
	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/server/keyring"
)

const site = "https://films.example"

func TestKeysAreMadeOnce(t *testing.T) {
	pool, ctx := dbtest.New(t), context.Background()
	id, url, err := keyring.Instance(ctx, pool, site)
	if err != nil || url != site+"/accounts/peertube" {
		t.Fatal(url, err)
	}
	const askers = 6
	var got [askers]keyring.Keys
	var wg sync.WaitGroup
	for i := range askers {
		wg.Go(func() {
			var err error
			if got[i], err = keyring.Of(ctx, pool, id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range got {
		if k.RSA == nil || !k.RSA.Equal(got[0].RSA) || !k.Ed25519.Equal(got[0].Ed25519) || k.ID != url+"#main-key" || k.Actor != url {
			t.Fatalf("%+v", k.ID)
		}
	}
	if text, err := actorkey.Public(got[0].RSA.Public()); err != nil || got[0].RSA.N.BitLen() != 2048 || text[:26] != "-----BEGIN PUBLIC KEY-----" {
		t.Error(text, err)
	}
}

func TestThePlatformIsOneActor(t *testing.T) {
	pool, ctx := dbtest.New(t), context.Background()
	const askers = 6
	var ids [askers]int64
	var wg sync.WaitGroup
	for i := range askers {
		wg.Go(func() {
			var err error
			if ids[i], _, err = keyring.Instance(ctx, pool, site); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == 0 || id != ids[0] {
			t.Error(ids)
		}
	}
}

func TestInsideATransactionOfTheCaller(t *testing.T) {
	pool, ctx := dbtest.New(t), context.Background()
	tx, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := keyring.Instance(ctx, tx, site)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Of(ctx, tx, id); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Of(ctx, pool, id); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
}

func TestActorsOfElsewhereHaveNoKeysHere(t *testing.T) {
	pool, ctx := dbtest.New(t), context.Background()
	id, err := account.AddActor(ctx, pool, account.Actor{Kind: "account", Name: "eve", Host: "other.example", URL: "https://other.example/eve", DisplayName: "Eve"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Of(ctx, pool, id); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
}
