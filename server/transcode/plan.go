package transcode

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"golang.org/x/text/language"

	"shoal/server/ffmpeg"
)

// Settings are the operator's wishes.
type Settings struct {
	Resolutions  []int // shorter sides to make; at least one
	AudioOnly    bool  // make a rendition of the sound alone
	SplitAudio   bool  // keep sound apart from the picture
	MaxFPS       int
	KeepOriginal bool
	Threads      int // of each ffmpeg; 0 for all cores
}

// output is one rendition to make.
type output struct {
	name       string // of its row, and what people see
	resolution int    // 0 for sound alone
	language   string // BCP 47; only of sound that is kept apart

	width, height int
	fps           float64
	picture       bool // else sound alone
	copyPicture   bool
	rate          int64 // most bits per second of the picture

	sound     *ffmpeg.Audio // nil for none
	copySound bool
	soundRate int64 // bits per second
}

// plan is all there is to make of one file.
type plan struct {
	probe   *ffmpeg.Probe
	outputs []output // what makes it playable first, then from large to small
	first   int      // how many of outputs make it playable
}

const mostTracks = 8

// plan decides what to make. Without mayCopy everything is encoded.
func (s Settings) plan(p *ffmpeg.Probe, mayCopy bool) plan {
	tracks := p.Audio[:min(len(p.Audio), mostTracks)]
	split := len(tracks) > 0 && (s.SplitAudio || len(tracks) > 1 || p.Video == nil)
	var sound []output
	if split || s.AudioOnly && len(tracks) > 0 {
		sound = s.tracks(p, tracks)
	}
	if p.Video == nil {
		return plan{p, sound, len(sound)}
	}
	var muxed *ffmpeg.Audio
	if !split && len(tracks) > 0 {
		muxed = &tracks[0]
	}
	w, h := p.Video.Upright()
	classes := s.classes(w, h)
	lead := quickest(classes)
	copied := mayCopy && s.copyable(p) && classOf(w, h) == classes[0]
	if copied {
		lead = classes[0]
	}
	out := []output{s.picture(p, lead, muxed, copied)}
	if split {
		out = append(out, sound...)
	}
	first := len(out)
	for _, c := range classes {
		if c != lead {
			out = append(out, s.picture(p, c, muxed, false))
		}
	}
	if !split {
		out = append(out, sound...)
	}
	return plan{p, out, first}
}

func (s Settings) picture(p *ffmpeg.Probe, class int, sound *ffmpeg.Audio, copied bool) output {
	w, h := p.Video.Upright()
	o := output{name: strconv.Itoa(class) + "p", resolution: class, picture: true, copyPicture: copied, sound: sound}
	o.fps = rateOf(class, p.Video.FPS, float64(s.MaxFPS))
	o.width, o.height = fit(w, h, class)
	if copied {
		o.width, o.height, o.fps = w, h, p.Video.FPS
	}
	o.rate = peakRate(class, o.fps)
	if sound != nil {
		o.soundRate = soundRate(class)
		o.copySound = copySound(p, *sound) && (copied || modest(*sound, class))
	}
	return o
}

// tracks are the renditions of sound alone.
func (s Settings) tracks(p *ffmpeg.Probe, tracks []ffmpeg.Audio) []output {
	var out []output
	seen := map[string]int{}
	for i := range tracks {
		t := &tracks[i]
		o := output{name: "audio", sound: t, soundRate: soundRate(0), copySound: copySound(p, *t) && modest(*t, 0)}
		if len(tracks) > 1 {
			o.language = languageOf(t.Language)
			if seen[o.language]++; seen[o.language] > 1 || o.language == "" && i > 0 {
				o.language = fmt.Sprintf("%s-x-%d", cmp.Or(o.language, "und"), i+1)
			}
			if o.language != "" {
				o.name += " " + o.language
			}
		}
		out = append(out, o)
	}
	return out
}

// bibliographic are the codes of ISO 639-2/B, which Matroska uses, where they differ.
var bibliographic = map[string]string{
	"alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr", "geo": "ka", "ger": "de",
	"gre": "el", "ice": "is", "mac": "mk", "mao": "mi", "may": "ms", "per": "fa", "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
}

// languageOf makes BCP 47 of a file's three letters; empty when they say nothing.
func languageOf(s string) string {
	if two, ok := bibliographic[s]; ok {
		return two
	}
	if b, err := language.ParseBase(s); err == nil && s != "und" {
		return b.String()
	}
	return ""
}

// Bits per second of sound.
const (
	fullSound   = 128_000
	smallSound  = 96_000
	modestSound = 200_000 // more is not copied into every rendition
)

func soundRate(class int) int64 {
	if class != 0 && class < 480 {
		return smallSound
	}
	return fullSound
}

// modest tells whether a track is worth copying beside a small picture.
func modest(a ffmpeg.Audio, class int) bool {
	return a.Channels <= 2 && a.Bitrate > 0 && a.Bitrate <= modestSound*soundRate(class)/fullSound
}

// together is how far apart picture and sound may start, in seconds, without filling the gap.
const together = 0.25

// copySound tells whether browsers play the track as it is.
func copySound(p *ffmpeg.Probe, a ffmpeg.Audio) bool {
	return a.Codec == "aac" && a.Profile == "LC" && a.Channels <= 6 && a.Rate <= 48_000 && a.Start-p.Start <= together
}

var plainProfiles = []string{"Constrained Baseline", "Baseline", "Main", "High"}

// copyable tells whether browsers play the picture as it is, and whether it is no heavier than viewers can bear.
// They turn a picture as its track header says (tested in Chromium, also from one rendition to the next), but they do not mirror it.
func (s Settings) copyable(p *ffmpeg.Probe) bool {
	const (
		highest = 52 // level times 10
		heavy   = 4  // times the rate it would be made with
	)
	v := p.Video
	w, h := v.Upright()
	rate := cmp.Or(v.Bitrate, p.Bitrate)
	return v.Codec == "h264" && (v.PixFmt == "yuv420p" || v.PixFmt == "yuvj420p") && !v.Interlaced && !v.HDR() &&
		slices.Contains(plainProfiles, v.Profile) && v.Level > 0 && v.Level <= highest &&
		math.Abs(v.Aspect-1) < 0.01 && !v.Mirrored && v.Start-p.Start <= together &&
		v.FPS <= float64(s.MaxFPS)*1.02 && rate <= heavy*peakRate(classOf(w, h), v.FPS)
}
