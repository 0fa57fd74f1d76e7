package transcode

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/fmp4"
)

// wishes are the settings of a new installation.
var wishes = Settings{Resolutions: []int{240, 360, 480, 720, 1080, 1440, 2160}, AudioOnly: true, MaxFPS: 60}

func camera() *ffmpeg.Probe {
	return &ffmpeg.Probe{
		Format: "mov", Duration: 600, Bitrate: 8_000_000,
		Video: &ffmpeg.Video{
			Codec: "h264", Profile: "High", Level: 42, PixFmt: "yuv420p", Width: 1920, Height: 1080, Aspect: 1, FPS: 60, Bitrate: 7_800_000,
		},
		Audio: []ffmpeg.Audio{{Index: 1, Codec: "aac", Profile: "LC", Channels: 2, Rate: 48_000, Bitrate: 128_000}},
	}
}

func TestPlan(t *testing.T) {
	for name, c := range map[string]struct {
		settings Settings
		change   func(p *ffmpeg.Probe)
		want     string
	}{
		"a copy":             {wishes, func(*ffmpeg.Probe) {}, "1080pc | 720p 480p 360p 240p audio"},
		"another format":     {wishes, func(p *ffmpeg.Probe) { p.Video.Codec = "hevc" }, "480p | 1080p 720p 360p 240p audio"},
		"turned":             {wishes, func(p *ffmpeg.Probe) { p.Video.Rotation = 90 }, "1080pc | 720p 480p 360p 240p audio"},
		"mirrored":           {wishes, func(p *ffmpeg.Probe) { p.Video.Mirrored = true }, "480p | 1080p 720p 360p 240p audio"},
		"heavy":              {wishes, func(p *ffmpeg.Probe) { p.Video.Bitrate = 90_000_000 }, "480p | 1080p 720p 360p 240p audio"},
		"four colours":       {wishes, func(p *ffmpeg.Probe) { p.Video.PixFmt = "yuv444p" }, "480p | 1080p 720p 360p 240p audio"},
		"too many frames":    {wishes, func(p *ffmpeg.Probe) { p.Video.FPS = 120 }, "480p | 1080p 720p 360p 240p audio"},
		"larger than wished": {Settings{Resolutions: []int{360, 720}, MaxFPS: 60}, func(*ffmpeg.Probe) {}, "360p | 720p"},
		"small":              {wishes, func(p *ffmpeg.Probe) { p.Video.Width, p.Video.Height, p.Video.Bitrate = 176, 100, 90_000 }, "100pc | audio"},
		"vertical":           {wishes, func(p *ffmpeg.Probe) { p.Video.Width, p.Video.Height = 1080, 1920 }, "1080pc | 720p 480p 360p 240p audio"},
		"wide film":          {wishes, func(p *ffmpeg.Probe) { p.Video.Height = 800 }, "800pc | 720p 480p 360p 240p audio"},
		"1088 lines":         {wishes, func(p *ffmpeg.Probe) { p.Video.Height = 1088 }, "1080pc | 720p 480p 360p 240p audio"},
		"no sound":           {wishes, func(p *ffmpeg.Probe) { p.Audio = nil }, "1080pc | 720p 480p 360p 240p"},
		"sound alone":        {wishes, func(p *ffmpeg.Probe) { p.Video = nil }, "audio |"},
		"two tracks": {wishes, func(p *ffmpeg.Probe) {
			p.Audio = append(p.Audio, ffmpeg.Audio{Index: 2, Codec: "ac3", Language: "fre"})
		}, "1080pc audio audio fr | 720p 480p 360p 240p"},
		"kept apart": {Settings{Resolutions: []int{720}, SplitAudio: true, MaxFPS: 60}, func(p *ffmpeg.Probe) { p.Video.Height = 720 }, "720pc audio |"},
	} {
		p := camera()
		c.change(p)
		got := c.settings.plan(p, true)
		var b strings.Builder
		for i, o := range got.outputs {
			if i == got.first {
				b.WriteString("| ")
			}
			b.WriteString(o.name)
			if o.copyPicture {
				b.WriteString("c")
			}
			b.WriteString(" ")
		}
		if got.first == len(got.outputs) {
			b.WriteString("|")
		}
		if s := strings.TrimSpace(b.String()); s != c.want {
			t.Errorf("%s: got %q, want %q", name, s, c.want)
		}
		for _, o := range got.outputs {
			if o.picture && (o.width%2 != 0 || o.height%2 != 0 || o.rate < leastRate) {
				t.Errorf("%s: %+v", name, o)
			}
		}
	}
}

func TestRates(t *testing.T) {
	last := int64(0)
	for class := 2; class < 4400; class += 2 {
		rate := peakRate(class, 30)
		if rate < last {
			t.Fatalf("%d needs less than a smaller one", class)
		}
		last = rate
	}
	if peakRate(1080, 60) <= peakRate(1080, 30) || peakRate(720, 24) != 2_800_000 {
		t.Error("frames do not count")
	}
	for _, c := range []struct {
		class        int
		source, want float64
	}{{1080, 60, 60}, {480, 60, 30}, {480, 50, 25}, {480, 59.94, 29.97}, {1080, 120, 60}, {240, 100, 25}, {1080, 23.976, 23.976}, {480, 35, 30}} {
		if got := rateOf(c.class, c.source, 60); got != c.want {
			t.Errorf("%g at %d: got %g, want %g", c.source, c.class, got, c.want)
		}
	}
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		err   error
		says  string
		final bool
	}{
		{fail.New(fail.Unprocessable, "No."), "No.", true},
		{fail.New(fail.NoSpace, "The server's disk is full."), "tried again", false},
		{fmt.Errorf("480p: %w", fmp4.ErrTooLarge), "larger than expected", true},
		{&ffmpeg.Error{Tail: "x264: malloc of size 900 failed", Err: fmt.Errorf("exit status 1")}, "memory", true},
		{ffmpeg.ErrStalled, "too long", true},
		{fmt.Errorf("the wire is cut"), "tried again", false},
	} {
		if words, final := reason(c.err); !strings.Contains(words, c.says) || final != c.final {
			t.Errorf("%v: %q, %v", c.err, words, final)
		}
	}
}

func TestStillsFit(t *testing.T) {
	for _, size := range [][2]int{{1920, 1080}, {1080, 1920}, {320, 180}, {4000, 1000}, {16, 9}, {500, 500}} {
		list := stills(size[0], size[1], true)
		if i := slices.IndexFunc(list, func(s still) bool {
			return s.width > max(size[0], 2) || s.height > max(size[1], 2) || s.width%2+s.height%2 > 0
		}); i >= 0 {
			t.Errorf("%v: %+v", size, list[i])
		}
		if webless := stills(size[0], size[1], false); len(webless) != 2 {
			t.Errorf("%v: %+v", size, webless)
		}
	}
}
