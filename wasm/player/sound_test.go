package player

import (
	"testing"
	"time"

	"shoal/shared/hls"
)

// apart has pictures without sound, sound in two languages, and sound alone as a level.
func apart(t *testing.T, seconds float64) (*world, Video) {
	w := newWorld(t, seconds)
	var v Video
	for i, k := range []int{400, 900, 1800} {
		v.Levels = append(v.Levels, w.add(string(rune('0'+i)), seconds, k, []int{360, 480, 720}[i], false, "avc1.64001f,mp4a.40.2").l)
	}
	for _, name := range []string{"8", "9"} {
		v.Audio = append(v.Audio, SoundFile{File: w.add(name, seconds, 100, 0, false, "mp4a.40.2").l, Name: name})
	}
	only := w.add("7", seconds, 64, 0, false, "mp4a.40.2").l
	v.AudioOnly = &only
	v.UUID, v.Duration, v.Width, v.Height = "u", seconds, 1920, 1080
	return w, v
}

func TestSoundApart(t *testing.T) {
	w, v := apart(t, 60)
	w.p.Load(v, Options{Autoplay: true})
	w.run(5 * time.Second)
	if s := w.wants(t, Playing); len(w.media.bufs) != 2 || len(s.Sounds) != 2 {
		t.Fatalf("%d buffers, %+v", len(w.media.bufs), s)
	}
	w.p.SetSound(1)
	w.run(2 * time.Second)
	at := w.p.State().Position
	for _, p := range w.media.bufs[1].has {
		if p.To > at && p.f.name != "9" {
			t.Errorf("the old sound is still there at %v", p.Span)
		}
	}
	w.p.Seek(30)
	w.run(40 * time.Second)
	if w.wants(t, Ended); w.stalls > 0 {
		t.Errorf("%d stalls", w.stalls)
	}
}

func TestSoundAlone(t *testing.T) {
	w, v := apart(t, 60)
	w.p.Load(v, Options{Autoplay: true})
	w.run(5 * time.Second)
	at := w.p.State().Position
	w.p.SetLevel(3)
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); len(w.media.bufs) != 1 || s.Current != 3 || s.Position < at {
		t.Errorf("sound alone: %+v", s)
	}
	w.p.SetLevel(Auto)
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); len(w.media.bufs) != 2 || s.Current == 3 {
		t.Errorf("pictures again: %+v", s)
	}
	w.run(60 * time.Second)
	w.wants(t, Ended)
}

func TestOnlySound(t *testing.T) {
	w, v := apart(t, 60)
	v.Levels, v.Audio = nil, nil
	w.p.Load(v, Options{Autoplay: true})
	w.run(65 * time.Second)
	w.wants(t, Ended)
}

func TestWishedLines(t *testing.T) {
	for lines, want := range map[int]int{0: Auto, 480: 1, 1080: 2, 144: 0, Sound: 3} {
		w, v := apart(t, 20)
		w.p.Load(v, Options{Autoplay: true, Lines: lines})
		w.run(3 * time.Second)
		if s := w.wants(t, Playing); s.Chosen != want || want >= 0 && s.Current != want {
			t.Errorf("%d lines: chose %d, shows %d", lines, s.Chosen, s.Current)
		}
	}
}

// script stands for the boot script: it has the first segments under way and some of their bytes appended.
func script(w *world, f *file, parts []hls.Range, into int64) *Head {
	b := &fakeBuffer{}
	w.media.bufs, w.media.paused = []*fakeBuffer{b}, false
	left, done := into, int64(0)
	for _, p := range parts {
		n := min(left, p.Size)
		for at := p.Offset; at < p.Offset+n; {
			edge := p.Offset + n
			for _, s := range append([]segment{{Range: hls.Range{Size: f.l.Init}}}, f.r.segs...) {
				if s.Offset <= at && at < s.End() {
					edge = min(edge, s.End())
				}
			}
			b.append(&w.media, fakeChunk{f, at, edge})
			at = edge
		}
		left -= n
		done += n
	}
	return &Head{Mode: MSE, Want: true, Started: true, Tracks: []HeadTrack{{Parts: func() []hls.Range { return parts }, Take: func(to Sink) (int64, time.Duration, func()) {
		var cancels []func()
		rest := into
		var next func(i int)
		next = func(i int) {
			if i == len(parts) {
				to.End(nil)
				return
			}
			skip := min(rest, parts[i].Size)
			rest -= skip
			if skip == parts[i].Size {
				next(i + 1)
				return
			}
			r := hls.Range{Offset: parts[i].Offset + skip, Size: parts[i].Size - skip}
			cancels = append(cancels, w.Fetch(Piece{File: f.l.Address, Range: r}, Sink{Data: to.Data, End: func(err error) {
				if err != nil {
					to.End(err)
					return
				}
				next(i + 1)
			}}))
		}
		w.Soon(func() { next(0) })
		return into, time.Second, func() {
			for _, c := range cancels {
				c()
			}
		}
	}}}}
}

