package swarm

import (
	"testing"
	"time"

	"shoal/shared/announce"
	"shoal/shared/hls"
	"shoal/wasm/player"
)

// pair is one viewer who watches for a while, and a second who comes then.
func pair(t *testing.T) (w *town, first, second *viewer) {
	w = newTown(t)
	f := w.film("720", 300, 1_000_000)
	w.film("360", 300, 400_000)
	first, second = w.viewer(20e6), w.viewer(20e6)
	first.play(f, On)
	w.run(20 * time.Second)
	second.play(f, On)
	return w, first, second
}

func (v *viewer) ends(t *testing.T) {
	t.Helper()
	v.until("at the end", 400*time.Second, func() bool { return v.done })
	if v.stalls > 0 || v.wrong > 0 {
		t.Errorf("viewer %s: %d stalls, %d wrong chunks", v.name, v.stalls, v.wrong)
	}
}

func TestTheSecondGetsMostFromTheFirst(t *testing.T) {
	w, first, second := pair(t)
	first.ends(t)
	second.ends(t)
	if both := float64(first.serverGot+second.serverGot) / float64(2*first.film.length); both > 0.54 {
		t.Errorf("the server sent %.2f of what both played", both)
	}
	s := second.s.Stats()
	if s.State != StateSharing || s.Peers != 1 || s.FromViewers < first.film.length/4 || first.s.Stats().Sent == 0 || s.Viewers != 2 || w.origin == 0 {
		t.Errorf("%+v", s)
	}
}

func TestALiarIsFoundOut(t *testing.T) {
	for _, others := range []int{0, 2} {
		w := newTown(t)
		f := w.film("720", 120, 1_000_000)
		bad := w.viewer(20e6)
		bad.lies = true
		bad.play(f, On)
		w.run(20 * time.Second)
		for range others {
			w.viewer(20e6).play(f, On)
		}
		w.run(5 * time.Second)
		v := w.viewer(20e6)
		v.play(f, On)
		v.ends(t)
		s := v.s.Stats()
		if others == 0 && s.Bad == 0 || s.Bad > 1 {
			t.Errorf("with %d others: %d bad pieces", others, s.Bad)
		}
		if s.Bad > 0 && s.Peers != others {
			t.Errorf("with %d others: %d peers are left", others, s.Peers)
		}
	}
}

func TestAPeerThatStopsCostsNoStall(t *testing.T) {
	_, first, second := pair(t)
	first.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	first.mute = true
	second.ends(t)
	if second.s.Stats().Peers > 0 {
		t.Error("who sends nothing is still there")
	}
}

func TestAPeerThatLeavesCostsNoStall(t *testing.T) {
	_, first, second := pair(t)
	first.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	first.goes()
	second.ends(t)
	if s := second.s.Stats(); s.Peers != 0 || s.State != StateSeeking {
		t.Errorf("%+v", s)
	}
}

func TestHeldAndOffOpenNothing(t *testing.T) {
	for _, m := range []Mode{Held, Off} {
		w := newTown(t)
		f := w.film("720", 60, 1_000_000)
		w.viewer(20e6).play(f, On)
		v := w.viewer(20e6)
		v.play(f, m)
		v.ends(t)
		if v.peerings+v.sockets+v.opened > 0 || v.s.Stats().FromServer != f.length {
			t.Errorf("mode %d: %d questions, %d sockets, %d connections", m, v.peerings, v.sockets, v.opened)
		}
	}
}

func TestSwitchedOffAndOnAgain(t *testing.T) {
	_, first, second := pair(t)
	first.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	second.s.SetMode(Off)
	first.run(time.Second)
	if len(second.conns) > 0 || !second.socket.closed || len(second.offices[second.film.hash]) != 1 || second.s.Stats().State != StateOff {
		t.Errorf("%d connections, %+v", len(second.conns), second.s.Stats())
	}
	before := second.s.Stats().FromViewers
	first.run(20 * time.Second)
	if s := second.s.Stats(); s.FromViewers != before || before == 0 {
		t.Errorf("%d bytes came from viewers", s.FromViewers-before)
	}
	second.s.SetMode(On)
	first.until("sharing again", 30*time.Second, func() bool { return second.s.Stats().FromViewers > before })
	second.ends(t)
}

