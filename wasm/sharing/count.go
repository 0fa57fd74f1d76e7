package sharing

import "time"

// sample is what was counted at a moment.
type sample struct {
	at       time.Duration
	got, out int64
}

// over is how long the speeds are averaged.
const over = 3 * time.Second

// count brings figures and speeds up to date.
func (k *Keeper) count() {
	f := k.engine.Figures()
	k.status.Figures = f
	if k.status.State != On {
		k.status.Viewers = 0
	}
	now := k.world.Now()
	k.before = append(k.before, sample{now, f.FromServer + f.FromViewers, f.Sent})
	for len(k.before) > 1 && now-k.before[1].at >= over {
		k.before = k.before[1:]
	}
	if first := k.before[0]; now-first.at >= time.Second/2 {
		per := func(n int64) int64 { return int64(float64(n*8) / (now - first.at).Seconds()) }
		k.status.Down, k.status.Up = per(f.FromServer+f.FromViewers-first.got), per(f.Sent-first.out)
	}
	k.totals.write(k.world, f, false)
}

// totals adds what this page counted to what the device has kept.
type totals struct {
	written Figures
	ticks   int
}

// rarely is how many ticks lie between two writings.
const rarely = 10

func (t *totals) write(w World, f Figures, now bool) {
	if t.ticks++; t.ticks < rarely && !now || f.FromViewers == t.written.FromViewers && f.Sent == t.written.Sent {
		return
	}
	t.ticks = 0
	sum := ParseTotals(w.Recall(TotalsKey))
	sum.Server += f.FromServer - t.written.FromServer
	sum.Viewers += f.FromViewers - t.written.FromViewers
	sum.Sent += f.Sent - t.written.Sent
	t.written = f
	w.Remember(TotalsKey, sum.Encode())
}
