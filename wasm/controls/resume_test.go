package controls

import (
	"strconv"
	"strings"
	"testing"
)

func TestPositions(t *testing.T) {
	var p Positions
	p = p.With("a", 12.7).With("b", 30).With("a", 40)
	if p.At("a") != 40 || p.At("b") != 30 || p.At("c") != 0 || p != "a 40\nb 30\n" {
		t.Errorf("%q", p)
	}
	if p = p.With("a", 0); p != "b 30\n" {
		t.Errorf("%q", p)
	}
	for i := range 1000 {
		p = p.With("v"+strconv.Itoa(i), float64(i))
	}
	if n := strings.Count(string(p), "\n"); n != remembered || p.At("v999") != 999 || p.At("b") != 0 {
		t.Errorf("%d positions", n)
	}
	if q := Positions("x 5\nbroken"); q.At("x") != 5 || q.With("y", 1) != "y 1\nx 5\n" || q.With("a b", 3) != q {
		t.Errorf("%q", q.With("y", 1))
	}
}

func TestFirst(t *testing.T) {
	plain := Start{Resume: true}
	for _, c := range []struct {
		start           Start
		saved, duration float64
		at              float64
		resumed         bool
	}{
		{plain, 0, 100, 0, false},
		{plain, 10, 100, 0, false},
		{plain, 40, 100, 40, true},
		{plain, 95, 100, 0, false},
		{plain, 40, 0, 0, false},
		{Start{Resume: true, HasAt: true, At: 0}, 40, 100, 0, false},
		{Start{Resume: true, HasAt: true, At: 65}, 40, 100, 65, false},
		{Start{}, 40, 100, 0, false},
	} {
		if at, resumed := First(c.start, c.saved, c.duration); at != c.at || resumed != c.resumed {
			t.Errorf("%+v: %v %v", c, at, resumed)
		}
	}
}
