//go:build !js

package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/fmp4"
	"shoal/server/rig"
	"shoal/shared/api"
	"shoal/shared/hls"
)

const length = 24 // seconds of the films

// site is a server with one embed page and its files.
type site struct {
	*httptest.Server
	folder string
	boot   api.Boot
	hidden string        // paths that begin so are not found
	gate   chan struct{} // the program waits for it when there is one

	mu    sync.Mutex
	asked []asked
	pace  map[string]int // bytes a second by file, 0 for all it can
}

// asked is a range of a film that was asked for.
type asked struct {
	file     string
	from, to int64 // bytes; to is not included
	sent     int64
}

var (
	built sync.Once
	work  string
	films map[string]fmp4.Result
)

// newSite serves a film in two levels with sound, and the same sound alone.
func newSite(t *testing.T, change func(*api.Boot)) *site {
	t.Helper()
	t.Parallel()
	built.Do(func() { work, films = build(t) })
	s := &site{folder: work, pace: map[string]int{}}
	s.boot = api.Boot{UUID: "9f0f9e0c-1f6b-4f7b-9d0c-0d9a4d3f7a11", Title: "Test", Channel: "Tests", Duration: length, Width: 640, Height: 360, Autoplay: true, State: api.Published, Master: "/media/master.m3u8"}
	s.boot.Levels = []api.BootLevel{level("low", 320, 180, true), level("high", 640, 360, true)}
	sound := level("sound", 0, 0, false)
	s.boot.AudioOnly = &sound
	if change != nil {
		change(&s.boot)
	}
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", s.page)
	m.HandleFunc("GET /media/{file}", s.media)
	m.Handle("GET /web/", http.StripPrefix("/web/", http.FileServer(http.Dir(work))))
	nothing := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	m.HandleFunc("GET /favicon.ico", nothing)
	m.HandleFunc("POST /api/v1/videos/{id}/views", nothing)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.hidden != "" && strings.HasPrefix(r.URL.Path, s.hidden) {
			http.NotFound(w, r)
			return
		}
		if s.gate != nil && r.URL.Path == "/web/embed.wasm" {
			<-s.gate
		}
		m.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func level(name string, width, height int, muxed bool) api.BootLevel {
	r := films[name]
	l := api.BootLevel{Height: height, Width: width, FPS: 25, Bandwidth: r.Bandwidth, Codecs: r.Codecs(), File: "/media/" + name + ".mp4", Playlist: "/media/" + name + ".m3u8", Init: r.Media.Init.Size, Muxed: muxed}
	for _, s := range r.Media.Segments[:3] {
		l.First = append(l.First, s.Size)
		l.Times = append(l.Times, int64(s.Duration*1000+0.5))
	}
	return l
}

// build compiles the embed program and makes the films, as the server does.
func build(t *testing.T) (string, map[string]fmp4.Result) {
	t.Helper()
	dir, err := os.MkdirTemp("", "shoal-player-")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "embed.wasm"), "shoal/wasm/embed")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"): "wasm_exec.js", "../../static/embed.js": "embed.js", "../../static/boot.js": "boot.js", "../../static/embed.css": "embed.css", "../../static/player.css": "player.css"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	picture := []string{"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p", "-force_key_frames", "expr:gte(t,n_forced*4)", "-g", "250", "-sc_threshold", "0"}
	made := map[string]fmp4.Result{}
	master := hls.Master{Variants: []hls.Variant{{URI: "high.m3u8", Bandwidth: 700_000, Width: 640, Height: 360, Codecs: "avc1.64001e,mp4a.40.2"}}}
	if err := os.WriteFile(filepath.Join(dir, "master.m3u8"), []byte(master.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	film(t, dir, made, "low", append(picture, "-s", "320x180", "-b:v", "150k", "-c:a", "aac", "-b:a", "64k"))
	film(t, dir, made, "high", append(picture, "-b:v", "600k", "-c:a", "aac", "-b:a", "64k"))
	film(t, dir, made, "mute", append(picture, "-b:v", "300k", "-an"))
	film(t, dir, made, "sound", []string{"-vn", "-c:a", "aac", "-b:a", "64k"})
	return dir, made
}

// film writes fragments of half a second in segments of four, and the playlist.
func film(t *testing.T, dir string, made map[string]fmp4.Result, name string, codec []string) {
	t.Helper()
	whole := filepath.Join(dir, name+".whole.mp4")
	f := rig.Film{Width: 640, Height: 360, Seconds: length, Codec: append(codec, "-movflags", "+frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer", "-frag_duration", "500000")}
	if err := f.Make(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(dir, name+".mp4"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c := &fmp4.Cutter{To: out, Target: 4}
	if _, err := io.Copy(c, in); err != nil {
		t.Fatal(err)
	}
	r, err := c.Close()
	if err != nil {
		t.Fatal(err)
	}
	r.Media.URI = name + ".mp4"
	if err := os.WriteFile(filepath.Join(dir, name+".m3u8"), []byte(r.Media.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	made[name] = r
}

// page is the embed page as server/web writes it, with as strict a policy.
func (s *site) page(w http.ResponseWriter, _ *http.Request) {
	boot, _ := json.Marshal(s.boot)
	script, _ := os.ReadFile(filepath.Join(s.folder, "boot.js"))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'nonce-abc' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; img-src 'self' data:")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title><link rel="stylesheet" href="/web/embed.css"><link rel="stylesheet" href="/web/player.css"></head><body data-page="embed">
<div id="player-host" data-mode="page"><video id="player-video" playsinline preload="none" controls></video></div>
<script id="boot" type="application/json" data-wasm="/web/embed.wasm" data-scripts="/web/wasm_exec.js /web/embed.js">%s</script><script nonce="abc">%s</script></body></html>`, boot, script)
}

// media serves films by range, at a pace if one is set, and notes what was asked for.
func (s *site) media(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if strings.HasSuffix(name, ".m3u8") {
		http.ServeFile(w, r, filepath.Join(s.folder, name))
		return
	}
	f, err := os.Open(filepath.Join(s.folder, name))
	if err != nil {
		http.Error(w, "", http.StatusNotFound)
		return
	}
	defer f.Close()
	var a asked
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &a.from, &a.to); err != nil {
		http.ServeContent(w, r, name, time.Time{}, f) // the browser's own player
		return
	}
	a.file, a.to = name, a.to+1
	s.mu.Lock()
	i := len(s.asked)
	s.asked = append(s.asked, a)
	pace := s.pace[name]
	s.mu.Unlock()
	http.ServeContent(&paced{ResponseWriter: w, ctx: r.Context().Done(), pace: pace, sent: func(n int) {
		s.mu.Lock()
		s.asked[i].sent += int64(n)
		s.mu.Unlock()
	}}, r, name, time.Time{}, f)
}

// paced writes so many bytes a second.
type paced struct {
	http.ResponseWriter
	ctx   <-chan struct{}
	pace  int
	sent  func(int)
	began time.Time
	done  int
}

func (p *paced) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		part := b[n:]
		if p.pace > 0 {
			part = part[:min(len(part), p.wait())]
		}
		var k int
		k, err = p.ResponseWriter.Write(part)
		n += k
		p.sent(k)
		if p.pace > 0 {
			p.ResponseWriter.(http.Flusher).Flush()
		}
		select {
		case <-p.ctx:
			return n, io.ErrClosedPipe
		default:
		}
	}
	return n, err
}

// wait gives how many bytes are due, at least a few.
func (p *paced) wait() int {
	const few = 4 << 10
	if p.began.IsZero() {
		p.began = time.Now()
	}
	late := p.began.Add(time.Duration(p.done+few) * time.Second / time.Duration(p.pace))
	select {
	case <-time.After(time.Until(late)):
	case <-p.ctx:
	}
	due := int(time.Since(p.began).Seconds()*float64(p.pace)) - p.done
	p.done += max(due, few)
	return max(due, few)
}

func (s *site) requests() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.asked...)
}

func (s *site) setPace(file string, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace[file] = bytes
}

// segment is the range of the nth segment of a film.
func segment(name string, n int) hls.Range { return films[name].Media.Segments[n].Range }
