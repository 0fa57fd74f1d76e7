package transcode

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"strconv"

	"shoal/server/ffmpeg"
	"shoal/server/video"
)

// board is a storyboard: small frames at even steps, in rows of ten. It takes raw frames as a writer.
type board struct {
	every         float64 // seconds
	width, height int     // of one frame

	frames []*image.YCbCr
	raw    []byte // of the frame at hand
}

const (
	boardColumns = 10
	mostFrames   = 160
	frameWidth   = 192
	frameHeight  = 108
	boardQuality = 72 // of JPEG
)

// newBoard plans the storyboard of a film.
func newBoard(p *ffmpeg.Probe, seconds float64) *board {
	w, h := p.Video.Upright()
	b := &board{every: max(1, math.Ceil(seconds/mostFrames))}
	b.width, b.height = into(w, h, frameWidth, frameHeight, false)
	return b
}

// filters give the frame at each step, the first at once: ffmpeg reports no progress before every output has begun.
func (b *board) filters() []string {
	return []string{
		"fps=1/" + strconv.FormatFloat(b.every, 'f', -1, 64) + ":round=up:start_time=0",
		fmt.Sprintf("scale=%d:%d:out_range=pc", b.width, b.height), "setsar=1", "format=yuvj420p",
	}
}

// Write takes raw frames in planes. More than a board holds are dropped.
func (b *board) Write(p []byte) (int, error) {
	n := len(p)
	size := b.width * b.height * 3 / 2
	for len(p) > 0 && len(b.frames) < mostFrames {
		k := min(size-len(b.raw), len(p))
		b.raw = append(b.raw, p[:k]...)
		p = p[k:]
		if len(b.raw) == size {
			b.frames = append(b.frames, b.frame(b.raw))
			b.raw = nil
		}
	}
	return n, nil
}

func (b *board) frame(raw []byte) *image.YCbCr {
	luma, chroma := b.width*b.height, b.width*b.height/4
	return &image.YCbCr{
		Y: raw[:luma], Cb: raw[luma : luma+chroma], Cr: raw[luma+chroma:],
		YStride: b.width, CStride: b.width / 2, SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, b.width, b.height),
	}
}

// sprite is all frames in one JPEG.
func (b *board) sprite() ([]byte, error) {
	columns, rows := b.grid()
	all := image.NewYCbCr(image.Rect(0, 0, columns*b.width, rows*b.height), image.YCbCrSubsampleRatio420)
	for i := range all.Cb {
		all.Cb[i], all.Cr[i] = 128, 128
	}
	for i, f := range b.frames {
		x, y := i%columns*b.width, i/columns*b.height
		paste(all.Y, all.YStride, x, y, f.Y, f.YStride)
		paste(all.Cb, all.CStride, x/2, y/2, f.Cb, f.CStride)
		paste(all.Cr, all.CStride, x/2, y/2, f.Cr, f.CStride)
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, all, &jpeg.Options{Quality: boardQuality})
	return out.Bytes(), err
}

// paste copies a plane into a larger one.
func paste(to []byte, toStride, x, y int, from []byte, stride int) {
	for row := range len(from) / stride {
		copy(to[(y+row)*toStride+x:], from[row*stride:(row+1)*stride])
	}
}

func (b *board) grid() (columns, rows int) {
	columns = max(1, min(len(b.frames), boardColumns))
	return columns, max(1, (len(b.frames)+columns-1)/columns)
}

func (b *board) row(file string) video.Storyboard {
	columns, rows := b.grid()
	return video.Storyboard{
		Filename: file, TotalWidth: b.width * columns, TotalHeight: b.height * rows,
		SpriteWidth: b.width, SpriteHeight: b.height, SpriteDuration: b.every,
	}
}
