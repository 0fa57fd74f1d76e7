package tracker

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"testing"

	"shoal/shared/announce"
)

// crowd is a swarm of n viewers without connections, each in a network of its own; the first `same` share one.
func crowd(t *testing.T, g *rig, n, same int) (*swarm, []*peer) {
	t.Helper()
	w := g.Tracker.swarm(ducks, 1)
	t.Cleanup(w.mu.Unlock)
	var all []*peer
	for i := range n {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		if i < same {
			a = netip.AddrFrom4([4]byte{11, 0, 0, 1})
		}
		all = append(all, newcomer(g, w, coarse(a)))
	}
	return w, all
}

func newcomer(g *rig, w *swarm, n network) *peer {
	s := &socket{tracker: g.Tracker, network: n, place: g.hours.place(g.unix(), n, false)}
	id := announce.ID{}
	for r := random(); ; r = random() {
		if copy(id[:], r[:]); w.peers[id] == nil {
			return g.add(w, s, id)
		}
	}
}

// reached are those whom p could ever give an offer.
func reached(w *swarm, p *peer) map[*peer]bool {
	out := map[*peer]bool{}
	for range 40 {
		w.pick(p, 10, func(q *peer) { out[q] = true })
	}
	return out
}

func TestAPlaceMeetsFewHoweverOftenItAsks(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, 1000, 1)
	spy := all[0]
	gives := reached(w, spy)
	gets := 0
	degrees := make([]int, 0, len(all))
	for _, p := range all[1:] {
		mine := reached(w, p)
		degrees = append(degrees, len(mine))
		if mine[spy] {
			gets++
		}
	}
	if len(gives) > 3*len(all)/100 || gets > 3*len(all)/100+atLeast {
		t.Errorf("the spy reaches %d and is reached by %d of %d", len(gives), gets, len(all))
	}
	slices.Sort(degrees)
	sum := 0
	for _, d := range degrees {
		sum += d
	}
	if mean := float64(sum) / float64(len(degrees)); degrees[0] < atLeast || math.Abs(mean-degree) > 2 {
		t.Errorf("the loneliest reaches %d, the mean is %.1f", degrees[0], mean)
	}
	if n := components(all, func(p *peer) map[*peer]bool { return reached(w, p) }); n != 1 {
		t.Errorf("the swarm is in %d parts", n)
	}
}

// components counts the parts of a graph.
func components(all []*peer, next func(*peer) map[*peer]bool) (n int) {
	near := map[*peer][]*peer{}
	for _, p := range all {
		for q := range next(p) {
			near[p], near[q] = append(near[p], q), append(near[q], p)
		}
	}
	seen := map[*peer]bool{}
	for _, p := range all {
		if seen[p] {
			continue
		}
		n++
		seen[p] = true
		for todo := []*peer{p}; len(todo) > 0; {
			p, todo = todo[0], todo[1:]
			for _, q := range near[p] {
				if !seen[q] {
					seen[q] = true
					todo = append(todo, q)
				}
			}
		}
	}
	return n
}

func TestManyIDsOfOnePlaceMeetNoMore(t *testing.T) {
	g := newRig(t)
	const spies = 200
	w, all := crowd(t, g, 1000, spies)
	learned := map[*peer]bool{}
	for i, p := range all {
		for q := range reached(w, p) {
			switch {
			case i < spies:
				learned[q] = true
			case slices.Contains(all[:spies], q):
				learned[p] = true
			}
		}
	}
	honest := 0
	for p := range learned {
		if !slices.Contains(all[:spies], p) {
			honest++
		}
	}
	if honest > 3*(len(all)-spies)/100+atLeast {
		t.Errorf("%d ids of one place met %d of %d", spies, honest, len(all)-spies)
	}
}

func TestInASmallSwarmEverybodyMeets(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, degree, 0)
	for i, p := range all {
		if n := len(reached(w, p)); n != degree-1 {
			t.Errorf("viewer %d reaches %d", i, n)
		}
	}
}

func TestASwarmThatShrinksStaysTogether(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, 600, 0)
	for _, p := range all[40:] {
		g.remove(p)
	}
	for i, p := range all[:40] {
		if n := len(reached(w, p)); n < atLeast {
			t.Errorf("viewer %d reaches %d", i, n)
		}
	}
	for _, p := range all[10:40] {
		g.remove(p)
	}
	for i, p := range all[:10] {
		if n := len(reached(w, p)); n != 9 {
			t.Errorf("viewer %d reaches %d of 9", i, n)
		}
	}
}

