package web

import (
	"strconv"
	"testing"
	"time"
)

func TestWhatIsKeptHasAnEnd(t *testing.T) {
	var c cache[int]
	made, now := 0, time.Unix(0, 0)
	clock := func() time.Time { return now }
	get := func(key string, k kept[int]) int {
		return c.get(key, clock, func() kept[int] { made++; k.value = made; return k })
	}
	page := kept[int]{size: 10, life: while}
	if first, again := get("a", page), get("a", page); first != 1 || again != 1 {
		t.Error("a kept value was made twice")
	}
	if now = now.Add(while); get("a", page) != 2 {
		t.Error("an old value was given")
	}
	if c.empty(); get("a", page) != 3 {
		t.Error("a forgotten value was given")
	}
	for _, k := range []kept[int]{{size: 10}, {size: mostKeep + 1, life: while}} {
		if first, again := get("b", k), get("b", k); first == again {
			t.Errorf("%+v was kept", k)
		}
	}
}

func TestWhatChangesWhileAPageIsMadeIsSeenNext(t *testing.T) {
	var c cache[int]
	c.get("a", time.Now, func() kept[int] { c.empty(); return kept[int]{value: 1, life: while} })
	if c.get("a", time.Now, func() kept[int] { return kept[int]{value: 2} }) != 2 {
		t.Error("a value from before the change was kept")
	}
}

func TestTheCacheStaysSmallAndKeepsWhatIsAskedFor(t *testing.T) {
	var c cache[int]
	made := map[string]int{}
	get := func(key string) {
		c.get(key, time.Now, func() kept[int] { made[key]++; return kept[int]{size: mostKeep - len(key), life: time.Hour} })
	}
	for i := range 4 * mostKept / mostKeep {
		get(strconv.Itoa(i))
		get("popular")
	}
	sum := 0
	for _, half := range []map[string]*held[int]{c.young, c.old} {
		for _, h := range half {
			sum += h.size
		}
	}
	if sum > mostKept+mostKeep || made["popular"] != 1 || made["0"] != 1 {
		t.Errorf("%d bytes are kept, the popular one was made %d times", sum, made["popular"])
	}
}
