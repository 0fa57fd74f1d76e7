// Package hls writes and reads playlists of single-file renditions: byte ranges, variants, audio renditions (RFC 8216).
//
// It is small and without fmt, so that the browser can afford it.
package hls

// Media is the playlist of one rendition. All its segments lie in one file.
type Media struct {
	URI      string // the file, relative to the playlist
	Init     Range  // where the file's initialisation section is (EXT-X-MAP)
	Segments []Segment
}

// Range is Size bytes from Offset on.
type Range struct{ Offset, Size int64 }

// End is the offset behind the last byte.
func (r Range) End() int64 { return r.Offset + r.Size }

// Segment is a piece of a rendition that starts with a keyframe.
type Segment struct {
	Range
	Duration float64 // seconds
}

// Length is the rendition's duration in seconds.
func (m Media) Length() float64 {
	var sum float64
	for _, s := range m.Segments {
		sum += s.Duration
	}
	return sum
}

// Master lists the variants of one video.
type Master struct {
	Variants  []Variant
	Audio     []Track // renditions of their own, when variants carry no sound
	Subtitles []Track
}

// Variant is one level a player may choose (EXT-X-STREAM-INF).
type Variant struct {
	URI           string
	Bandwidth     int64 // peak bits per second, sound included
	Width, Height int   // 0 for sound alone
	FrameRate     float64
	Codecs        string
	AudioGroup    string // group of Master.Audio that belongs to it; empty when muxed
	SubtitleGroup string
}

// Track is an alternative rendition (EXT-X-MEDIA).
type Track struct {
	Group, Name, Language, URI string
	Default                    bool
}
