package video

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/db/dbtest"
)

// shelf adds n published videos, every tenth of them with one word more.
func shelf(t *testing.T, q db.Q, p *person, n int) {
	t.Helper()
	const add = `
		INSERT INTO video (uuid, channel_id, url, name, privacy, state, published_at)
		SELECT md5(i::text)::uuid, @channel, 'http://example.org/' || i, 'Harbour ' || i || CASE WHEN i % 10 = 0 THEN ' with crème tides' ELSE '' END, 1, 1,
			now() - i * interval '1 minute' FROM generate_series(1, @n::int) i`
	if _, err := q.Exec(ctx, add, pgx.NamedArgs{"channel": p.channel, "n": n}); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Exec(ctx, `ANALYZE video`); err != nil {
		t.Fatal(err)
	}
}

func TestLongListsAreCountedNearly(t *testing.T) {
	pool := dbtest.New(t)
	ada := newPerson(t, pool, "ada")
	shelf(t, pool, ada, 12_000)
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		f           Filter
		least, most int64
	}{
		"all":             {Filter{}, exactly, 13_000},
		"of an account":   {Filter{Account: &ada.AccountID}, exactly, 13_000},
		"by a word":       {Filter{Search: text("Harbour")}, exactlyFound, 13_000},
		"by a rarer word": {Filter{Search: text("TIDES")}, 600, 2400},
		"with an accent":  {Filter{Search: text("crème")}, 600, 2400},
		"by two words":    {Filter{Search: text("tides harbour")}, exactlyFound, 2400},
		"by five words":   {Filter{Search: text("tides with creme 120 harbour")}, 15, 15},
		"by a slip":       {Filter{Search: text("harbourr")}, 1, 13_000},
		"signs of LIKE":   {Filter{Search: text(`100%_\`)}, 0, 13_000},
		"nothing":         {Filter{Search: text("xylophone")}, 0, 0},
	} {
		if n, err := Count(ctx, pool, c.f); err != nil || n < c.least || n > c.most {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	for search, want := range map[string]string{"harbour": "Harbour 1", "tides harbour": "Harbour 10 with crème tides", "harbour 777": "Harbour 777", "harbourr": "Harbour 1"} {
		cards, err := List(ctx, pool, Filter{Search: &search, Sort: "-match", Count: 1})
		if err != nil || len(cards) != 1 || cards[0].Name != want {
			t.Errorf("%s: got %+v, %v", search, cards, err)
		}
	}
	for _, start := range []int{0, 499, 700} { // beyond those that are compared at first, too
		search := "harbour"
		if cards, err := List(ctx, pool, Filter{Search: &search, Sort: "-match", Start: start, Count: 20}); err != nil || len(cards) != 20 {
			t.Errorf("from %d: %d, %v", start, len(cards), err)
		}
	}
}

func TestWhatTrendsFades(t *testing.T) {
	pool := dbtest.New(t)
	ada := newPerson(t, pool, "ada")
	shelf(t, pool, ada, 3)
	first := func() string {
		cards, err := List(ctx, pool, Filter{Sort: "-trending", Count: 1})
		if err != nil || len(cards) != 1 {
			t.Fatalf("%+v, %v", cards, err)
		}
		return cards[0].Name
	}
	id := func(name string) (n int64) {
		if err := pool.QueryRow(ctx, `SELECT id FROM video WHERE name = $1`, name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, times := range map[string]int{"Harbour 1": 1, "Harbour 2": 3, "Harbour 3": 2} {
		for range times {
			if err := Viewed(ctx, pool, id(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := first(); got != "Harbour 2" {
		t.Errorf("got %s", got)
	}
	if _, err := pool.Exec(ctx, `UPDATE video_view SET day = day - 8 WHERE video_id = $1`, id("Harbour 2")); err != nil {
		t.Fatal(err)
	}
	if err := Fade(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if got := first(); got != "Harbour 3" {
		t.Errorf("after a week: %s", got)
	}
}
