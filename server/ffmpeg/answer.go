package ffmpeg

import (
	"math"
	"strconv"
	"strings"
)

// answer is ffprobe's JSON.
type answer struct {
	Format struct {
		Name     string `json:"format_name"`
		Start    string `json:"start_time"`
		Duration string `json:"duration"`
		Bitrate  string `json:"bit_rate"`
	} `json:"format"`
	Streams []stream `json:"streams"`
}

type stream struct {
	Index       int               `json:"index"`
	Type        string            `json:"codec_type"`
	Codec       string            `json:"codec_name"`
	Tag         string            `json:"codec_tag_string"`
	Profile     string            `json:"profile"`
	Level       int               `json:"level"`
	PixFmt      string            `json:"pix_fmt"`
	Width       int               `json:"width"`
	Height      int               `json:"height"`
	Aspect      string            `json:"sample_aspect_ratio"`
	Average     string            `json:"avg_frame_rate"`
	Real        string            `json:"r_frame_rate"`
	FieldOrder  string            `json:"field_order"`
	Transfer    string            `json:"color_transfer"`
	Channels    int               `json:"channels"`
	Rate        string            `json:"sample_rate"`
	Bitrate     string            `json:"bit_rate"`
	Start       string            `json:"start_time"`
	Duration    string            `json:"duration"`
	Disposition map[string]int    `json:"disposition"`
	Tags        map[string]string `json:"tags"`
	Side        []struct {
		Rotation float64 `json:"rotation"`
		Matrix   string  `json:"displaymatrix"`
	} `json:"side_data_list"`
}

func (a answer) probe() *Probe {
	p := &Probe{
		Format: firstName(a.Format.Name), Duration: number(a.Format.Duration),
		Start: number(a.Format.Start), Bitrate: int64(number(a.Format.Bitrate)),
	}
	for _, s := range a.Streams {
		p.Duration = max(p.Duration, 0)
		switch {
		case s.Type == "video" && s.Disposition["attached_pic"] == 1:
			if p.Cover == nil && s.Width > 0 {
				p.Cover = &s.Index
			}
		case s.Type == "video" && s.Width > 0 && (p.Video == nil || s.Disposition["default"] == 1 && s.Width > p.Video.Width):
			p.Video = s.video()
		case s.Type == "audio" && s.Channels > 0 && s.Codec != "" && s.Codec != "unknown":
			p.Audio = append(p.Audio, s.audio())
		}
	}
	if p.Duration == 0 {
		for _, s := range a.Streams {
			p.Duration = max(p.Duration, number(s.Duration), clock(s.Tags["DURATION"]))
		}
	}
	return p
}

const (
	plainFPS = 30
	maxFPS   = 1000 // beyond it a rate is an artefact of the clock
)

func (s stream) video() *Video {
	v := &Video{
		Index: s.Index, Codec: s.Codec, Tag: s.Tag, Profile: s.Profile, Level: s.Level, PixFmt: s.PixFmt,
		Width: s.Width, Height: s.Height, Aspect: ratio(s.Aspect, ":"), FPS: ratio(s.Average, "/"),
		Bitrate:  int64(number(s.Bitrate)),
		Transfer: s.Transfer, Start: number(s.Start),
	}
	switch s.FieldOrder {
	case "tt", "bb", "tb", "bt":
		v.Interlaced = true
	}
	if v.FPS == 0 || v.FPS > maxFPS {
		v.FPS = ratio(s.Real, "/")
	}
	if v.FPS == 0 || v.FPS > maxFPS {
		v.FPS = plainFPS
	}
	if v.Aspect < 0.05 || v.Aspect > 20 {
		v.Aspect = 1
	}
	for _, d := range s.Side {
		if d.Rotation != 0 {
			v.Rotation = ((-int(math.Round(d.Rotation/90))*90)%360 + 360) % 360
		}
		v.Mirrored = v.Mirrored || mirrored(d.Matrix)
	}
	return v
}

func (s stream) audio() Audio {
	return Audio{
		Index: s.Index, Codec: s.Codec, Profile: s.Profile, Channels: s.Channels, Rate: int(number(s.Rate)),
		Bitrate: int64(number(s.Bitrate)), Language: s.Tags["language"], Start: number(s.Start), Default: s.Disposition["default"] == 1,
	}
}

// mirrored tells whether a display matrix, three rows of three numbers, turns a picture inside out.
func mirrored(matrix string) bool {
	var m []float64
	for line := range strings.Lines(matrix) {
		_, row, _ := strings.Cut(line, ":")
		for _, n := range strings.Fields(row) {
			m = append(m, number(n))
		}
	}
	return len(m) == 9 && m[0]*m[4]-m[1]*m[3] < 0
}

// number reads a decimal; anything else, "N/A" included, is 0.
func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

func ratio(s, sign string) float64 {
	a, b, _ := strings.Cut(s, sign)
	if d := number(b); d != 0 {
		return number(a) / d
	}
	return 0
}

// clock reads hours:minutes:seconds as Matroska's tags have them.
func clock(s string) float64 {
	var sum float64
	for part := range strings.SplitSeq(s, ":") {
		sum = sum*60 + number(part)
	}
	return sum
}
