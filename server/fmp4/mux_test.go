package fmp4

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"testing/iotest"
)

var (
	picture = []string{"-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-g", "50", "-bf", "2", "-pix_fmt", "yuv420p"}
	sound   = []string{"-map", "1:a", "-c:a", "aac"}
)

func source(t testing.TB, args ...string) Source {
	t.Helper()
	var out bytes.Buffer
	r, err := cut(&Cutter{To: &out, Target: 4}, stream(t, args...), 4096)
	if err != nil {
		t.Fatal(err)
	}
	return Source{bytes.NewReader(out.Bytes()), r.Media}
}

func mux(t testing.TB, sources ...Source) (*Mux, []byte) {
	t.Helper()
	m, err := NewMux(sources...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(m)
	if err != nil || int64(len(b)) != m.Size() {
		t.Fatalf("read %d bytes of %d, %v", len(b), m.Size(), err)
	}
	return m, b
}

// probed is what ffprobe says of a file, and how many packets it reads.
type probed struct {
	Streams []struct {
		Kind    string `json:"codec_type"`
		Length  string `json:"duration"`
		Packets string `json:"nb_read_packets"`
	}
	Format struct {
		Length string `json:"duration"`
	}
}

func probe(t *testing.T, b []byte) (p probed, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-count_packets", "-show_streams", "-show_format", "-of", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	return p, path
}

func nearly(text string, want float64) bool {
	n, err := strconv.ParseFloat(text, 64)
	return err == nil && math.Abs(n-want) < 0.15
}

func TestMux(t *testing.T) {
	film, tone := source(t, picture...), source(t, sound...)
	_, b := mux(t, tone, film)
	p, path := probe(t, b)
	if len(p.Streams) != 2 || p.Streams[0].Kind != "video" || p.Streams[1].Kind != "audio" || p.Streams[0].Packets != "225" || !nearly(p.Format.Length, 9) {
		t.Fatalf("got %+v", p)
	}
	for _, s := range p.Streams {
		if !nearly(s.Length, 9) {
			t.Errorf("%s lasts %s", s.Kind, s.Length)
		}
	}
	if out, err := exec.Command("ffmpeg", "-v", "warning", "-xerror", "-i", path, "-f", "null", "-").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("decoding: %v %s", err, out)
	}
	for _, s := range []struct {
		kind   string
		source Source
	}{{"v", film}, {"a", tone}} {
		if a, b := packets(t, path, s.kind), packets(t, whole(t, s.source), s.kind); a != b {
			t.Errorf("the packets of %s changed", s.kind)
		}
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v", "-read_intervals", "5%+#1", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path).CombinedOutput()
	if err != nil || !bytes.HasPrefix(out, []byte("4.0")) {
		t.Errorf("seeking to 5 seconds: %v %s", err, out)
	}
}

// packets are times, sizes and checksums of what is in a file.
func packets(t *testing.T, path, kind string) string {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-v", "error", "-copyts", "-i", path, "-map", "0:"+kind, "-c", "copy", "-f", "framecrc", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func whole(t *testing.T, s Source) string {
	t.Helper()
	b, err := io.ReadAll(s.ReaderAt.(io.Reader))
	if err != nil {
		t.Fatal(err)
	}
	_, path := probe(t, b)
	return path
}

func TestMuxFromAnywhere(t *testing.T) {
	m, b := mux(t, source(t, picture...), source(t, sound...))
	if err := iotest.TestReader(m, b); err == nil {
		t.Error("the reader was at its end")
	}
	for at := int64(0); at < m.Size(); at += 997 {
		if _, err := m.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, min(1500, m.Size()-at))
		if _, err := io.ReadFull(m, got); err != nil || !bytes.Equal(got, b[at:at+int64(len(got))]) {
			t.Fatalf("from %d: %v", at, err)
		}
	}
	again, err := NewMux(source(t, picture...), source(t, sound...))
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(again, b); err != nil {
		t.Error(err)
	}
}

func TestMuxOfOne(t *testing.T) {
	for name, c := range map[string]struct {
		args    []string
		streams int
	}{"both": {both, 2}, "picture": {picture, 1}, "sound": {sound, 1}} {
		_, b := mux(t, source(t, c.args...))
		if p, _ := probe(t, b); len(p.Streams) != c.streams || !nearly(p.Format.Length, 9) {
			t.Errorf("%s: got %+v", name, p)
		}
	}
}

func TestMuxRefuses(t *testing.T) {
	film, tone, all := source(t, picture...), source(t, sound...), source(t, both...)
	for name, sources := range map[string][]Source{"nothing": nil, "two pictures": {film, film}, "two sounds": {tone, tone}, "both and sound": {all, tone}} {
		if _, err := NewMux(sources...); !errors.Is(err, ErrTracks) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := NewMux(Source{bytes.NewReader(nil), film.Media}); err == nil {
		t.Error("an empty file passed")
	}
	b, err := io.ReadAll(film.ReaderAt.(io.Reader))
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMux(Source{bytes.NewReader(b[:len(b)/2]), film.Media})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(m); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half a file: got %v", err)
	}
}

func FuzzMux(f *testing.F) {
	var out bytes.Buffer
	r, err := cut(&Cutter{To: &out, Target: 4}, stream(f, append(both, "-t", "0.2")...), 4096)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := NewMux(Source{bytes.NewReader(in), r.Media})
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, m)
		if err == nil && n != m.Size() {
			t.Fatalf("read %d bytes of %d", n, m.Size())
		}
	})
}
