package swarm

import (
	"testing"
	"time"

	"shoal/shared/hls"
	"shoal/wasm/player"
)

// whole tells whether every piece of what a viewer plays can be given.
func (v *viewer) whole() bool {
	f := v.s.level
	return f != nil && f.ready && f.held == len(f.pieces)
}

func TestWhatCameBeforeTheAnswerIsGiven(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 60, 1_000_000)
	v := w.viewer(20e6)
	v.play(f, Held)
	w.run(15 * time.Second)
	before := v.got
	if v.s.past != before || v.s.Stats().Kept > 0 {
		t.Errorf("%d of %d bytes are remembered, %d as pieces", v.s.past, before, v.s.Stats().Kept)
	}
	v.s.SetMode(On)
	w.until("pieces of what came", 2*time.Second, func() bool { return v.s.Stats().Kept >= before-f.piece })
	v.ends(t)
	if !v.whole() || v.twice > 0 || v.s.Stats().FromServer != f.length || v.s.past > 0 {
		t.Errorf("%d of %d pieces, %d bytes came twice, %d are left over", v.s.level.held, len(v.s.level.pieces), v.twice, v.s.past)
	}
	second := w.viewer(20e6)
	second.s.SetLimits(Limits{Cache: DeskCache})
	second.play(f, On)
	second.ends(t)
	if got := second.serverGot; got > f.length/4 {
		t.Errorf("the server sent %d of %d bytes again", got, f.length)
	}
}

func TestWhatThePageTookIsGiven(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 60, 1_000_000)
	for name, cuts := range map[string][]int64{
		"in a row":         {0, 1000, 300_000, 900_000},
		"from the end":     {900_000, 300_000, 1000, 0},
		"some of it twice": {0, 300_000, 1000, 300_000, 900_000, 2000},
	} {
		v := w.viewer(20e6)
		v.s.SetMode(Held)
		v.s.Open(Video{UUID: "u", Duration: f.seconds})
		for _, at := range cuts {
			to := at + 700_000
			for _, o := range cuts {
				if o > at {
					to = min(to, o+5000)
				}
			}
			v.s.Took(f.hex(), at, media{film: f, from: at, n: int(to - at)})
		}
		v.film, v.got, v.joined = f, 1_600_000, w.now
		v.s.SetMode(On)
		v.beat()
		v.ends(t)
		if !v.whole() {
			t.Errorf("%s: %d of %d pieces", name, v.s.level.held, len(v.s.level.pieces))
		}
	}
}

func TestNothingIsRememberedInVain(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 600, 1_000_000)
	v := w.viewer(20e6)
	v.play(f, Held)
	for v.got < f.length {
		w.run(time.Second)
		if v.s.past > mostPast {
			t.Fatalf("%d bytes are remembered", v.s.past)
		}
	}
	if v.s.past < mostPast/2 {
		t.Errorf("only %d bytes are remembered", v.s.past)
	}
	v.s.SetMode(Off)
	v.s.Fetch(player.Piece{File: f.name, Infohash: f.hex(), Range: hls.Range{Size: 1 << 20}}, player.Sink{Data: func(player.Chunk, player.Origin) {}, End: func(error) {}})
	w.run(10 * time.Second)
	if v.s.past > 0 || len(v.s.fileOf(f.hash).early) > 0 {
		t.Errorf("%d bytes are remembered by who does not share", v.s.past)
	}
}
