package transcode

import (
	"fmt"
	"math"
	"strconv"

	"shoal/server/ffmpeg"
	"shoal/server/video"
)

// still is one size and format of a still picture.
type still struct {
	kind          string // video.Thumbnail or video.Preview
	ending        string
	width, height int
}

// stills are the pictures to make of a film of this size. Thumbnails cover a card, previews fit a player.
func stills(width, height int, webp bool) []still {
	var list []still
	add := func(kind, ending string, boxWidth, boxHeight int, cover bool) {
		if ending == webpEnding && !webp {
			return
		}
		w, h := into(width, height, boxWidth, boxHeight, cover)
		list = append(list, still{kind, ending, w, h})
	}
	add(video.Thumbnail, jpegEnding, 280, 157, true)
	add(video.Thumbnail, webpEnding, 280, 157, true)
	add(video.Thumbnail, webpEnding, 560, 315, true)
	long, short := 850, 480
	wide, high := 1280, 720
	if height > width {
		long, short, wide, high = short, long, high, wide
	}
	add(video.Preview, jpegEnding, long, short, false)
	add(video.Preview, webpEnding, long, short, false)
	if min(width, height) > 480 {
		add(video.Preview, webpEnding, wide, high, false)
	}
	return list
}

const (
	jpegEnding = "jpg"
	webpEnding = "webp"
)

// into scales to cover a box, or to fit in it, without enlarging.
func into(width, height, boxWidth, boxHeight int, cover bool) (w, h int) {
	x, y := float64(boxWidth)/float64(width), float64(boxHeight)/float64(height)
	scale := min(x, y, 1)
	if cover {
		scale = min(max(x, y), 1)
	}
	return even(int(math.Round(float64(width) * scale))), even(int(math.Round(float64(height) * scale)))
}

// stillArgs makes all stills of one frame.
func stillArgs(filters []string, stream string, list []still) []string {
	r := recipe{next: 3}
	labels := ""
	for i := range list {
		labels += fmt.Sprintf("[s%d]", i)
	}
	r.chain(stream, append(filters, "split="+strconv.Itoa(len(list))), labels)
	for i, s := range list {
		r.chain(fmt.Sprintf("[s%d]", i), []string{
			fmt.Sprintf("scale=%d:%d:flags=area:out_range=%s", s.width, s.height, pixels[s.ending].span), "setsar=1",
			"format=" + pixels[s.ending].format,
		}, fmt.Sprintf("[t%d]", i))
		r.args = append(append(r.args, "-map", fmt.Sprintf("[t%d]", i), "-frames:v", "1"), pixels[s.ending].encode...)
		r.args = append(r.args, "-map_metadata", "-1", "-f", "image2pipe", r.pipe())
	}
	return r.build(nil, nil)
}

// pixels are what the formats of stills need.
var pixels = map[string]struct {
	span, format string
	encode       []string
}{
	jpegEnding: {"pc", "yuvj420p", []string{"-c:v", "mjpeg", "-q:v", "4", "-huffman", "optimal"}},
	webpEnding: {"tv", "yuv420p", []string{"-c:v", "libwebp", "-quality", "72"}},
}

// seek is how to reach a telling frame quickly: the keyframe before at.
func seek(at float64) []string {
	return []string{"-skip_frame", "nokey", "-noaccurate_seek", "-ss", strconv.FormatFloat(at, 'f', 3, 64)}
}

const candidates = 6 // keyframes from which the most telling one is taken

// frame picks the film's picture, no larger than the largest still.
func frame(p *ffmpeg.Probe, zscale bool, list []still) []string {
	w, h := 0, 0
	for _, s := range list {
		w, h = max(w, s.width), max(h, s.height)
	}
	small := []output{{width: w, height: h}}
	return append(upright(p, zscale, small, []int{0}), fmt.Sprintf("scale=%d:%d:flags=area", w, h), "setsar=1", "thumbnail=n="+strconv.Itoa(candidates), "setpts=N/TB") // what lies before the place sought has a time below zero and would be dropped
}

// cover centres an embedded picture on the width of a film.
const cover = "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:-1:-1:color=0x101418"

// wave draws the sound of a file without any picture.
const wave = "aformat=channel_layouts=mono,compand,showwavespic=s=1280x720:colors=0x2bb5b8:scale=sqrt:draw=full"
