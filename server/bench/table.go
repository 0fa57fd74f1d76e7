package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// row is one measurement. Against a peer the ratio is ours to the peer's; the target bounds the ratio, or ours when there is no peer.
type row struct {
	name       string
	ours, peer float64
	unit       string
	target     float64
	least      bool // the target is a lower bound
	absolute   bool // the target bounds ours although there is a peer
	info       bool // no target
}

func (r row) ratio() float64 {
	if r.peer == 0 {
		return 0
	}
	return r.ours / r.peer
}

func (r row) ok() bool {
	value := r.ours
	if r.peer != 0 && !r.absolute {
		value = r.ratio()
	}
	if r.least {
		return value >= r.target
	}
	return value <= r.target
}

func (r row) cells() string {
	peer, ratio, target, verdict := "", "", "", ""
	if r.peer != 0 {
		peer, ratio = number(r.peer)+" "+r.unit, fmt.Sprintf("%.2f", r.ratio())
	}
	if !r.info {
		sign, unit := "≤", " "+r.unit
		if r.least {
			sign = "≥"
		}
		if r.peer != 0 && !r.absolute {
			unit = " ×"
		}
		target, verdict = sign+" "+number(r.target)+unit, "MISS"
		if r.ok() {
			verdict = "ok"
		}
	}
	return strings.Join([]string{r.name, number(r.ours) + " " + r.unit, peer, ratio, target, verdict}, "\t")
}

// number has three digits that matter.
func number(f float64) string {
	switch {
	case f == float64(int64(f)) && f < 1e6:
		return fmt.Sprintf("%.0f", f)
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.2f", f)
}

func (b *bench) table() string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "name\tours\tpeer\tratio\ttarget\t")
	for _, r := range b.rows {
		fmt.Fprintln(w, r.cells())
	}
	_ = w.Flush()
	return s.String()
}

func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	if len(v) == 0 {
		return 0
	}
	if len(v)%2 == 1 {
		return v[len(v)/2]
	}
	return (v[len(v)/2-1] + v[len(v)/2]) / 2
}