func TestTakeOver(t *testing.T) {
	for _, into := range []int64{0, 500, 1000, 1001, 150_000, 451_000, 600_000, 901_000, 1_000_000, 1_351_000} {
		w := newWorld(t, 60, 400, 900)
		f := w.files["1.mp4"]
		h := script(w, f, []hls.Range{{Size: f.r.segs[1].End()}, f.r.segs[2].Range}, into)
		h.Level = 1
		w.p.Load(w.boot(60), Options{Head: h})
		w.run(70 * time.Second)
		if w.wants(t, Ended); w.media.opens != 0 || w.stalls > 0 && into > 100_000 {
			t.Errorf("%d bytes in: %d new sources, %d stalls", into, w.media.opens, w.stalls)
		}
		if got, want := w.fetched["1"]+into, f.r.segs[14].End(); got != want {
			t.Errorf("%d bytes in: %d fetched, the file has %d", into, got, want)
		}
	}
}

func TestTakeOverInTheMiddle(t *testing.T) {
	w := newWorld(t, 60, 400, 900)
	f := w.files["1.mp4"]
	parts := []hls.Range{{Size: 1000}, {Offset: f.r.segs[7].Offset, Size: 2 * f.r.segs[7].Size}}
	h := script(w, f, parts, 301_000)
	h.Level, h.Start, w.media.at = 1, 29, 29
	w.p.Load(w.boot(60), Options{Start: 29, Head: h})
	w.run(40 * time.Second)
	if w.wants(t, Ended); w.media.opens != 0 || w.stalls > 0 {
		t.Errorf("%d new sources, %d stalls", w.media.opens, w.stalls)
	}
	if got, want := w.fetched["1"]+301_000, 1000+f.r.segs[14].End()-f.r.segs[7].Offset; got != want {
		t.Errorf("%d bytes fetched, want %d", got, want)
	}
}

func TestLevelsAfterATakeOver(t *testing.T) {
	for _, into := range []int64{0, 500, 1000, 400_000} {
		w := newWorld(t, 60, 400, 900)
		f := w.files["1.mp4"]
		h := script(w, f, []hls.Range{{Size: f.r.segs[1].End()}}, into)
		h.Level = 1
		w.p.Load(w.boot(60), Options{Head: h})
		w.run(3 * time.Second)
		for _, level := range []int{0, 1} {
			w.p.SetLevel(level)
			w.run(8 * time.Second)
			if s := w.wants(t, Playing); s.Current != level {
				t.Errorf("level %d on the screen, want %d", s.Current, level)
			}
		}
	}
}

func TestASeekBeforeTheTakeOver(t *testing.T) {
	w := newWorld(t, 60, 400, 900)
	f := w.files["1.mp4"]
	parts := []hls.Range{{Size: 1000}, {Offset: f.r.segs[7].Offset, Size: 2 * f.r.segs[7].Size}}
	h := script(w, f, parts, 301_000)
	h.Level, h.Start, w.media.at = 1, 29, 29
	w.p.Load(w.boot(60), Options{Start: 29, Head: h})
	w.p.Seek(50) // the playlist is not here yet
	w.run(2 * time.Second)
	if s := w.wants(t, Playing); s.Position < 50.5 {
		t.Errorf("at %v", s.Position)
	}
	w.p.Seek(29)
	w.run(40 * time.Second)
	w.wants(t, Ended)
}

func TestTakeOverOfAFailure(t *testing.T) {
	w := newWorld(t, 20, 400)
	w.p.Load(w.boot(20), Options{Head: &Head{Mode: MSE, Want: true, Failed: true}})
	w.run(25 * time.Second)
	w.wants(t, Ended)
}

func TestAnotherVideo(t *testing.T) {
	w := newWorld(t, 60, 400, 900)
	load(w, 60, Options{})
	w.run(1030 * time.Millisecond) // in the middle of a fetch
	other := w.boot(20)
	other.UUID = "other"
	other.Levels = nil
	for i, k := range []int{300, 600} {
		other.Levels = append(other.Levels, w.add("1"+string(rune('0'+i)), 20, k, 360+120*i, true, "avc1.64001f,mp4a.40.2").l)
	}
	w.p.Load(other, Options{Autoplay: true})
	w.run(22 * time.Second)
	if s := w.wants(t, Ended); s.UUID != "other" || s.Duration != 20 {
		t.Errorf("%+v", s)
	}
	w.p.Close()
	w.run(time.Second)
	w.wants(t, Idle)
	if len(w.calls) > 0 {
		t.Error("a fetch goes on after Close")
	}
}

func TestWithoutMediaSource(t *testing.T) {
	w := newWorld(t, 60, 400, 900)
	w.media.unknown = "mp4"
	load(w, 60, Options{Start: 5})
	if s := w.p.State(); s.Mode != NativeHLS || w.media.file != "master.m3u8" || w.media.at != 5 {
		t.Errorf("%+v plays %q", s, w.media.file)
	}
	w = newWorld(t, 60, 400, 900)
	w.media.unknown = "m" // neither MP4 in source buffers nor HLS
	load(w, 60, Options{})
	if s := w.p.State(); s.Mode != Progressive || w.media.file != "0.mp4" || s.Current != 0 {
		t.Errorf("%+v plays %q", s, w.media.file)
	}
	w.p.SetLevel(1)
	if w.media.file != "1.mp4" {
		t.Errorf("plays %q", w.media.file)
	}
}
