package hls

import (
	"os"
	"reflect"
	"testing"
)

func read(t testing.TB, name string) string {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPlaylistsOfPeerTube(t *testing.T) {
	m, err := ParseMedia(read(t, "hls-variant-720.m3u8"))
	if err != nil {
		t.Fatal(err)
	}
	if m.Init != (Range{0, 1353}) || len(m.Segments) != 8 || m.Length() != 30 || m.Segments[1].Offset != 1215115 {
		t.Errorf("got %+v", m)
	}
	master, err := ParseMaster(read(t, "hls-master.m3u8"))
	if err != nil {
		t.Fatal(err)
	}
	want := Variant{URI: "689ddfcc-ee11-46e6-96b7-8090d40c72b9-720.m3u8", Bandwidth: 2444101, Width: 1280, Height: 720, FrameRate: 30, Codecs: "avc1.64001f,mp4a.40.2"}
	if len(master.Variants) != 2 || master.Variants[1] != want {
		t.Errorf("got %+v", master)
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]error{
		"":                                 ErrNotPlaylist,
		"<html>":                           ErrNotPlaylist,
		"#EXTM3U\n#EXTINF:abc,\n":          ErrSegment,
		"#EXTM3U\n#EXTINF:NaN,\n":          ErrSegment,
		"#EXTM3U\n#EXTINF:4,\na.mp4\n":     ErrSegment,
		"#EXTM3U\n#EXT-X-BYTERANGE:-1@0\n": ErrSegment,
		"#EXTM3U\n#EXT-X-BYTERANGE:9223372036854775807@1\n":           ErrSegment,
		"#EXTM3U\n#EXT-X-BYTERANGE:1@0\na\n#EXT-X-BYTERANGE:1@1\nb\n": ErrManyFiles,
	} {
		if _, err := ParseMedia(text); err != want {
			t.Errorf("%q: got %v, want %v", text, err, want)
		}
	}
}

func FuzzMedia(f *testing.F) {
	f.Add(read(f, "hls-variant-720.m3u8"))
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMedia(text)
		if err != nil || m.URI == "" || m.Init.Size == 0 || quote(m.URI) != `"`+m.URI+`"` || m.URI[0] == '#' || m.URI[0] == ' ' {
			return
		}
		back, err := ParseMedia(m.String())
		if err != nil || len(back.Segments) != len(m.Segments) || back.URI != m.URI {
			t.Fatalf("%q became %+v, %v", m.String(), back, err)
		}
	})
}

func FuzzMaster(f *testing.F) {
	f.Add(read(f, "hls-master.m3u8"))
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMaster(text)
		if err != nil {
			return
		}
		if back, err := ParseMaster(m.String()); err != nil || len(back.Variants) > len(m.Variants) {
			t.Fatalf("%+v became %+v, %v", m, back, err)
		}
	})
}

func TestMasterRoundTrip(t *testing.T) {
	m := Master{
		Audio:    []Track{{Group: "audio", Name: "English", Language: "en", URI: "a.m3u8", Default: true}},
		Variants: []Variant{{URI: "v.m3u8", Bandwidth: 5, Width: 16, Height: 9, FrameRate: 29.97, Codecs: "avc1,mp4a", AudioGroup: "audio"}},
	}
	if back, err := ParseMaster(m.String()); err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("got %+v, %v", back, err)
	}
}
