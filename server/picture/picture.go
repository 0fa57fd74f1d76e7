// Package picture reads a photo that somebody sent and makes small ones of it, within bounds of bytes, pixels and memory.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/gif" // the first frame
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"shoal/server/fail"
)

// Limits of a picture that is sent.
const (
	MaxBytes  = 4 << 20
	maxPixels = 24 << 20
	maxSide   = 16384
	quality   = 85 // of JPEG
)

// Extensions are of the files that are taken.
var Extensions = []string{".png", ".jpeg", ".jpg", ".gif", ".webp"}

// Size is a picture to be made. Height 0 keeps the shape; otherwise what does not fit is cut off around the middle.
type Size struct{ Width, Height int }

// Made is a picture as it is to be kept.
type Made struct {
	Width, Height int
	Ending        string // .jpg, or .png where something shines through
	Bytes         []byte
}

// workers bounds the memory of pictures being read: about 100 MB each at most.
var workers = semaphore.NewWeighted(2)

// Make reads a picture and makes the sizes of it, from small to big. Those larger than the picture itself are left out,
// but for the first ones up to least.
func Make(ctx context.Context, r io.Reader, sizes []Size, least int) ([]Made, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "The picture could not be read.")
	}
	if len(b) > MaxBytes {
		return nil, fail.New(fail.TooLarge, "A picture has at most %d MB.", MaxBytes>>20)
	}
	if err := workers.Acquire(ctx, 1); err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "The server is busy. Try again in a moment.")
	}
	defer workers.Release(1)
	src, err := decode(b)
	if err != nil {
		return nil, err
	}
	var out []Made
	for i, s := range sizes {
		if i >= least && s.Width > src.Bounds().Dx() {
			break
		}
		m, err := encode(fit(src, s))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

var errKind = fail.New(fail.Unsupported, "Send a PNG, JPEG, GIF or WebP picture.")

// decode looks at the size before it takes the memory for it.
func decode(b []byte) (image.Image, error) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, errKind
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels {
		return nil, fail.New(fail.Invalid, "A picture has at most %d million pixels.", maxPixels>>20)
	}
	src, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "The picture is broken.")
	}
	if kind == "jpeg" {
		src = upright(src, orientation(b))
	}
	return src, nil
}

// fit scales src so that it fills the size.
func fit(src image.Image, s Size) *image.RGBA {
	b := src.Bounds()
	if s.Height == 0 {
		s.Height = max(1, s.Width*b.Dy()/b.Dx())
	}
	part := b
	if b.Dx()*s.Height > b.Dy()*s.Width { // too wide
		w := max(1, b.Dy()*s.Width/s.Height)
		part.Min.X += (b.Dx() - w) / 2
		part.Max.X = part.Min.X + w
	} else {
		h := max(1, b.Dx()*s.Height/s.Width)
		part.Min.Y += (b.Dy() - h) / 2
		part.Max.Y = part.Min.Y + h
	}
	out := image.NewRGBA(image.Rect(0, 0, s.Width, s.Height))
	draw.CatmullRom.Scale(out, out.Bounds(), src, part, draw.Src, nil)
	return out
}

func encode(i *image.RGBA) (Made, error) {
	m := Made{Width: i.Bounds().Dx(), Height: i.Bounds().Dy(), Ending: ".jpg"}
	var b bytes.Buffer
	var err error
	if i.Opaque() {
		err = jpeg.Encode(&b, i, &jpeg.Options{Quality: quality})
	} else {
		m.Ending, err = ".png", png.Encode(&b, i)
	}
	if err != nil {
		return m, fmt.Errorf("writing a picture: %w", err)
	}
	m.Bytes = b.Bytes()
	return m, nil
}
