package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// What is aimed at: an answer in time, and a big platform not much slower than a small one.
const (
	inTime = 50 * time.Millisecond
	slower = 3.0
)

func table(big, small []figure) string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "question\tp50 ms\tp99 ms\tworst ms\tanswers/s\tsmall p50\tsmall p99\tp99 ratio\t")
	for i, b := range big {
		l := small[i]
		ratio := float64(b.p99) / float64(l.p99)
		verdict := "ok"
		if b.p99 > inTime || ratio > slower {
			verdict = "MISS"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.0f\t%s\t%s\t%.1f\t%s\n", b.name, ms(b.p50), ms(b.p99), ms(b.worst), b.rate, ms(l.p50), ms(l.p99), ratio, verdict)
	}
	_ = w.Flush()
	return s.String()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }
