package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// result is what a scene came to.
type result struct {
	scene
	pace   float64
	origin int64 // bytes that the server sent
	played int64 // bytes that were played, or are ready to be
	stalls int
	stood  time.Duration
	start  []float64 // seconds until the first picture
	sent   []float64 // megabytes of each viewer
	most   int       // others that were told a viewer's address
	middle float64
	bad    int   // pieces found to be wrong
	ahead  int64 // of origin: taken so that there is something to share
	late   int64 // bytes from viewers that nobody needed any more
	wrong  int   // viewers that did not get to the end
	cpu    time.Duration
}

func (b *bench) result(s scene, pace float64, viewers []*viewer, cpu time.Duration) result {
	r := result{scene: s, pace: pace, cpu: cpu}
	for _, v := range viewers {
		v.mu.Lock()
		stats := v.swarm.Stats()
		r.origin += v.served.Load()
		r.played += v.watched()
		r.stalls += v.stalls
		r.stood += v.stood
		r.start = append(r.start, (v.started - v.joined).Seconds())
		r.sent = append(r.sent, float64(stats.Sent)/1e6)
		r.bad += stats.Bad
		r.late += stats.Late
		r.ahead += stats.Ahead
		if v.pos < v.leave-1 {
			r.wrong++
		}
		v.mu.Unlock()
	}
	slices.Sort(r.start)
	slices.Sort(r.sent)
	r.most, r.middle = b.meetings.most(s.n)
	return r
}

// watched is how many bytes were on the screen.
func (v *viewer) watched() (n int64) {
	at := 0.0
	for _, s := range v.film.media.Segments {
		if at+s.Duration > v.pos {
			return n + int64(max(0, v.pos-at)/s.Duration*float64(s.Size))
		}
		n += s.Size
		at += s.Duration
	}
	return n
}

// fromViewers is the share of what was played that the server did not have to send, in per cent.
func (r result) fromViewers() float64 { return 100 * (1 - float64(r.origin)/float64(r.played)) }

func (b *bench) table() string {
	var s strings.Builder
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "scene\tviewers\tjoined within\tpace\torigin/played\tfor sharing\tfrom viewers\tceiling\tstalls\tstood\tstart median, most\tsent least, median, most\tmet median, most\tlate\tbad pieces\tCPU\ttarget\t")
	for _, r := range b.results {
		target := ""
		if r.target > 0 {
			target = fmt.Sprintf("≥ %.0f %% MISS", r.target)
			if r.fromViewers() >= r.target && r.most <= 16 {
				target = fmt.Sprintf("≥ %.0f %% ok", r.target)
			}
		}
		if r.wrong > 0 {
			target += fmt.Sprintf(" (%d did not finish)", r.wrong)
		}
		fmt.Fprintf(w, "%s\t%d\t%v\t×%.0f\t%.3f\t%.3f\t%.1f %%\t%.1f %%\t%d\t%.1f s\t%.2f, %.2f s\t%.0f, %.0f, %.0f MB\t%.0f, %d\t%.1f %%\t%d\t%.0f s\t%s\t\n",
			r.name, r.n, r.spread, r.pace, float64(r.origin)/float64(r.played), float64(r.ahead)/float64(r.played), r.fromViewers(), 100-100/float64(r.n), r.stalls, r.stood.Seconds(),
			r.start[len(r.start)/2], r.start[len(r.start)-1], r.sent[0], r.sent[len(r.sent)/2], r.sent[len(r.sent)-1], r.middle, r.most, 100*float64(r.late)/float64(r.played), r.bad, r.cpu.Seconds(), target)
	}
	_ = w.Flush()
	return s.String()
}

// used is the processor's time that this process took.
func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
