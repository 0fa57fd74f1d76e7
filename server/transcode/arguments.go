package transcode

import (
	"fmt"
	"strconv"
	"strings"

	"shoal/server/ffmpeg"
)

const (
	segment  = 4        // seconds
	fragment = "500000" // microseconds
	quality  = "23"     // x264's constant rate factor
	preset   = "veryfast"
	farthest = 10 // seconds between keyframes if none were forced
)

// fragmented writes MP4 that can be cut and sent while it is written: every half second and at each keyframe a fragment.
var fragmented = []string{
	"-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-max_muxing_queue_size", "4096",
	"-movflags", "+frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer", "-frag_duration", fragment, "-f", "mp4",
}

// recipe is the arguments of one run that makes several renditions in one decode.
type recipe struct {
	probe   *ffmpeg.Probe
	threads int
	zscale  bool
	graph   []string // chains of the filter graph
	args    []string
	next    int // descriptor of the next output
}

func newRecipe(p *ffmpeg.Probe, threads int, features ffmpeg.Features) *recipe {
	return &recipe{probe: p, threads: threads, zscale: features.Zscale, next: 3}
}

// build gives the arguments for outputs; with a board, its raw frames follow as the last output.
func (r *recipe) build(outputs []output, board *board) []string {
	var encoded []int
	for i, o := range outputs {
		if o.picture && !o.copyPicture {
			encoded = append(encoded, i)
		}
	}
	r.split(outputs, encoded, board)
	for i, o := range outputs {
		r.add(i, o)
	}
	if board != nil {
		r.args = append(r.args, "-map", "[board]", "-frames:v", strconv.Itoa(mostFrames), "-c:v", "rawvideo", "-f", "rawvideo", r.pipe())
	}
	if len(r.graph) > 0 {
		return append([]string{"-filter_complex_threads", "2", "-filter_complex", strings.Join(r.graph, ";")}, r.args...)
	}
	return r.args
}

func (r *recipe) pipe() string {
	r.next++
	return "pipe:" + strconv.Itoa(r.next-1)
}

// split scales step by step: each size is made from the one before it.
func (r *recipe) split(outputs []output, encoded []int, board *board) {
	if len(encoded) == 0 && board == nil {
		return
	}
	from := fmt.Sprintf("[0:%d]", r.probe.Video.Index)
	filters := upright(r.probe, r.zscale, outputs, encoded)
	fps := r.probe.Video.FPS
	for k, i := range encoded {
		o := outputs[i]
		if o.fps < fps-0.01 {
			filters = append(filters, "fps="+strconv.FormatFloat(o.fps, 'f', 3, 64))
			fps = o.fps
		}
		filters = append(filters, fmt.Sprintf("scale=%d:%d:out_range=tv", o.width, o.height), "setsar=1", "format=yuv420p")
		if k+1 == len(encoded) && board == nil {
			r.chain(from, filters, fmt.Sprintf("[v%d]", i))
			return
		}
		rest := fmt.Sprintf("[r%d]", i)
		r.chain(from, append(filters, "split"), fmt.Sprintf("[v%d]%s", i, rest))
		from, filters = rest, nil
	}
	r.chain(from, append(filters, board.filters()...), "[board]")
}

func (r *recipe) chain(from string, filters []string, to string) {
	r.graph = append(r.graph, from+strings.Join(filters, ",")+to)
}

// upright is what comes before the first scaling: no comb lines, a picture from the film's start on, and light that plain screens show.
// ffmpeg itself turns the picture.
func upright(p *ffmpeg.Probe, zscale bool, outputs []output, encoded []int) []string {
	var f []string
	v := p.Video
	if v.Interlaced {
		f = append(f, "bwdif=mode=send_frame:deint=interlaced")
	}
	if v.Start-p.Start > together {
		f = append(f, "fps="+strconv.FormatFloat(min(v.FPS, 120), 'f', 3, 64)+":start_time=0")
	}
	if v.HDR() {
		w, h := v.Upright()
		if len(encoded) > 0 {
			w, h = outputs[encoded[0]].width, outputs[encoded[0]].height
		}
		f = append(f, tonemap(zscale, w, h)...)
	}
	return f
}

// tonemap makes ITU-R BT.709 of BT.2100. Without zscale the numbers are only relabelled: the picture is pale, but it plays.
func tonemap(zscale bool, width, height int) []string {
	if !zscale {
		return []string{"format=yuv420p", "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709"}
	}
	return []string{
		fmt.Sprintf("zscale=w=%d:h=%d:t=linear:npl=100", even(width), even(height)), "format=gbrpf32le", "zscale=p=bt709",
		"tonemap=hable:desat=0", "zscale=t=bt709:m=bt709:r=tv", "format=yuv420p",
	}
}

// add appends the options of one output.
func (r *recipe) add(i int, o output) {
	switch {
	case o.copyPicture:
		r.args = append(r.args, "-map", "0:"+strconv.Itoa(r.probe.Video.Index), "-c:v", "copy")
	case o.picture:
		rate := strconv.FormatInt(o.rate, 10)
		r.args = append(r.args, "-map", fmt.Sprintf("[v%d]", i), "-c:v", "libx264", "-preset", preset, "-profile:v", "high", "-crf", quality,
			"-maxrate", rate, "-bufsize", strconv.FormatInt(2*o.rate, 10), "-g", strconv.Itoa(int(o.fps*farthest)+1),
			"-force_key_frames", fmt.Sprintf("expr:gte(t,n_forced*%d)", segment))
		if r.threads > 0 {
			r.args = append(r.args, "-threads", strconv.Itoa(r.threads))
		}
	}
	if o.sound != nil {
		r.args = append(r.args, "-map", "0:"+strconv.Itoa(o.sound.Index))
		r.args = append(r.args, soundArgs(o)...)
	}
	if o.language != "" {
		r.args = append(r.args, "-metadata:s:a:0", "language="+o.language)
	}
	r.args = append(append(r.args, fragmented...), r.pipe())
}

// soundArgs copies the track or encodes it; encoded sound starts with the film and has no holes.
func soundArgs(o output) []string {
	if o.copySound {
		return []string{"-c:a", "copy", "-bsf:a", "aac_adtstoasc"} // transport streams carry other headers
	}
	args := []string{"-c:a", "aac", "-b:a", strconv.FormatInt(o.soundRate, 10), "-ac", strconv.Itoa(min(o.sound.Channels, 2))}
	if o.sound.Rate != 44_100 {
		args = append(args, "-ar", "48000")
	}
	return append(args, "-af", "aresample=async=1:first_pts=0")
}