func TestThePlatformSwitchesOff(t *testing.T) {
	_, first, second := pair(t)
	first.until("sharing", 30*time.Second, func() bool { return second.s.Stats().Peers == 1 })
	sockets := second.sockets
	second.socket.closed = true
	second.socket.to.Closed(announce.CloseOff)
	first.run(time.Second)
	if s := second.s.Stats(); s.State != StateRefused || s.Why != Switched || len(second.conns) > 0 {
		t.Errorf("%+v", s)
	}
	first.run(2 * time.Minute)
	if second.sockets != sockets {
		t.Error("it asked again by itself")
	}
	second.ends(t)
}

func TestNoSharingWhereItCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(v *viewer)
		want Why
	}{
		"a private video": {func(v *viewer) { v.status = 403 }, NotHere},
		"no WebRTC":       {func(v *viewer) { v.unable = true }, NoWebRTC},
	} {
		w := newTown(t)
		v := w.viewer(20e6)
		c.set(v)
		v.play(w.film("720", 60, 1_000_000), On)
		v.ends(t)
		if s := v.s.Stats(); s.State != StateRefused || s.Why != c.want || v.sockets+v.opened > 0 || v.peerings > 1 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestAFastServerIsNotAskedBeforeTheSwarmIsThere(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 120, 1_000_000)
	w.viewer(20e6).play(f, On)
	w.run(20 * time.Second)
	v := w.viewer(20e6)
	v.down = 1e9
	v.play(f, On)
	w.run(3 * time.Second)
	if got := float64(v.serverGot) / v.perSecond(); got > 15 {
		t.Errorf("the server sent %.0f s at once", got)
	}
	v.ends(t)
}

func TestWhatIsNotTheTorrentsIsPlayedFromTheServer(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 120, 1_000_000)
	f.other = true
	v := w.viewer(20e6)
	v.play(f, On)
	v.ends(t)
	if s := v.s.Stats(); s.Bad == 0 || s.Kept > 0 {
		t.Errorf("%+v", s)
	}
}

func TestTheTrackerComesBack(t *testing.T) {
	w, _, second := pair(t)
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().Peers == 1 })
	w.noticed = true
	for _, l := range w.lines {
		l.closed = true
		l.v.leave()
		l.to.Closed(1006)
	}
	w.run(30 * time.Second)
	if second.s.Stats().Peers != 1 {
		t.Error("peers went with the tracker")
	}
	w.noticed = false
	third := w.viewer(20e6)
	w.run(2 * time.Minute)
	third.play(second.film, On)
	w.until("third is sharing", 60*time.Second, func() bool { return third.s.Stats().Peers > 0 })
	second.ends(t)
	third.ends(t)
}

func TestTheServerComesBack(t *testing.T) {
	w, first, second := pair(t)
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 1<<20 })
	w.away = true
	w.run(8 * time.Second)
	w.away = false
	first.ends(t)
	second.ends(t)
}

func TestAnotherPlaceIsPlayed(t *testing.T) {
	w, _, second := pair(t)
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	second.cancel()
	second.fetching = false
	second.got = int64(200 * second.perSecond())
	second.pos = 200
	w.run(5 * time.Second)
	second.stalls = 0 // the picture stands still at a seek
	if have := float64(second.got)/second.perSecond() - second.pos; have < 5 {
		t.Errorf("%.1f s are buffered after a seek", have)
	}
	if second.s.Stats().Peers != 1 {
		t.Error("the peer is gone")
	}
	second.ends(t)
}

func TestAnotherLevelKeepsThePeer(t *testing.T) {
	w, first, second := pair(t)
	low := w.films[1]
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	for _, v := range []*viewer{first, second} {
		w.run(10 * time.Second)
		v.cancel()
		v.fetching = false
		at := float64(v.got) / v.perSecond()
		v.film = low
		v.got = int64(at * v.perSecond())
		v.s.Fetch(player.Piece{File: low.name, Infohash: low.hex(), Range: hls.Range{Size: 900}}, player.Sink{
			Data: func(player.Chunk, player.Origin) {}, End: func(error) {},
		})
	}
	dials := first.opened + second.opened
	w.run(60 * time.Second)
	known := 0
	for _, p := range second.s.level.peers {
		if p.gave > 0 || p.took > 0 || p.held > 0 {
			known++
		}
	}
	if second.s.level.hash != low.hash || known != 1 || len(first.s.links) != 1 || len(second.s.links) != 1 {
		t.Errorf("%d peers on the new level, %d and %d links, %d dials more", known, len(first.s.links), len(second.s.links), first.opened+second.opened-dials)
	}
	second.ends(t)
}