func TestWhatIsRememberedOfOthersStaysSmall(t *testing.T) {
	g := newRig(t)
	_, all := crowd(t, g, 2000, 0)
	most, sum := 0, 0
	for _, p := range all { // the first never asked anything since the swarm was small
		most, sum = max(most, len(p.near)), sum+len(p.near)
	}
	if most > 150 || sum/len(all) > 60 {
		t.Errorf("%d at most, %d on average", most, sum/len(all))
	}
}

func TestManyOfOneNetworkAreNotAllRemembered(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, 2000, 1990) // as behind a proxy that does not say who they are
	most := 0
	for _, p := range all[:1990] {
		most = max(most, len(p.near))
	}
	if most > besideMost+len(all)-1990 {
		t.Errorf("%d are remembered", most)
	}
	if n := len(reached(w, all[0])); n < besideMost {
		t.Errorf("%d are met", n)
	}
}

func TestTheListsAreThoseOfAFreshSurvey(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, 400, 5)
	for _, p := range all {
		before := reached(w, p)
		w.survey(p, false)
		after := reached(w, p)
		for q := range after {
			if !before[q] {
				t.Fatalf("a neighbour was missed: %d before, %d after", len(before), len(after))
			}
		}
	}
}

func TestTheTurnOfTheHour(t *testing.T) {
	g := newRig(t)
	w, all := crowd(t, g, 800, 1)
	p := all[0]
	met := func() map[*peer]bool {
		w.keep(g.Tracker)
		return reached(w, p)
	}
	first := met()
	g.clock.Store(g.clock.Load()/hourSeconds*hourSeconds + hourSeconds - 1)
	if before := met(); !same(before, first) {
		t.Errorf("within the hour %d became %d", len(first), len(before))
	}
	g.clock.Add(1)
	turn := met()
	for q := range first {
		if !turn[q] {
			t.Errorf("at the turn a neighbour of the last hour is gone")
			break
		}
	}
	if len(turn) <= len(first) || len(turn) > 4*degree {
		t.Errorf("%d at the turn, %d before", len(turn), len(first))
	}
	g.clock.Add(overlap)
	second := met()
	stay := 0
	for q := range second {
		if !turn[q] {
			t.Errorf("a neighbour of this hour was none at its start")
		}
		if first[q] {
			stay++
		}
	}
	if stay > len(first)/2 || len(second) > 3*len(all)/100+atLeast {
		t.Errorf("%d of %d stay, %d are met", stay, len(first), len(second))
	}
	if g.hours.before != (hour{}) {
		t.Error("the last hour's keys are kept")
	}
	g.clock.Add(5 * hourSeconds) // nobody asked for hours
	if w.keep(g.Tracker); w.keys.both || len(met()) == 0 {
		t.Error("the graph of an hour long ago counts")
	}
}

func same(a, b map[*peer]bool) bool {
	for p := range a {
		if !b[p] {
			return false
		}
	}
	return len(a) == len(b)
}

func TestPlacesAreHashedAnewEachHour(t *testing.T) {
	var h hours
	n := coarse(netip.MustParseAddr("192.0.2.1"))
	a := h.place(1_800_000_000, n, false)
	if b := h.place(1_800_000_000+1, n, false); a != b {
		t.Error("it changes within the hour")
	}
	if b := h.place(1_800_000_000+hourSeconds, n, false); a == b {
		t.Error("it stays")
	}
	if b := new(hours).place(1_800_000_000, n, false); a == b {
		t.Error("another tracker has the same")
	}
	if h.place(1_800_000_000, n, true) != 0 {
		t.Error("the machine itself is counted")
	}
}

func TestPlaces(t *testing.T) {
	for _, c := range [][2]string{{"192.0.2.1", "192.0.2.250"}, {"2001:db8:1::1", "2001:db8:1:ffff::2"}, {"::ffff:192.0.2.9", "192.0.2.1"}} {
		if coarse(netip.MustParseAddr(c[0]).Unmap()) != coarse(netip.MustParseAddr(c[1]).Unmap()) {
			t.Errorf("%s and %s are two", c[0], c[1])
		}
	}
	seen := map[network]string{}
	for _, a := range []string{"192.0.2.1", "192.0.3.1", "2001:db8:1::1", "2001:db8:2::1", "c000:2::1", "4c0:2::"} {
		n := coarse(netip.MustParseAddr(a))
		if seen[n] != "" {
			t.Errorf("%s and %s are one", a, seen[n])
		}
		seen[n] = a
	}
}

func BenchmarkJoin(b *testing.B) {
	for _, n := range []int{500, 2000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := &Tracker{}
			t.prepare()
			w := t.swarm(ducks, 1)
			defer w.mu.Unlock()
			g := &rig{Tracker: t}
			for i := range n {
				newcomer(g, w, network(i))
			}
			for i := 0; b.Loop(); i++ {
				t.remove(newcomer(g, w, network(n+i)))
			}
		})
	}
}
