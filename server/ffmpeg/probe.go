package ffmpeg

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"time"
)

// Probe is what ffprobe says of a file, as far as we use it.
type Probe struct {
	Format   string  `json:"format"`   // the demuxer
	Duration float64 `json:"duration"` // seconds, 0 when unknown
	Start    float64 `json:"start"`    // seconds
	Bitrate  int64   `json:"bitrate"`  // bits per second, 0 when unknown
	Video    *Video  `json:"video"`    // nil when there is no moving picture
	Audio    []Audio `json:"audio"`
	Cover    *int    `json:"cover"` // stream of an embedded picture
}

// Video is the picture's stream.
type Video struct {
	Index      int     `json:"index"`
	Codec      string  `json:"codec"`
	Tag        string  `json:"tag"`
	Profile    string  `json:"profile"`
	Level      int     `json:"level"`
	PixFmt     string  `json:"pixFmt"`
	Width      int     `json:"width"` // as stored
	Height     int     `json:"height"`
	Aspect     float64 `json:"aspect"`   // width of a pixel by its height
	Rotation   int     `json:"rotation"` // degrees clockwise to stand upright: 0, 90, 180, 270
	Mirrored   bool    `json:"mirrored"`
	FPS        float64 `json:"fps"`
	Bitrate    int64   `json:"bitrate"` // bits per second, 0 when unknown
	Interlaced bool    `json:"interlaced"`
	Transfer   string  `json:"transfer"`
	Start      float64 `json:"start"` // seconds
}

// Upright is the size in square pixels as people see it.
func (v *Video) Upright() (width, height int) {
	w, h := int(float64(v.Width)*v.Aspect+0.5), v.Height
	if v.Rotation%180 != 0 {
		return h, w
	}
	return w, h
}

// HDR tells whether it has more light than plain screens show (ITU-R BT.2100).
func (v *Video) HDR() bool { return v.Transfer == "smpte2084" || v.Transfer == "arib-std-b67" }

// Audio is one track of sound.
type Audio struct {
	Index    int     `json:"index"`
	Codec    string  `json:"codec"`
	Profile  string  `json:"profile"`
	Channels int     `json:"channels"`
	Rate     int     `json:"rate"`     // samples per second
	Bitrate  int64   `json:"bitrate"`  // bits per second, 0 when unknown
	Language string  `json:"language"` // as the file has it
	Start    float64 `json:"start"`    // seconds
	Default  bool    `json:"default"`
}

const (
	probeLimit = 60 * time.Second
	maxAnswer  = 4 << 20 // bytes

	probeMemory = 1 << 30 // bytes
)

// Probe looks at a file and refuses, in plain words, what is no video or sound or is not safe to open.
func (t *Tool) Probe(ctx context.Context, path string) (*Probe, error) {
	head, err := start(path)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	out := &capped{left: maxAnswer}
	args := append([]string{"-v", "error"}, guard...)
	args = append(args, "-show_format", "-show_streams", "-of", "json", "-i", "file:"+path)
	small := &Tool{Memory: min(t.Memory, probeMemory)}
	if err := small.child(limited, urgent, t.FFprobe, args, out, nil); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, refusal(err, head)
	}
	var raw answer
	if err := json.Unmarshal(out.Bytes(), &raw); err != nil {
		return nil, refusal(err, head)
	}
	p := raw.probe()
	return p, p.check(raw)
}

// start reads the first bytes.
func start(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

// capped is a buffer that refuses more than left bytes.
type capped struct {
	bytes.Buffer
	left int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, io.ErrShortWrite
	}
	return c.Buffer.Write(p)
}

func firstName(list string) string {
	name, _, _ := strings.Cut(list, ",")
	return name
}
