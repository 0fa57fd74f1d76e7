package fmp4

import (
	"io"
	"strings"

	"shoal/shared/hls"
)

// Result is what is known of a rendition once it is written.
type Result struct {
	Tracks    []*Track
	Media     hls.Media // without its URI
	SHA256    []string  // hex digest of each segment
	Size      int64     // bytes
	Bandwidth int64     // peak bits per second
}

// Close ends the stream and tells what it was.
func (c *Cutter) Close() (Result, error) {
	switch {
	case c.media > 0 || len(c.held) > 0:
		return Result{}, io.ErrUnexpectedEOF
	case len(c.segments) == 0:
		return Result{}, ErrNoPicture
	}
	c.finish()
	for i := range c.segments {
		end := c.end
		if i+1 < len(c.starts) {
			end = c.starts[i+1]
		}
		c.segments[i].Duration = max(end-c.starts[i], 0)
	}
	m := hls.Media{Init: hls.Range{Size: c.segments[0].Offset}, Segments: c.segments}
	return Result{c.tracks, m, c.sums, c.at, c.peak()}, nil
}

// peak leaves out segments shorter than half a target, as RFC 8216 §4.3.4.2 does, unless there is no other.
func (c *Cutter) peak() int64 {
	var most, short float64
	for _, s := range c.segments {
		rate := float64(s.Size) * 8 / max(s.Duration, 0.1)
		if s.Duration >= c.Target/2 {
			most = max(most, rate)
		}
		short = max(short, rate)
	}
	if most == 0 {
		most = short
	}
	return int64(most)
}

// Codecs is what the codecs parameter says: video first.
func (r Result) Codecs() string {
	var list []string
	for _, t := range r.Tracks {
		if t.Video {
			list = append([]string{t.Codec}, list...)
		} else {
			list = append(list, t.Codec)
		}
	}
	return strings.Join(list, ",")
}
