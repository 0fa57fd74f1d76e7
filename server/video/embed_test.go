package video

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/shared/api"
)

func TestFramersAreTheSitesThatMayEmbed(t *testing.T) {
	pool := dbtest.New(t)
	ada := newPerson(t, pool, "ada")
	var v Video
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		v = ada.draft(t, tx, Draft{})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Framers(ctx, pool, v.UUID); err != nil || got != nil {
		t.Errorf("at first: %v, %v", got, err)
	}
	for _, c := range []struct {
		domains, want []string
	}{
		{nil, []string{}},
		{[]string{"A.example", "b.example:8443"}, []string{"https://a.example", "http://a.example", "https://b.example:8443", "http://b.example:8443"}},
	} {
		if err := SetEmbedding(ctx, pool, v.ID, Embedding{Policy: api.EmbedListed, Domains: c.domains}); err != nil {
			t.Fatal(err)
		}
		got, err := Framers(ctx, pool, v.UUID)
		if err != nil || got == nil || !slices.Equal(got, c.want) {
			t.Errorf("got %v, %v", got, err)
		}
	}
	for _, bad := range []string{"*", "a.example; script-src *", "'unsafe-inline'", "https://a.example", "a.example/x", "a example", "*.example"} {
		if err := SetEmbedding(ctx, pool, v.ID, Embedding{Policy: api.EmbedListed, Domains: []string{bad}}); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if _, err := Framers(ctx, pool, uuid.New()); !fail.Is(err, fail.NotFound) {
		t.Errorf("an absent video: got %v", err)
	}
}
