package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"shoal/server/fail"
)

var ctx = context.Background()

// corners is red at the upper left and blue elsewhere.
func corners(w, h int) *image.RGBA {
	i := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			i.Set(x, y, c)
		}
	}
	return i
}

func asPNG(t *testing.T, i image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, i); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var squares = []Size{{48, 48}, {120, 120}, {600, 600}}

func TestSizes(t *testing.T) {
	clear := corners(200, 100)
	clear.Set(99, 50, color.RGBA{})
	var anim bytes.Buffer
	if err := gif.Encode(&anim, corners(130, 130), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in     []byte
		sizes  []Size
		widths []int
		ending string
	}{
		"small":       {asPNG(t, corners(20, 20)), squares, []int{48, 120}, ".jpg"},
		"big":         {asPNG(t, corners(700, 650)), squares, []int{48, 120, 600}, ".jpg"},
		"see-through": {asPNG(t, clear), squares, []int{48, 120}, ".png"},
		"gif":         {anim.Bytes(), squares, []int{48, 120}, ".jpg"},
		"keeps shape": {asPNG(t, corners(200, 50)), []Size{{100, 0}}, []int{100}, ".jpg"},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := Make(ctx, bytes.NewReader(c.in), c.sizes, 2)
			if err != nil || len(made) != len(c.widths) {
				t.Fatal(len(made), err)
			}
			for i, m := range made {
				got, _, err := image.Decode(bytes.NewReader(m.Bytes))
				if err != nil || m.Width != c.widths[i] || m.Ending != c.ending || got.Bounds().Dx() != m.Width || got.Bounds().Dy() != m.Height {
					t.Errorf("%d×%d%s, %v", m.Width, m.Height, m.Ending, err)
				}
				if name == "keeps shape" && m.Height != 25 {
					t.Errorf("%d high", m.Height)
				}
			}
		})
	}
}

func TestTheMiddleIsKept(t *testing.T) {
	made, err := Make(ctx, bytes.NewReader(asPNG(t, corners(300, 100))), []Size{{50, 50}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	i, _, _ := image.Decode(bytes.NewReader(made[0].Bytes))
	if r, _, _, _ := i.At(10, 10).RGBA(); r < 0xc000 {
		t.Error("the left half of the middle is not red")
	}
	if r, _, b, _ := i.At(40, 10).RGBA(); r > 0x4000 || b < 0xc000 {
		t.Error("the right half of the middle is not blue")
	}
}

// exif is a JPEG whose camera was held so.
func exif(t *testing.T, i image.Image, how byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, i, nil); err != nil {
		t.Fatal(err)
	}
	body := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), how, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{0xff, 0xd8}, segment...), body...), b.Bytes()[2:]...)
}

func TestPhotosStandUpright(t *testing.T) {
	for how, red := range map[byte]image.Point{1: {10, 10}, 2: {50, 10}, 3: {50, 50}, 4: {10, 50}, 5: {10, 10}, 6: {50, 10}, 7: {50, 50}, 8: {10, 50}} {
		made, err := Make(ctx, bytes.NewReader(exif(t, corners(80, 40), how)), []Size{{60, 60}}, 1)
		if err != nil {
			t.Fatal(err)
		}
		i, _, _ := image.Decode(bytes.NewReader(made[0].Bytes))
		if r, _, b, _ := i.At(red.X, red.Y).RGBA(); r < 0xa000 || b > 0x6000 {
			t.Errorf("%d: no red at %v", how, red)
		}
	}
	for _, cut := range []int{3, 8, 14, 20, 30, 33} { // a segment that lies or ends early
		b := exif(t, corners(8, 8), 6)[:cut]
		orientation(b)
	}
}

func TestRefused(t *testing.T) {
	huge := asPNG(t, corners(4, 4))
	binary.BigEndian.PutUint32(huge[16:], 60000)
	binary.BigEndian.PutUint32(huge[20:], 60000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29])) // a header that promises 3.6 gigapixels
	whole := asPNG(t, corners(64, 64))
	for name, c := range map[string]struct {
		in   []byte
		want fail.Kind
	}{
		"empty":  {nil, fail.Unsupported},
		"text":   {[]byte("<svg onload='alert(1)'/>"), fail.Unsupported},
		"bytes":  {make([]byte, MaxBytes+1), fail.TooLarge},
		"pixels": {huge, fail.Invalid},
		"broken": {whole[:len(whole)-30], fail.Invalid},
	} {
		if _, err := Make(ctx, bytes.NewReader(c.in), squares, 2); !fail.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
