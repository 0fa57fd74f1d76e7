package picture

import (
	"encoding/binary"
	"image"
	"image/color"
)

// orientation finds how a camera was held (TIFF 6.0 tag 0x0112 in the Exif segment of a JPEG): 1 to 8, 1 for upright.
func orientation(b []byte) int {
	for i := 2; i+4 <= len(b) && b[i] == 0xff && b[i+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(b[i+2:]))
		end := i + 2 + size
		if size < 2 || end > len(b) {
			break
		}
		if body := b[i+4 : end]; b[i+1] == 0xe1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			return tiff(body[6:])
		}
		i = end
	}
	return 1
}

func tiff(b []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	first := int(order.Uint32(b[4:]))
	if first < 8 || first+2 > len(b) {
		return 1
	}
	for n, at := int(order.Uint16(b[first:])), first+2; n > 0 && at+12 <= len(b); n, at = n-1, at+12 {
		if order.Uint16(b[at:]) == 0x0112 {
			if o := int(order.Uint16(b[at+8:])); o >= 1 && o <= 8 {
				return o
			}
		}
	}
	return 1
}

// turned shows a picture turned or mirrored without copying it.
type turned struct {
	image.Image
	how int
}

// upright turns a picture as its camera asked.
func upright(i image.Image, how int) image.Image {
	if how == 1 {
		return i
	}
	return turned{i, how}
}

// Bounds start at zero; from 5 on, width and height are exchanged.
func (t turned) Bounds() image.Rectangle {
	b := t.Image.Bounds()
	if t.how >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// At is the colour at a place of the upright picture.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	w, h := b.Dx()-1, b.Dy()-1
	switch t.how {
	case 2:
		x = w - x
	case 3:
		x, y = w-x, h-y
	case 4:
		y = h - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x
	case 7:
		x, y = w-y, h-x
	case 8:
		x, y = w-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}
