package controls

import "testing"

func TestDeviceRoundTrip(t *testing.T) {
	d := NewDevice()
	d.Volume, d.Muted, d.Rate, d.Quality, d.Captions, d.Theatre, d.Keys, d.Always = .35, true, 1.75, 720, "pt-BR", true, "player", true
	d.Style = Style{Size: 150, Font: "serif", Colour: "yellow", Ground: "0", Edge: "outline", OnTop: true}
	if got := ParseDevice(d.Encode()); got != d {
		t.Errorf("%+v became %+v", d, got)
	}
	if got := ParseDevice(""); got != NewDevice() {
		t.Errorf("nothing became %+v", got)
	}
}

func TestDeviceRefusesNonsense(t *testing.T) {
	got := ParseDevice("volume=7\nrate=99\nquality=x\nsize=9999\nfont=url(x)\ncolour=\nkeys=maybe\nlost\n=\n")
	want := NewDevice()
	want.Style.Size = 300
	if got != want {
		t.Errorf("%+v", got)
	}
}

func FuzzParseDevice(f *testing.F) {
	f.Add(NewDevice().Encode())
	f.Fuzz(func(t *testing.T, text string) {
		d := ParseDevice(text)
		if d.Volume < 0 || d.Volume > 1 || d.Rate < MinRate || d.Rate > MaxRate || d.Style.Size < 50 || d.Style.Size > 300 {
			t.Fatalf("%q became %+v", text, d)
		}
		d.Volume, d.Rate = 1, 1 // kept with two decimals
		if again := ParseDevice(d.Encode()); again != d {
			t.Fatalf("%+v became %+v", d, again)
		}
	})
}
