package transcode

import (
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/video"
)

var (
	x264   = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	aac    = []string{"-c:a", "aac", "-b:a", "64k"}
	tone   = "sine=d=3:r=48000"
	moving = "testsrc2=s=320x180:r=25:d=3"
)

func args(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func drawing(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cover.jpg")
	m := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for i := range 400 * 400 {
		m.Set(i%400, i/400, color.RGBA{200, uint8(i), 30, 255})
	}
	f, err := os.Create(path)
	if err == nil {
		err = jpeg.Encode(f, m, nil)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInputs(t *testing.T) {
	late := []string{"-f", "lavfi", "-i", moving, "-itsoffset", "1.5", "-f", "lavfi", "-i", "sine=d=1.5:r=48000"}
	lateView := []string{"-f", "lavfi", "-i", tone, "-itsoffset", "1.5", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1.5", "-map", "1:v", "-map", "0:a"}
	plain := film(t, "plain.mp4", args(lavfi(moving, tone), x264, aac)...)
	for _, c := range []struct {
		name, film string
		seconds    float64
		want       string // renditions
		copied     bool
		width      int // of the largest
		height     int
		also       func(t *testing.T, f video.File, l look)
	}{
		{name: "plain", film: plain, seconds: 3, want: "180 144", copied: true, width: 320, height: 180},
		{name: "transport stream", film: film(t, "a.ts", "-i", plain, "-c", "copy"), seconds: 3, want: "180 144", copied: true, width: 320, height: 180},
		{
			name: "turned", film: film(t, "turned.mp4", "-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=90"), seconds: 3, want: "180 144", copied: true, width: 180, height: 320,
			also: func(t *testing.T, _ video.File, l look) {
				if len(l.Streams[0].Side) == 0 {
					t.Errorf("it is no longer turned: %+v", l.Streams[0])
				}
			},
		},
		{name: "odd", film: film(t, "odd.mkv", args(lavfi("testsrc2=s=321x181:r=25:d=3", tone), []string{"-c:v", "ffv1"}, aac)...), seconds: 3, want: "180 144", width: 320, height: 180},
		{name: "vertical", film: film(t, "vertical.mp4", args(lavfi("testsrc2=s=270x480:r=25:d=3", tone), x264, aac)...), seconds: 3, want: "270 240 144", copied: true, width: 270, height: 480},
		{
			name: "varying rate", seconds: 3, want: "180 144", copied: true, width: 320, height: 180,
			film: film(t, "vfr.mp4", args(lavfi(moving, tone), []string{"-vf", "select='not(mod(n,3))+lt(n,30)'", "-vsync", "vfr"}, x264, aac)...),
		},
		{
			name: "ten bits", film: film(t, "ten.mp4", args(lavfi(moving, tone), []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"}, aac)...),
			seconds: 3, want: "180 144", width: 320, height: 180, also: eightBits,
		},
		{
			name: "high dynamic range", seconds: 3, want: "180 144", width: 320, height: 180, also: func(t *testing.T, f video.File, l look) {
				eightBits(t, f, l)
				if l.Streams[0].Colour != "bt709" {
					t.Errorf("its colours are %q", l.Streams[0].Colour)
				}
			},
			film: film(t, "hdr.mp4", args(lavfi(moving, tone), []string{
				"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params",
				"log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
			}, aac)...),
		},
		{name: "no sound", film: film(t, "mute.mp4", args([]string{"-f", "lavfi", "-i", moving}, x264)...), seconds: 3, want: "180 144", copied: true, width: 320, height: 180},
		{name: "one second", film: film(t, "one.mp4", args(lavfi("testsrc2=s=320x180:r=25:d=1", "sine=d=1"), x264, aac)...), seconds: 1, want: "180 144", copied: true, width: 320, height: 180},
		{name: "one frame", film: film(t, "frame.mp4", args([]string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.04"}, x264)...), seconds: 0.04, want: "180 144", width: 320, height: 180},
		{name: "late sound", film: film(t, "late.mp4", args(late, x264, aac)...), seconds: 3, want: "180 144", copied: true, width: 320, height: 180},
		{name: "late picture", film: film(t, "lateview.mkv", args(lateView, x264, aac)...), seconds: 3, want: "180 144", width: 320, height: 180},
		{
			name: "open groups of pictures", seconds: 9, want: "180 144", width: 320, height: 180,
			film: film(t, "open.mkv", args(lavfi("testsrc2=s=320x180:r=25:d=9", "sine=d=9:r=48000"), []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-x264-params", "open-gop=1:b-adapt=0:bframes=3:scenecut=0"}, aac)...),
		},
		{
			name: "one keyframe only", seconds: 15, want: "180 144", width: 320, height: 180,
			film: film(t, "far.mp4", args(lavfi("testsrc2=s=320x180:r=10:d=15", "sine=d=15"), x264, []string{"-g", "1000", "-sc_threshold", "0"}, aac)...),
		},
		{name: "comb lines", film: film(t, "comb.mp4", args(lavfi(moving, tone), x264, []string{"-flags", "+ildct+ilme", "-top", "1", "-x264-params", "interlaced=1"}, aac)...), seconds: 3, want: "180 144", width: 320, height: 180},
		{name: "webm", film: film(t, "a.webm", args(lavfi(moving, tone), []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"})...), seconds: 3, want: "180 144", width: 320, height: 180},
		{name: "wide pixels", film: film(t, "wide.mp4", args(lavfi("testsrc2=s=240x180:r=25:d=3", tone), []string{"-vf", "setsar=4/3"}, x264, aac)...), seconds: 3, want: "180 144", width: 320, height: 180},
		{
			name: "many frames", film: film(t, "fast.mp4", args(lavfi("testsrc2=s=320x180:r=100:d=3", tone), x264, aac)...), seconds: 3, want: "180 144", width: 320, height: 180,
			also: func(t *testing.T, f video.File, l look) {
				if f.FPS != 25 || l.Streams[0].Rate != "25/1" {
					t.Errorf("%d frames per second, %s", f.FPS, l.Streams[0].Rate)
				}
			},
		},
		{name: "another sound", film: film(t, "mp3.mkv", args(lavfi(moving, tone), x264, []string{"-c:a", "libmp3lame"})...), seconds: 3, want: "180 144", copied: true, width: 320, height: 180},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, Settings{KeepOriginal: true})
			v := p.upload(t, c.film, false)
			files := p.process(t, v)
			if names(files) != c.want || files[0].Width != c.width || files[0].Height != c.height {
				t.Fatalf("%s, %d × %d", names(files), files[0].Width, files[0].Height)
			}
			for i, f := range files {
				l := p.inspect(t, v, f, c.seconds)
				w, h := fit(c.width, c.height, f.Resolution)
				if len(l.Streams[0].Side) > 0 {
					w, h = h, w
				}
				if s := l.Streams[0]; s.Width != w || s.Height != h || s.Codec != "h264" {
					t.Errorf("%d is %+v", f.Resolution, s)
				}
				if c.also != nil && i == 0 {
					c.also(t, f, l)
				}
			}
			if got := p.made(t, v, files[0]); got != c.copied {
				t.Errorf("copied: %v", got)
			}
			p.pictures(t, v)
			if now := p.of(t, v); now.State != isDone {
				t.Errorf("%+v", now)
			}
		})
	}
}

func eightBits(t *testing.T, _ video.File, l look) {
	if l.Streams[0].PixFmt != "yuv420p" {
		t.Errorf("its pixels are %s", l.Streams[0].PixFmt)
	}
}

// made tells whether the picture of a rendition is a copy: our own x264 leaves its settings in the stream, ultrafast films another.
func (p *place) made(t *testing.T, v video.Video, f video.File) (copied bool) {
	t.Helper()
	b := string(p.bytes(t, "hls/"+v.UUID.String()+"/"+f.Filename))
	return !strings.Contains(b, "keyint="+"251") && !strings.Contains(b, "vbv_maxrate=")
}

func TestSeveralTracks(t *testing.T) {
	several := film(t, "several.mkv", args(lavfi(moving, tone), []string{
		"-f", "lavfi", "-i", "sine=f=600:d=3", "-f", "lavfi", "-i", "sine=f=700:d=3", "-map", "0", "-map", "1", "-map", "2", "-map", "3",
		"-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", "-metadata:s:a:2", "language=deu",
	}, x264, aac)...)
	p := newPlace(t, Settings{AudioOnly: true})
	v := p.upload(t, several, false)
	if err := p.First(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	if got := names(p.files(t, v)); got != "180 0de 0de-x-3 0en" {
		t.Errorf("at first %s", got)
	}
	if err := p.Rest(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	files := p.files(t, v)
	if got := names(files); got != "180 144 0de 0de-x-3 0en" {
		t.Errorf("got %s", got)
	}
	for _, f := range files {
		p.inspect(t, v, f, 3)
		if f.HasVideo == f.HasAudio {
			t.Errorf("%+v", f)
		}
	}
}

func TestSoundKeptApart(t *testing.T) {
	p := newPlace(t, Settings{SplitAudio: true})
	v := p.upload(t, h264(t), false)
	files := p.process(t, v)
	if got := names(files); got != "360 240 144 0" || files[0].HasAudio || files[0].Codecs != "avc1.64001e" || !files[3].HasAudio {
		t.Errorf("%s, %+v", got, files[0])
	}
}

func TestSoundAlone(t *testing.T) {
	for name, path := range map[string]string{
		"song with a cover": film(t, "song.mp3", "-f", "lavfi", "-i", tone, "-i", drawing(t), "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"),
		"bare":              film(t, "bare.flac", "-f", "lavfi", "-i", tone),
		"aac":               film(t, "bare.m4a", append([]string{"-f", "lavfi", "-i", tone}, aac...)...),
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, Settings{})
			v := p.upload(t, path, false)
			files := p.process(t, v)
			if names(files) != "0" || files[0].Codecs != "mp4a.40.2" {
				t.Fatalf("%s %+v", names(files), files[0])
			}
			p.inspect(t, v, files[0], 3)
			if all := p.pictures(t, v); all[0].Width < 200 {
				t.Errorf("%+v", all)
			}
		})
	}
}