func TestMemoryIsBounded(t *testing.T) {
	w, first, second := pair(t)
	most := int64(8 << 20)
	for _, v := range []*viewer{first, second} {
		v.s.SetLimits(Limits{Upload: UsualUpload, Cache: most})
	}
	for !second.done && w.now < 400*time.Second {
		w.run(time.Second)
		if s := second.s.Stats(); s.Kept > most+most/4 {
			t.Fatalf("%d bytes are kept", s.Kept)
		}
	}
	second.ends(t)
}

func TestUploadKeepsToItsLimits(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 300, 1_000_000)
	first := w.viewer(20e6)
	first.s.SetLimits(Limits{Upload: 500_000, Session: 2 << 20, Cache: DeskCache})
	first.play(f, On)
	w.run(20 * time.Second)
	for range 3 {
		w.viewer(20e6).play(f, On)
	}
	w.run(20 * time.Second)
	if sent := first.s.Stats().Sent; sent == 0 || float64(sent)*8/20 > 520_000 {
		t.Errorf("%d bytes in 20 s", sent)
	}
	w.run(60 * time.Second)
	if s := first.s.Stats(); !s.Full || s.Sent > 2<<20+32<<10 {
		t.Errorf("%+v", s)
	}
	for _, v := range w.viewers {
		v.ends(t)
	}
}

func TestAPauseStopsUploads(t *testing.T) {
	w, first, second := pair(t)
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
	first.s.SetPaused(true)
	w.run(62 * time.Second)
	before := first.s.Stats().Sent
	w.run(20 * time.Second)
	if sent := first.s.Stats().Sent - before; sent > 0 {
		t.Errorf("%d bytes were sent", sent)
	}
	first.s.SetPaused(false)
	w.until("sending again", 30*time.Second, func() bool { return first.s.Stats().Sent > before })

	w, first, second = pair(t)
	w.until("sharing", 30*time.Second, func() bool { return second.s.Stats().Peers == 1 })
	first.s.SetPaused(true)
	w.run(6 * time.Minute)
	if s := first.s.Stats(); s.State != StateResting || len(first.conns) > 0 || !first.socket.closed {
		t.Errorf("%+v", s)
	}
}

func TestWhoOnlyReceivesSendsNothing(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 120, 1_000_000)
	first := w.viewer(20e6)
	first.play(f, On)
	w.run(20 * time.Second)
	second := w.viewer(20e6)
	second.play(f, Receive)
	w.run(10 * time.Second)
	w.viewer(20e6).play(f, On)
	for _, v := range w.viewers {
		v.ends(t)
	}
	if s := second.s.Stats(); s.Sent > 0 || s.FromViewers == 0 {
		t.Errorf("%+v", s)
	}
}

func TestWhoReceivedMayBeginToGive(t *testing.T) {
	w := newTown(t)
	f := w.film("720", 300, 1_000_000)
	first := w.viewer(20e6)
	first.play(f, Receive)
	w.run(20 * time.Second)
	second := w.viewer(20e6)
	second.play(f, On)
	w.run(10 * time.Second)
	if s := second.s.Stats(); s.FromViewers > 0 || s.Peers != 1 {
		t.Errorf("%+v", s)
	}
	first.s.SetMode(On)
	w.until("sharing", 20*time.Second, func() bool { return second.s.Stats().FromViewers > 0 })
}

func TestAPieceAtOddPlacesComesWhole(t *testing.T) {
	w, _, second := pair(t)
	w.until("sharing", 60*time.Second, func() bool { return second.s.Stats().FromViewers > 4<<20 })
	for _, r := range []hls.Range{{Offset: 0, Size: 1000}, {Offset: 65535, Size: 2}, {Offset: second.film.length - 1, Size: 1}, {Offset: 100_001, Size: 500_000}} {
		var got int64
		ended := false
		second.s.Fetch(player.Piece{File: "720", Infohash: second.film.hex(), Range: r}, player.Sink{
			Data: func(c player.Chunk, _ player.Origin) {
				m := c.(media)
				if m.from != r.Offset+got {
					t.Errorf("%d instead of %d", m.from, r.Offset+got)
				}
				got += int64(m.n)
			},
			End: func(err error) { ended = err == nil },
		})
		w.until("whole", 10*time.Second, func() bool { return ended })
		if got != r.Size {
			t.Errorf("%+v brought %d", r, got)
		}
	}
}
