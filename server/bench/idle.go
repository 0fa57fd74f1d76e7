package main

import (
	"context"
	"time"

	"shoal/server/rig"
)

// idle measures the second start: the first one makes the database.
func (b *bench) idle(ctx context.Context) error {
	if err := b.up(ctx); err != nil {
		return err
	}
	var ready []float64
	for range 3 {
		if err := b.down(); err != nil {
			return err
		}
		if err := b.up(ctx); err != nil {
			return err
		}
		ready = append(ready, b.server.Ready.Seconds())
	}
	select {
	case <-time.After(3 * time.Second): // it has done what it does after a start
	case <-ctx.Done():
		return ctx.Err()
	}
	var others int64
	family := rig.Family(b.server.PID())
	for _, pid := range family[1:] {
		others += rig.Private(pid)
	}
	b.add(row{name: "start to ready, existing database", ours: median(ready), unit: "s", target: 1})
	b.add(row{name: "resident memory of the idle server", ours: float64(rig.Resident(b.server.PID())) / 1e6, unit: "MB", target: 50})
	b.add(row{name: "  its PostgreSQL, private memory", ours: float64(others) / 1e6, unit: "MB", info: true})
	return nil
}
