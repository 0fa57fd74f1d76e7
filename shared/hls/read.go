package hls

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Limits of what is read; a playlist beyond them is refused.
const (
	MaxLines    = 200_000
	MaxVariants = 64
)

// The kinds of refusal.
var (
	ErrNotPlaylist = errors.New("hls: no #EXTM3U at the start")
	ErrTooLong     = errors.New("hls: playlist too long")
	ErrSegment     = errors.New("hls: bad segment")
	ErrManyFiles   = errors.New("hls: segments lie in more than one file")
)

// ParseMedia reads a media playlist whose segments are byte ranges of one file.
func ParseMedia(text string) (Media, error) {
	var m Media
	var seg Segment
	var next int64
	err := lines(text, func(tag, rest string) error {
		switch tag {
		case "#EXT-X-MAP":
			a := attributes(rest)
			m.URI = a["URI"]
			r, ok := parseRange(a["BYTERANGE"], 0)
			if !ok {
				return ErrSegment
			}
			m.Init = r
		case "#EXTINF":
			value, _, _ := strings.Cut(rest, ",")
			d, err := strconv.ParseFloat(value, 64)
			if err != nil || !(d >= 0) || math.IsInf(d, 0) {
				return ErrSegment
			}
			seg.Duration = d
		case "#EXT-X-BYTERANGE":
			r, ok := parseRange(rest, next)
			if !ok {
				return ErrSegment
			}
			seg.Range, next = r, r.End()
		case "":
			if seg.Size == 0 {
				return ErrSegment
			}
			if m.URI == "" {
				m.URI = rest
			}
			if m.URI != rest {
				return ErrManyFiles
			}
			m.Segments = append(m.Segments, seg)
			seg = Segment{}
		}
		return nil
	})
	return m, err
}

// ParseMaster reads a master playlist.
func ParseMaster(text string) (Master, error) {
	var m Master
	var v *Variant
	err := lines(text, func(tag, rest string) error {
		switch tag {
		case "#EXT-X-MEDIA":
			a := attributes(rest)
			t := Track{Group: a["GROUP-ID"], Name: a["NAME"], Language: a["LANGUAGE"], URI: a["URI"], Default: a["DEFAULT"] == "YES"}
			switch a["TYPE"] {
			case "AUDIO":
				m.Audio = append(m.Audio, t)
			case "SUBTITLES":
				m.Subtitles = append(m.Subtitles, t)
			}
		case "#EXT-X-STREAM-INF":
			v = variant(attributes(rest))
		case "":
			if v == nil {
				return nil
			}
			v.URI = rest
			m.Variants = append(m.Variants, *v)
			v = nil
		}
		if len(m.Variants) > MaxVariants || len(m.Audio) > MaxVariants || len(m.Subtitles) > 4*MaxVariants {
			return ErrTooLong
		}
		return nil
	})
	return m, err
}

func variant(a map[string]string) *Variant {
	v := &Variant{Codecs: a["CODECS"], AudioGroup: a["AUDIO"], SubtitleGroup: a["SUBTITLES"]}
	v.Bandwidth, _ = strconv.ParseInt(a["BANDWIDTH"], 10, 64)
	v.FrameRate, _ = strconv.ParseFloat(a["FRAME-RATE"], 64)
	if w, h, ok := strings.Cut(a["RESOLUTION"], "x"); ok {
		v.Width, _ = strconv.Atoi(w)
		v.Height, _ = strconv.Atoi(h)
	}
	return v
}

// lines calls do with each tag and what follows its colon, or with an empty tag and the URI.
func lines(text string, do func(tag, rest string) error) error {
	if !strings.HasPrefix(text, "#EXTM3U") {
		return ErrNotPlaylist
	}
	n := 0
	for l := range strings.Lines(text) {
		if n++; n > MaxLines {
			return ErrTooLong
		}
		l = strings.TrimSpace(l)
		tag, rest := "", l
		switch {
		case l == "":
			continue
		case strings.HasPrefix(l, "#EXT"):
			tag, rest, _ = strings.Cut(l, ":")
		case l[0] == '#':
			continue
		}
		if err := do(tag, rest); err != nil {
			return err
		}
	}
	return nil
}

func parseRange(s string, next int64) (Range, bool) {
	size, at, given := strings.Cut(s, "@")
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || n <= 0 {
		return Range{}, false
	}
	if given {
		if next, err = strconv.ParseInt(at, 10, 64); err != nil || next < 0 {
			return Range{}, false
		}
	}
	return Range{next, n}, next <= math.MaxInt64-n
}

// attributes reads an attribute list (RFC 8216 §4.2).
func attributes(s string) map[string]string {
	out := map[string]string{}
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		var value string
		if strings.HasPrefix(rest, `"`) {
			value, rest, _ = strings.Cut(rest[1:], `"`)
			rest = strings.TrimPrefix(rest, ",")
		} else {
			value, rest, _ = strings.Cut(rest, ",")
		}
		out[strings.TrimSpace(name)] = value
		s = rest
	}
	return out
}
