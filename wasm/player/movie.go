package player

import (
	"strings"

	"shoal/shared/hls"
)

// Types of the two kinds of file.
const (
	videoType = "video/mp4"
	audioType = "audio/mp4"
)

// segment is a stretch of a rendition's file and of time.
type segment struct {
	hls.Range
	Span
}

// rendition is one file: a level, or sound of its own.
type rendition struct {
	File
	mime    string
	sound   bool
	segs    []segment
	whole   bool    // segs is all of them
	init    []Chunk // the initialisation section, once it was here
	getting bool    // the playlist is on its way, or will be asked for again
	stop    func()  // ends asking for it
	tries   int     // in vain for the playlist
	dead    bool    // gone from the server, or not playable here
}

// movie is what a boot offers.
type movie struct {
	boot   Video
	levels []*rendition // lowest first; sound alone, if offered, is last
	sounds []*rendition
}

func newMovie(b Video, supports func(mime string) bool) *movie {
	m := &movie{boot: b}
	for _, l := range b.Levels {
		m.levels = append(m.levels, newRendition(l, false))
	}
	if b.AudioOnly != nil {
		m.levels = append(m.levels, newRendition(*b.AudioOnly, true))
	}
	for _, a := range b.Audio {
		m.sounds = append(m.sounds, newRendition(a.File, true))
	}
	for _, r := range append(m.levels[:len(m.levels):len(m.levels)], m.sounds...) {
		r.dead = !supports(r.mime)
	}
	return m
}

func newRendition(l File, sound bool) *rendition {
	r := &rendition{File: l, sound: sound, mime: mimeOf(l, sound)}
	at, time := l.Init, 0.0
	for i := range min(len(l.First), len(l.Times)) {
		d := float64(l.Times[i]) / 1000
		r.segs = append(r.segs, segment{hls.Range{Offset: at, Size: l.First[i]}, Span{time, time + d}})
		at, time = at+l.First[i], time+d
	}
	return r
}

// mimeOf leaves out the codecs that the file itself does not hold: a level without sound may name its group's.
func mimeOf(l File, sound bool) string {
	var codecs []string
	for c := range strings.SplitSeq(l.Codecs, ",") {
		c = strings.TrimSpace(c)
		if isSound := soundCodec(c); c != "" && (sound && isSound || !sound && (l.Muxed || !isSound)) {
			codecs = append(codecs, c)
		}
	}
	kind := videoType
	if sound {
		kind = audioType
	}
	return kind + `; codecs="` + strings.Join(codecs, ",") + `"`
}

func soundCodec(c string) bool {
	for _, family := range []string{"mp4a", "opus", "Opus", "ac-3", "ec-3", "flac", "fLaC", "mp3"} {
		if strings.HasPrefix(c, family) {
			return true
		}
	}
	return false
}

// parse takes the segments from a media playlist.
func (r *rendition) parse(text string) error {
	m, err := hls.ParseMedia(text)
	if err != nil {
		return err
	}
	r.segs, r.Init = r.segs[:0:0], m.Init.End()
	var at float64
	for _, s := range m.Segments {
		r.segs = append(r.segs, segment{s.Range, Span{at, at + s.Duration}})
		at += s.Duration
	}
	r.whole = true
	return nil
}

// at is the index of the segment that plays at t, -1 when it is not known, len(segs) behind the end.
func (r *rendition) at(t float64) int {
	lo, hi := 0, len(r.segs)
	for lo < hi {
		if mid := (lo + hi) / 2; r.segs[mid].To-slack > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if lo == len(r.segs) && !r.whole {
		return -1
	}
	return lo
}

// slack is how far, in seconds, times of segments may lie beside what is in the file.
const slack = 0.05

// fits tells whether r can go on in buffers made for o without a new media source.
func (r *rendition) fits(o *rendition) bool {
	return o != nil && r.sound == o.sound && r.Muxed == o.Muxed && strings.Count(r.mime, ",") == strings.Count(o.mime, ",")
}

// sameCodec tells whether the decoder takes r after o without being told.
func (r *rendition) sameCodec(o *rendition) bool {
	family := func(mime string) string { f, _, _ := strings.Cut(mime, "."); return f }
	return o == nil || family(r.mime) == family(o.mime)
}

// index is the place among the levels, -1 for what is none.
func (m *movie) index(r *rendition) int {
	for i, l := range m.levels {
		if l == r {
			return i
		}
	}
	return -1
}

func (m *movie) state() (levels []Level, sounds []Track) {
	for _, r := range m.levels {
		levels = append(levels, Level{Height: r.Height, Width: r.Width, FPS: r.FPS, Bandwidth: r.Bandwidth, Codecs: r.Codecs, Sound: r.sound})
	}
	for _, a := range m.boot.Audio {
		sounds = append(sounds, Track{a.Name, a.Language})
	}
	return levels, sounds
}
