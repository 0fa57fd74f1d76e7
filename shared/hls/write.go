package hls

import (
	"math"
	"strconv"
	"strings"
)

// String is the playlist's text, version 7 because of the initialisation section.
func (m Media) String() string {
	var b strings.Builder
	var longest float64
	for _, s := range m.Segments {
		longest = max(longest, s.Duration)
	}
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:")
	b.WriteString(strconv.Itoa(int(math.Ceil(longest - 0.001))))
	b.WriteString("\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=")
	b.WriteString(quote(m.URI))
	b.WriteString(",BYTERANGE=\"" + m.Init.String() + "\"\n")
	for _, s := range m.Segments {
		b.WriteString("#EXTINF:" + strconv.FormatFloat(s.Duration, 'f', 6, 64) + ",\n")
		b.WriteString("#EXT-X-BYTERANGE:" + s.Range.String() + "\n" + line(m.URI) + "\n")
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.String()
}

// String is the range as playlists write it: size@offset.
func (r Range) String() string {
	return strconv.FormatInt(r.Size, 10) + "@" + strconv.FormatInt(r.Offset, 10)
}

// String is the master playlist's text.
func (m Master) String() string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, t := range m.Audio {
		t.write(&b, "AUDIO")
	}
	for _, t := range m.Subtitles {
		t.write(&b, "SUBTITLES")
	}
	for _, v := range m.Variants {
		v.write(&b)
	}
	return b.String()
}

func (t Track) write(b *strings.Builder, kind string) {
	b.WriteString("#EXT-X-MEDIA:TYPE=" + kind + ",GROUP-ID=" + quote(t.Group) + ",NAME=" + quote(t.Name))
	if t.Language != "" {
		b.WriteString(",LANGUAGE=" + quote(t.Language))
	}
	yes := "NO"
	if t.Default {
		yes = "YES"
	}
	b.WriteString(",AUTOSELECT=YES,DEFAULT=" + yes)
	if t.URI != "" {
		b.WriteString(",URI=" + quote(t.URI))
	}
	b.WriteByte('\n')
}

func (v Variant) write(b *strings.Builder) {
	b.WriteString("#EXT-X-STREAM-INF:BANDWIDTH=" + strconv.FormatInt(v.Bandwidth, 10))
	if v.Height > 0 {
		b.WriteString(",RESOLUTION=" + strconv.Itoa(v.Width) + "x" + strconv.Itoa(v.Height))
	}
	if v.FrameRate > 0 {
		b.WriteString(",FRAME-RATE=" + strconv.FormatFloat(v.FrameRate, 'f', -1, 64))
	}
	if v.Codecs != "" {
		b.WriteString(",CODECS=" + quote(v.Codecs))
	}
	if v.AudioGroup != "" {
		b.WriteString(",AUDIO=" + quote(v.AudioGroup))
	}
	if v.SubtitleGroup != "" {
		b.WriteString(",SUBTITLES=" + quote(v.SubtitleGroup))
	}
	b.WriteString("\n" + line(v.URI) + "\n")
}

// quote makes a quoted-string; RFC 8216 §4.2 has no escapes, so what cannot stand in one is dropped.
func quote(s string) string { return `"` + strings.ReplaceAll(line(s), `"`, "") + `"` }

func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, s)
}
