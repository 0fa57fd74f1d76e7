package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"shoal/server/fail"
)

func tool(t testing.TB) *Tool {
	t.Helper()
	f, err := Find("", "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// film makes a file by ffmpeg's own test pictures and gives its path.
func film(t testing.TB, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{"-v", "error", "-y"}, args...)
	if out, err := exec.Command("ffmpeg", append(all, path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

func plain(t testing.TB, name string) string {
	return film(t, name, "-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p",
		"-c:a", "aac", "-metadata:s:a:0", "language=deu")
}

func TestProbe(t *testing.T) {
	p, err := tool(t).Probe(t.Context(), plain(t, "a.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	v := p.Video
	if p.Format != "mov" || p.Duration < 1.9 || p.Duration > 2.1 || v == nil || v.Codec != "h264" || v.Width != 64 || v.FPS != 25 || v.Aspect != 1 || v.HDR() {
		t.Errorf("got %+v, %+v", p, v)
	}
	if len(p.Audio) != 1 || p.Audio[0].Codec != "aac" || p.Audio[0].Profile != "LC" || p.Audio[0].Language != "deu" {
		t.Errorf("got %+v", p.Audio)
	}
}

func TestProbeTurned(t *testing.T) {
	turned := film(t, "b.mp4", "-i", plain(t, "a.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=90")
	p, err := tool(t).Probe(t.Context(), turned)
	if err != nil {
		t.Fatal(err)
	}
	if w, h := p.Video.Upright(); p.Video.Rotation != 90 && p.Video.Rotation != 270 || w != 36 || h != 64 {
		t.Errorf("got %+v", p.Video)
	}
}

func TestMirrored(t *testing.T) {
	for matrix, want := range map[string]bool{
		"": false,
		"\n00000000:            0       65536           0\n00000001:       -65536           0           0\n00000002:            0           0  1073741824\n": false,
		"\n00000000:       -65536           0           0\n00000001:            0       65536           0\n00000002:            0           0  1073741824\n": true,
	} {
		if mirrored(matrix) != want {
			t.Errorf("%q", matrix)
		}
	}
}

func TestSoundWithACover(t *testing.T) {
	cover := film(t, "c.jpg", "-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1")
	song := film(t, "s.mp3", "-f", "lavfi", "-i", "sine=d=1", "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
	p, err := tool(t).Probe(t.Context(), song)
	if err != nil || p.Video != nil || p.Cover == nil || len(p.Audio) != 1 || p.Format != "mp3" {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestRefusals(t *testing.T) {
	whole, err := os.ReadFile(plain(t, "a.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ content, says string }{
		"playlist":   {"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "playlists"},
		"script":     {"ffconcat version 1.0\nfile a.mp4\n", "playlists"},
		"sdp":        {"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n", "playlists"},
		"mpd":        {`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>`, "text document"},
		"svg":        {`<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"></svg>`, "text document"},
		"zip":        {"PK\x03\x04 and more of the kind", "ZIP archive"},
		"16 bytes":   {"0123456789abcdef", "not a video"},
		"empty":      {"", "empty"},
		"cut short":  {string(whole[:3000]), "incomplete"},
		"a picture":  {"\x89PNG\r\n\x1a\n", "picture"},
		"a cut head": {string(whole[:20]), "incomplete"},
	} {
		for _, ending := range []string{".mp4", ".ts", ".m3u8", ".jpg"} {
			path := filepath.Join(t.TempDir(), "f"+ending)
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := tool(t).Probe(t.Context(), path)
			var f *fail.Error
			if !errors.As(err, &f) || f.Kind != fail.Unprocessable {
				t.Fatalf("%s%s: got %v", name, ending, err)
			}
			if ending == ".mp4" && !strings.Contains(f.Public, c.says) {
				t.Errorf("%s: says %q (%v)", name, f.Public, f.Cause)
			}
		}
	}
}

func TestGiganticPicture(t *testing.T) {
	huge := film(t, "h.mkv", "-f", "lavfi", "-i", "color=s=12000x3000:r=1:d=1", "-c:v", "mjpeg")
	_, err := tool(t).Probe(t.Context(), huge)
	if !fail.Is(err, fail.Unprocessable) || !strings.Contains(err.Error(), "12000 × 3000") {
		t.Errorf("got %v", err)
	}
}

func TestRunWritesPipes(t *testing.T) {
	var a, b bytes.Buffer
	var last Progress
	err := tool(t).Run(t.Context(), Command{
		Inputs:   []Input{{Path: plain(t, "a.mp4"), Format: "mov"}},
		Args:     []string{"-map", "0:v", "-c", "copy", "-f", "h264", "pipe:3", "-map", "0:a", "-c", "copy", "-f", "adts", "pipe:4"},
		Outputs:  []io.Writer{&a, &b},
		Progress: func(p Progress) { last = p },
	})
	if err != nil || a.Len() == 0 || b.Len() == 0 || last.Time < 1.9 {
		t.Errorf("%d and %d bytes, %+v, %v", a.Len(), b.Len(), last, err)
	}
}

type refuses struct{ err error }

func (r refuses) Write([]byte) (int, error) { return 0, r.err }

// endless is a run that would take an hour.
func endless(path string, w io.Writer) Command {
	return Command{
		Inputs:  []Input{{Path: path, Format: "mov", Options: []string{"-re", "-stream_loop", "-1"}}},
		Args:    []string{"-t", "3600", "-c", "copy", "-f", "mpegts", "pipe:3"},
		Outputs: []io.Writer{w},
	}
}

func TestAWriterEndsTheRun(t *testing.T) {
	full := errors.New("full")
	if err := tool(t).Run(t.Context(), endless(plain(t, "a.mp4"), refuses{full})); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

// first cancels at the first bytes.
type first struct{ cancel context.CancelFunc }

func (f first) Write(p []byte) (int, error) { f.cancel(); return len(p), nil }

func TestTheContextEndsTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := tool(t).Run(ctx, endless(plain(t, "a.mp4"), first{cancel})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestARunThatStandsStillEnds(t *testing.T) {
	c := endless(plain(t, "a.mp4"), io.Discard)
	c.Stall = time.Millisecond
	if err := tool(t).Run(t.Context(), c); !errors.Is(err, ErrStalled) {
		t.Errorf("got %v", err)
	}
	if words, known := Words(ErrStalled); !known || words == "" {
		t.Error("no words for it")
	}
}

func TestAChildIsBounded(t *testing.T) {
	f := &Tool{Memory: 1 << 30}
	var out bytes.Buffer
	script := `until grep -q '^Max file size *0 ' /proc/$$/limits; do :; done
		cat /proc/$$/limits; echo nice $(cut -d' ' -f19 /proc/$$/stat); echo group $(cut -d' ' -f5 /proc/$$/stat) $$; env; cat /proc/$$/oom_score_adj; echo no > ` + filepath.Join(t.TempDir(), "written")
	err := f.child(t.Context(), patient, "/bin/sh", []string{"-c", script}, &out, nil)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("writing a file: %v", err)
	}
	said := out.String()
	var own int
	own, _ = syscall.Getpriority(syscall.PRIO_PROCESS, 0) // the kernel's form: 20 - nice
	for _, want := range []string{"Max data size             1073741824", "nice 10", "LC_ALL=C"} {
		if own == 20 && !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
	if strings.Contains(said, "HOME=") {
		t.Error("the child sees our environment")
	}
}

func TestMemoryHasABound(t *testing.T) {
	f := tool(t)
	f.Memory = 4 << 20
	err := f.Run(t.Context(), Command{
		Inputs:  []Input{{Path: plain(t, "a.mp4"), Format: "mov"}},
		Args:    []string{"-vf", "scale=4096:2160", "-c:v", "libx264", "-f", "h264", "pipe:3"},
		Outputs: []io.Writer{io.Discard},
	})
	if err == nil {
		t.Fatal("4 MiB were enough")
	}
}

func TestWhatItSaysIsKept(t *testing.T) {
	err := tool(t).Run(t.Context(), Command{Inputs: []Input{{Path: "/nowhere/at/all.mp4"}}, Args: []string{"-f", "null", "-"}})
	if !strings.Contains(Tail(err), "No such file") {
		t.Errorf("got %v", err)
	}
	long := &tail{}
	for range 1000 {
		_, _ = long.Write([]byte("a line of words\n\x00\xff"))
	}
	if s := long.String(); len(s) > tailSize || !utf8.ValidString(s) || strings.Contains(s, "\x00") || !strings.HasSuffix(s, "words") {
		t.Errorf("%d bytes", len(s))
	}
}

func TestTheNetworkIsOutOfReach(t *testing.T) {
	for _, path := range []string{"http://127.0.0.1:9/a.mp4", "tcp://127.0.0.1:9"} {
		if _, err := tool(t).Probe(t.Context(), path); err == nil {
			t.Errorf("%s was opened", path)
		}
	}
	if i := slices.Index(guard, "-protocol_whitelist"); i < 0 || guard[i+1] != "file,pipe" {
		t.Error("the guard has no list of protocols")
	}
}

func TestFeaturesOfThisFFmpeg(t *testing.T) {
	if got := tool(t).Features(t.Context()); got != (Features{WebP: true, Zscale: true}) {
		t.Errorf("got %+v", got)
	}
	none := &Tool{FFmpeg: "/bin/false"}
	if got := none.Features(t.Context()); got != (Features{}) {
		t.Errorf("got %+v", got)
	}
}
