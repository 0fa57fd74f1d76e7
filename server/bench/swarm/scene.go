package main

import (
	"time"

	"shoal/wasm/swarm"
)

// scene is viewers of one video.
type scene struct {
	name   string
	n      int
	spread time.Duration // joins fall into it
	off    bool          // nobody shares
	free   bool          // no limit of the viewers' own below their lines
	churn  bool          // every second one leaves half way
	faults bool          // one sends at a crawl, one sends wrong bytes
	target float64       // per cent from viewers at least, 0 for none
}

// scenes in the order of running.
var scenes = []scene{
	{name: "4-once", n: 4, spread: time.Second},
	{name: "4", n: 4, spread: time.Minute},
	{name: "16-off", n: 16, spread: time.Minute, off: true},
	{name: "16-once", n: 16, spread: time.Second},
	{name: "16", n: 16, spread: time.Minute, target: 90},
	{name: "16-churn", n: 16, spread: time.Minute, churn: true},
	{name: "16-faults", n: 16, spread: time.Minute, faults: true},
	{name: "64", n: 64, spread: time.Minute},
	{name: "64-free", n: 64, spread: time.Minute, free: true, target: 95},
	{name: "64-once", n: 64, spread: time.Second, free: true},
}

func names() (out []string) {
	for _, s := range scenes {
		out = append(out, s.name)
	}
	return out
}

// Lines of viewers in bits per second, in turn.
var uplinks = []float64{1e6, 5e6, 20e6}

const (
	crawl       = 64e3     // bits per second of the slow one
	cache       = 32 << 20 // bytes of pieces each viewer keeps; half of what a phone may, since all are in one process
	filmSeconds = 600
	filmBits    = 1_000_000
)

func (s scene) limits() swarm.Limits {
	l := swarm.Limits{Upload: swarm.UsualUpload, Cache: cache}
	if s.free {
		l.Upload = 0
	}
	return l
}

func (s scene) uplink(i int) float64 {
	if s.faults && i == slow {
		return crawl
	}
	return uplinks[i%len(uplinks)]
}

// Who is at fault in a scene with faults.
const (
	slow = 2
	liar = 4
)
