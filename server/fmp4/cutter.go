package fmp4

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"shoal/shared/hls"
)

// What a Cutter may complain of besides broken bytes.
var (
	ErrLongGap   = errors.New("fmp4: keyframes too far apart")
	ErrNotIDR    = errors.New("fmp4: a keyframe that cannot be started from")
	ErrTooLarge  = errors.New("fmp4: more bytes than allowed")
	ErrNoPicture = errors.New("fmp4: nothing inside")
)

// Limits of what is held in memory, in bytes.
const (
	maxMoov = 8 << 20
	maxMoof = 8 << 20
)

// Cutter is a writer that passes a stream of fragments on and cuts it into segments.
//
// A segment is whole fragments and starts with a keyframe; the first one behind each multiple of Target starts a new one,
// so that renditions with the same keyframes have the same segments.
type Cutter struct {
	To      io.Writer
	Target  float64 // seconds of a segment
	Longest float64 // seconds; a longer segment is ErrLongGap; 0 for no bound
	Most    int64   // bytes; more is ErrTooLarge; 0 for no bound
	Strict  bool    // segments start with an IDR picture (ITU-T H.264 §7.4.1.2.4) that is shown, or ErrNotIDR

	at       int64 // bytes passed on
	held     []byte
	need     int   // bytes of held that complete the header or box at hand; 0 for a header
	media    int64 // bytes of mdat still to pass
	tracks   []*Track
	main     *Track // the one that decides where segments start
	segments []hls.Segment
	starts   []float64 // seconds
	end      float64   // seconds
	digest   hash.Hash
	sums     []string
	watch    *nals
}

// Write takes the next bytes of the stream.
func (c *Cutter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		var err error
		if c.media > 0 {
			head := p[:min(int64(len(p)), c.media)]
			p = p[len(head):]
			c.media -= int64(len(head))
			err = c.pass(head)
		} else {
			p, err = c.hold(p)
		}
		if err != nil {
			return n - len(p), err
		}
	}
	return n, nil
}

// hold gathers a header, then the box if it must be read.
func (c *Cutter) hold(p []byte) ([]byte, error) {
	const header = 8
	want := max(c.need, header)
	k := min(want-len(c.held), len(p))
	c.held = append(c.held, p[:k]...)
	p = p[k:]
	if len(c.held) < want {
		return p, nil
	}
	if c.need == 0 {
		return p, c.header()
	}
	whole := c.held
	c.held, c.need = c.held[:0], 0
	return p, c.box(whole)
}

func (c *Cutter) header() error {
	size, kind := int64(be.Uint32(c.held)), string(c.held[4:8])
	limit := map[string]int64{"ftyp": 1 << 10, "moov": maxMoov, "moof": maxMoof}[kind]
	switch {
	case kind == "mdat" && size >= 8 && len(c.segments) > 0:
		c.media = size - 8
		head := c.held
		c.held = c.held[:0]
		return c.emit(head)
	case limit == 0 || size <= 8:
		return ErrBroken
	case size > limit:
		return ErrTooBig
	}
	c.need = int(size)
	return nil
}

func (c *Cutter) box(whole []byte) error {
	body := whole[8:]
	switch kind := string(whole[4:8]); {
	case kind == "ftyp" && c.at == 0:
	case kind == "moov" && c.tracks == nil:
		if err := c.open(body); err != nil {
			return err
		}
	case kind == "moof" && c.tracks != nil:
		parts, err := readMoof(body, c.tracks)
		if err != nil {
			return err
		}
		if err := c.fragment(parts, int64(len(whole))); err != nil {
			return err
		}
	default:
		return ErrBroken
	}
	return c.emit(whole)
}

func (c *Cutter) open(moov []byte) error {
	tracks, err := readMoov(moov)
	if err != nil {
		return err
	}
	for _, t := range tracks {
		if c.main == nil || t.Video && !c.main.Video {
			c.main = t
		}
	}
	if c.main == nil {
		return ErrNoPicture
	}
	c.tracks = tracks
	return nil
}

// fragment decides whether a fragment starts a segment.
func (c *Cutter) fragment(parts []part, moof int64) error {
	if len(parts) == 0 {
		if c.segments == nil {
			return ErrBroken
		}
		return nil
	}
	lead := parts[0]
	for _, p := range parts {
		if p.track == c.main {
			lead = p
		}
		c.end = max(c.end, p.track.seconds(p.start+p.duration))
	}
	start := lead.track.seconds(lead.start)
	if lead.sync || lead.track != c.main {
		if c.segments == nil || int64(start/c.Target+slack) > int64(c.starts[len(c.starts)-1]/c.Target+slack) {
			c.begin(start)
			if c.Strict && lead.track.Video {
				if early(lead) {
					return ErrNotIDR
				}
				c.watch = &nals{skip: lead.offset - moof - 8, left: lead.first, size: lead.track.lengths}
			}
		}
	}
	if c.segments == nil {
		return ErrBroken
	}
	if c.Longest > 0 && c.end-c.starts[len(c.starts)-1] > c.Longest {
		return ErrLongGap
	}
	return nil
}

// early tells whether a picture is before the start of the film: browsers drop it, and all that build on it.
func early(p part) bool {
	const grace = 20 // of a second
	return int64(p.start)+p.composed-p.track.skipped < -int64(p.track.Timescale/grace)
}

// slack lets a keyframe that is late by rounding count for its multiple of Target.
const slack = 1e-3

// seconds is when something is heard or seen. A picture's skipped units are those by which it is decoded early.
func (t *Track) seconds(units uint64) float64 {
	if !t.Video {
		units -= min(units, uint64(max(t.skipped, 0)))
	}
	return float64(units) / float64(t.Timescale)
}

func (c *Cutter) begin(start float64) {
	c.finish()
	if c.segments == nil {
		start = 0
	}
	c.segments = append(c.segments, hls.Segment{Range: hls.Range{Offset: c.at}})
	c.starts = append(c.starts, start)
	c.digest = sha256.New()
}

// finish ends the segment at hand.
func (c *Cutter) finish() {
	if c.digest != nil {
		c.sums = append(c.sums, hex.EncodeToString(c.digest.Sum(nil)))
	}
}

// pass hands on bytes of media.
func (c *Cutter) pass(p []byte) error {
	if c.watch != nil {
		over, idr := c.watch.see(p)
		if over && !idr {
			return ErrNotIDR
		}
		if over {
			c.watch = nil
		}
	}
	return c.emit(p)
}

func (c *Cutter) emit(p []byte) error {
	if c.Most > 0 && c.at+int64(len(p)) > c.Most {
		return ErrTooLarge
	}
	if n := len(c.segments); n > 0 {
		c.segments[n-1].Size += int64(len(p))
		c.digest.Write(p)
	}
	c.at += int64(len(p))
	_, err := c.To.Write(p)
	return err
}
