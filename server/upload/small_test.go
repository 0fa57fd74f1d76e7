package upload

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"
)

func redPNG(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 100, 400))
	for i := range img.Pix {
		img.Pix[i] = []byte{200, 0, 0, 255}[i%4]
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesAreMadeOfTheMiddle(t *testing.T) {
	made, err := shrink(bytes.NewReader(redPNG(t)))
	if err != nil {
		t.Fatal(err)
	}
	for kind, size := range sizes {
		img, err := jpeg.Decode(bytes.NewReader(made[kind]))
		if err != nil || img.Bounds().Max != size {
			t.Fatalf("%s: got %v, %v", kind, img.Bounds(), err)
		}
		if r, g, _, _ := img.At(5, 5).RGBA(); r>>8 < 180 || g>>8 > 20 {
			t.Errorf("%s: got %v", kind, color.RGBAModel.Convert(img.At(5, 5)))
		}
	}
}

func TestContentRanges(t *testing.T) {
	for s, want := range map[string]Range{
		"bytes 0-99/1000":                {To: 99, Total: 1000},
		"bytes 100-999/*":                {From: 100, To: 999, Total: -1},
		"bytes */1000":                   {Total: 1000, Ask: true},
		" Bytes  5-5/6 ":                 {From: 5, To: 5, Total: 6},
		"bytes */*":                      {Total: -1, Ask: true},
		"bytes 0-99":                     {},
		"bytes 5-4/10":                   {},
		"bytes 0-10/10":                  {},
		"bytes -5-4/10":                  {},
		"bytes +0-4/10":                  {},
		"items 0-4/10":                   {},
		"bytes 0-4/99999999999999999999": {},
		"bytes 0-4/0x10":                 {},
		"":                               {},
	} {
		got, err := ParseRange(s)
		if got != want || (err == nil) != (want != Range{}) {
			t.Errorf("%q: got %+v, %v", s, got, err)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	f.Add("bytes 0-99/1000")
	f.Add("bytes */1000")
	f.Add("bytes 18446744073709551615-1/2")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRange(s)
		if err != nil || r.Ask {
			return
		}
		if r.From < 0 || r.To < r.From || r.Total >= 0 && r.To >= r.Total || r.Size() <= 0 {
			t.Fatalf("%q became %+v", s, r)
		}
		total := "*"
		if r.Total >= 0 {
			total = fmt.Sprint(r.Total)
		}
		if back, err := ParseRange(fmt.Sprintf("bytes %d-%d/%s", r.From, r.To, total)); err != nil || back != r {
			t.Fatalf("%+v became %+v, %v", r, back, err)
		}
	})
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"ducks.mp4": "ducks", "my_first__film.final.mov": "my first film.final", "a.mp4": "Untitled a", ".mp4": "Untitled ",
		strings.Repeat("é", 200) + ".mkv": strings.Repeat("é", 120),
	} {
		if got := nameOf(name); got != want {
			t.Errorf("%q: got %q", name, got)
		}
	}
	for name, want := range map[string]string{"../../etc/passwd.mp4": "passwd.mp4", `C:\a\b.mp4`: "b.mp4", "a\x00\nb.mp4": "ab.mp4", "a\xffb.mp4": "ab.mp4"} {
		if got := clean(name); got != want {
			t.Errorf("%q: got %q", name, got)
		}
	}
	if got := clean(strings.Repeat("é", 300) + ".mp4"); len(got) > longestFilename || !utf8.ValidString(got) || ending(got) != ".mp4" {
		t.Errorf("got %q", got)
	}
}
