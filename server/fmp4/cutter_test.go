package fmp4

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os/exec"
	"slices"
	"testing"
)

// make asks ffmpeg for 9 seconds of fragments with a keyframe every 2.
func stream(t testing.TB, args ...string) []byte {
	t.Helper()
	all := []string{"-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=9", "-f", "lavfi", "-i", "sine=d=9:r=48000"}
	all = append(all, args...)
	all = append(all, "-movflags", "+frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer", "-frag_duration", "500000", "-f", "mp4", "pipe:1")
	out, err := exec.Command("ffmpeg", all...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var both = []string{"-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-g", "50", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac"}

func cut(c *Cutter, in []byte, step int) (Result, error) {
	for chunk := range slices.Chunk(in, step) {
		if _, err := c.Write(chunk); err != nil {
			return Result{}, err
		}
	}
	return c.Close()
}

func TestSegments(t *testing.T) {
	in := stream(t, both...)
	for _, step := range []int{1, 7, 4096, len(in)} {
		var out bytes.Buffer
		r, err := cut(&Cutter{To: &out, Target: 4, Longest: 5, Strict: true}, in, step)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), in) || r.Size != int64(len(in)) {
			t.Error("the bytes changed on their way")
		}
		if r.Codecs() != "avc1.4d400a,mp4a.40.2" {
			t.Errorf("codecs %s", r.Codecs())
		}
		if len(r.Media.Segments) != 3 || len(r.SHA256) != 3 {
			t.Fatalf("got %+v", r.Media)
		}
		at := r.Media.Init.End()
		for i, s := range r.Media.Segments {
			sum := sha256.Sum256(in[s.Offset:s.End()])
			if s.Offset != at || r.SHA256[i] != hex.EncodeToString(sum[:]) {
				t.Errorf("segment %d: %+v", i, s)
			}
			at = s.End()
		}
		if d := r.Media.Segments; d[0].Duration != 4 || d[1].Duration != 4 || d[2].Duration < 0.9 || d[2].Duration > 1.1 || at != r.Size {
			t.Errorf("got %+v", d)
		}
		if r.Bandwidth < r.Media.Segments[0].Size*8/4 {
			t.Errorf("a peak of %d for %d bytes", r.Bandwidth, r.Size)
		}
	}
}

func TestSoundAlone(t *testing.T) {
	r, err := cut(&Cutter{To: io.Discard, Target: 4}, stream(t, "-map", "1:a", "-c:a", "aac"), 1000)
	if err != nil || r.Codecs() != "mp4a.40.2" || len(r.Media.Segments) != 3 || r.Media.Length() < 9 || r.Media.Length() > 9.1 {
		t.Errorf("got %+v, %v", r.Media, err)
	}
}

func TestALateTrackIsLateWithoutAnEdit(t *testing.T) {
	in := stream(t, append([]string{"-filter:a", "asetpts=PTS+1/TB"}, both...)...)
	var out bytes.Buffer
	if _, err := cut(&Cutter{To: &out, Target: 4}, in, len(in)); err != nil {
		t.Fatal(err)
	}
	if out.Len() != len(in) || bytes.Count(out.Bytes(), []byte("free\x00\x00\x00\x00")) != 1 {
		t.Error("the empty edit stands")
	}
	again := &Cutter{To: io.Discard, Target: 4}
	if _, err := cut(again, out.Bytes(), len(in)); err != nil {
		t.Fatal(err)
	}
	if again.tracks[1].late != 0 || again.end < 9.9 {
		t.Errorf("the sound ends at %g", again.end)
	}
}

func TestRefusals(t *testing.T) {
	in := stream(t, both...)
	for name, c := range map[string]struct {
		in   []byte
		cut  Cutter
		want error
	}{
		"nothing":      {nil, Cutter{}, ErrNoPicture},
		"cut short":    {in[:len(in)-1], Cutter{}, io.ErrUnexpectedEOF},
		"text":         {[]byte("#EXTM3U\n#EXTINF"), Cutter{}, ErrBroken},
		"huge box":     {[]byte("\xff\xff\xff\xffmoov"), Cutter{}, ErrTooBig},
		"mdat first":   {[]byte("\x00\x00\x00\x10mdat"), Cutter{}, ErrBroken},
		"long gap":     {in, Cutter{Longest: 1}, ErrLongGap},
		"too large":    {in, Cutter{Most: 5000}, ErrTooLarge},
		"unknown kind": {bytes.Replace(in, []byte("avc1\x00"), []byte("vp09\x00"), 1), Cutter{}, ErrCodec},
	} {
		c.cut.To, c.cut.Target = io.Discard, 4
		if _, err := cut(&c.cut, c.in, 100); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestAKeyframeThatIsNoStart(t *testing.T) {
	open := append([]string{"-x264-params", "open-gop=1:b-adapt=0:bframes=2:scenecut=0"}, both...)
	_, err := cut(&Cutter{To: io.Discard, Target: 4, Strict: true}, stream(t, open...), 1000)
	if !errors.Is(err, ErrNotIDR) {
		t.Errorf("got %v", err)
	}
	n := nals{skip: 3, left: 11, size: 4}
	sei := []byte{9, 9, 9, 0, 0, 0, 2, 6, 0, 0, 0, 0, 1, 0x61}
	if over, idr := n.see(sei[:5]); over || idr {
		t.Error("too early")
	}
	if over, idr := n.see(sei[5:]); !over || idr {
		t.Error("a slice of another picture passed for an IDR")
	}
	n = nals{left: 5, size: 4}
	if over, idr := n.see([]byte{0, 0, 0, 9, 0x65}); !over || !idr {
		t.Error("an IDR was not seen")
	}
}

func FuzzCutter(f *testing.F) {
	f.Add(stream(f, append(both, "-t", "0.2")...))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := cut(&Cutter{To: io.Discard, Target: 4, Strict: true}, in, 50)
		if err != nil {
			return
		}
		at := r.Media.Init.End()
		for _, s := range r.Media.Segments {
			if s.Offset != at || s.Size <= 0 || s.Duration < 0 {
				t.Fatalf("got %+v", r.Media)
			}
			at = s.End()
		}
	})
}
