package mirror_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/fetch"
	"shoal/server/mirror"
)

// peer is another server, and how often each of its addresses was asked for.
type peer struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
	wait  chan struct{} // answers come when it is closed; nil at once
}

type thing struct {
	kind string
	body []byte
}

func newPeer(t *testing.T, things map[string]thing) *peer {
	t.Helper()
	p := &peer{asked: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.Path]++
		wait := p.wait
		p.mu.Unlock()
		if wait != nil {
			<-wait
		}
		t, ok := things[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", t.kind)
		_, _ = w.Write(t.body)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *peer) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

func (p *peer) at(path string) activity.ID { return activity.ID(p.URL + path) }

func newMirror(t *testing.T, most int64) *mirror.Mirror {
	t.Helper()
	c := fetch.New(fetch.Options{UserAgent: "test", AllowPrivate: true})
	t.Cleanup(c.Close)
	return &mirror.Mirror{
		Folder: filepath.Join(t.TempDir(), "mirror"), Most: most,
		Ask: func(ctx context.Context, at activity.ID, types []string, most int64) (*fetch.Answer, error) {
			return c.Do(ctx, fetch.Request{URL: string(at), Types: types, Max: most})
		},
	}
}

func picture(t *testing.T, w, h int, write func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(w io.Writer, i image.Image) error { return jpeg.Encode(w, i, nil) }

func get(t *testing.T, m *mirror.Mirror, kind mirror.Kind, at activity.ID) (body []byte, contentType string, err error) {
	t.Helper()
	f, err := m.Open(context.Background(), kind, at)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	body, err = io.ReadAll(f)
	if int64(len(body)) != f.Size {
		t.Errorf("%s: %d bytes of %d", at, len(body), f.Size)
	}
	return body, f.Type, err
}

func torrentOf(length int) string {
	return fmt.Sprintf("d4:infod6:lengthi%de4:name1:a12:piece lengthi16384e6:pieces20:%see", length, strings.Repeat("x", 20))
}

func TestWhatItSaysItIs(t *testing.T) {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	small := picture(t, 16, 9, asJPEG)
	bomb := picture(t, 6000, 5000, png.Encode)
	cases := []struct {
		path   string
		kind   mirror.Kind
		says   string
		body   []byte
		served string // empty when it is not taken
	}{
		{"/a.jpg", mirror.Picture, "image/jpeg", small, "image/jpeg"},
		{"/named-otherwise.png", mirror.Picture, "image/png", small, "image/jpeg"},
		{"/a.png", mirror.Picture, "image/png", picture(t, 16, 9, png.Encode), "image/png"},
		{"/stored", mirror.Picture, "application/octet-stream", small, "image/jpeg"},
		{"/page", mirror.Picture, "text/html", small, ""},
		{"/a.svg", mirror.Picture, "image/svg+xml", []byte(svg), ""},
		{"/svg.jpg", mirror.Picture, "image/jpeg", []byte(svg), ""},
		{"/html.png", mirror.Picture, "image/png", []byte("<html><script>"), ""},
		{"/cut.jpg", mirror.Picture, "image/jpeg", small[:10], ""},
		{"/bomb.png", mirror.Picture, "image/png", bomb, ""},
		{"/large.jpg", mirror.Picture, "image/jpeg", append(small, make([]byte, 5<<20)...), ""},
		{"/board.jpg", mirror.Storyboard, "image/jpeg", picture(t, 1920, 1080, asJPEG), "image/jpeg"},
		{"/a.vtt", mirror.Caption, "text/vtt", []byte("WEBVTT\n\n00:00.000 --> 00:01.000\nHello"), "text/vtt; charset=utf-8"},
		{"/bom.vtt", mirror.Caption, "text/plain", []byte("\ufeffWEBVTT - title\n"), "text/vtt; charset=utf-8"},
		{"/html.vtt", mirror.Caption, "text/vtt", []byte("<script>alert(1)</script>"), ""},
		{"/latin.vtt", mirror.Caption, "text/vtt", []byte("WEBVTT\n\xff"), ""},
		{"/close.vtt", mirror.Caption, "text/vtt", []byte("WEBVTTX"), ""},
		{"/a.torrent", mirror.Torrent, "application/x-bittorrent", []byte(torrentOf(5)), "application/x-bittorrent"},
		{"/html.torrent", mirror.Torrent, "application/x-bittorrent", []byte("<script>"), ""},
		{"/odd.torrent", mirror.Torrent, "application/x-bittorrent", []byte(torrentOf(0)), ""},
		{"/picture.torrent", mirror.Torrent, "image/jpeg", small, ""},
		{"/any", "page", "text/html", []byte("x"), ""},
	}
	things := map[string]thing{}
	for _, c := range cases {
		things[c.path] = thing{c.says, c.body}
	}
	p, m := newPeer(t, things), newMirror(t, 64<<20)
	for _, c := range cases {
		body, served, err := get(t, m, c.kind, p.at(c.path))
		switch {
		case c.served == "" && !fail.Is(err, fail.NotFound):
			t.Errorf("%s: taken as %q, %v", c.path, served, err)
		case c.served != "" && (err != nil || served != c.served || !bytes.Equal(body, c.body)):
			t.Errorf("%s: %q, %d bytes, %v", c.path, served, len(body), err)
		}
	}
	for _, at := range []activity.ID{"", "/lazy-static/x.jpg", "file:///etc/passwd", "javascript:alert(1)", "ftp://host.example/a.jpg"} {
		if _, _, err := get(t, m, mirror.Picture, at); !fail.Is(err, fail.NotFound) {
			t.Errorf("%q: %v", at, err)
		}
	}
}

// TestACrowdIsOne has many ask for one picture: its server hears of one.
func TestACrowdIsOne(t *testing.T) {
	p := newPeer(t, map[string]thing{"/a.jpg": {"image/jpeg", picture(t, 16, 9, asJPEG)}})
	p.wait = make(chan struct{})
	m := newMirror(t, 1<<20)
	impatient, leave := context.WithCancel(context.Background())
	var all sync.WaitGroup
	var got atomic.Int64
	all.Go(func() {
		if _, err := m.Open(impatient, mirror.Picture, p.at("/a.jpg")); err == nil {
			t.Error("who left was served")
		}
	})
	for range 50 {
		all.Go(func() {
			f, err := m.Open(context.Background(), mirror.Picture, p.at("/a.jpg"))
			if err != nil {
				t.Error(err)
				return
			}
			got.Add(1)
			_ = f.Close()
		})
	}
	leave()
	close(p.wait)
	all.Wait()
	if n := p.times("/a.jpg"); n != 1 || got.Load() != 50 {
		t.Errorf("asked %d times, %d served", n, got.Load())
	}
}

func TestWhatIsAbsentIsNotAskedForAgainSoon(t *testing.T) {
	p, m := newPeer(t, nil), newMirror(t, 1<<20)
	now := time.Now()
	m.Now = func() time.Time { return now }
	for range 5 {
		if _, _, err := get(t, m, mirror.Picture, p.at("/gone.jpg")); !fail.Is(err, fail.NotFound) {
			t.Fatal(err)
		}
	}
	if n := p.times("/gone.jpg"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	now = now.Add(2 * time.Hour)
	_, _, _ = get(t, m, mirror.Picture, p.at("/gone.jpg"))
	if n := p.times("/gone.jpg"); n != 2 {
		t.Errorf("asked %d times after two hours", n)
	}
}

func files(t *testing.T, folder string) (n int, size int64) {
	t.Helper()
	err := filepath.Walk(folder, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			n++
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n, size
}

func TestTheFolderStaysWithinItsBounds(t *testing.T) {
	things := map[string]thing{}
	for i := range 20 {
		things[fmt.Sprintf("/%d.vtt", i)] = thing{"text/vtt", []byte("WEBVTT\n" + strings.Repeat("x", 993))} // 1,000 bytes
	}
	p, m := newPeer(t, things), newMirror(t, 5000)
	for i := range 20 {
		if _, _, err := get(t, m, mirror.Caption, p.at(fmt.Sprintf("/%d.vtt", i))); err != nil {
			t.Fatal(err)
		}
		if _, _, err := get(t, m, mirror.Caption, p.at("/0.vtt")); err != nil { // wanted all the time
			t.Fatal(err)
		}
	}
	if n, size := files(t, m.Folder); n != 5 || size != 5000 {
		t.Errorf("%d files of %d bytes", n, size)
	}
	if n := p.times("/0.vtt"); n != 1 {
		t.Errorf("what everybody wants was asked for %d times", n)
	}
	if _, _, err := get(t, m, mirror.Caption, p.at("/3.vtt")); err != nil || p.times("/3.vtt") != 2 {
		t.Errorf("what was evicted: asked %d times, %v", p.times("/3.vtt"), err)
	}

	// Another run finds what is there, keeps its bounds, and throws away what was half written.
	half := filepath.Join(m.Folder, "ab", strings.Repeat("ab", 32)+".vtt.part")
	if err := os.MkdirAll(filepath.Dir(half), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, []byte("WEB"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := newMirror(t, 3000)
	again.Folder = m.Folder
	before := p.times("/3.vtt")
	if _, _, err := get(t, again, mirror.Caption, p.at("/3.vtt")); err != nil || p.times("/3.vtt") != before {
		t.Errorf("the copy of the last run: asked %d times more, %v", p.times("/3.vtt")-before, err)
	}
	if n, size := files(t, again.Folder); n != 3 || size != 3000 {
		t.Errorf("%d files of %d bytes after the bound became smaller", n, size)
	}
	if err := os.RemoveAll(again.Folder); err != nil {
		t.Fatal(err)
	}
	if _, _, err := get(t, again, mirror.Caption, p.at("/3.vtt")); err != nil {
		t.Errorf("after somebody emptied the folder: %v", err)
	}
}

func TestWhatIsLargerThanAllIsNotKept(t *testing.T) {
	p, m := newPeer(t, map[string]thing{"/a.vtt": {"text/vtt", []byte("WEBVTT\n" + strings.Repeat("x", 2000))}}), newMirror(t, 1000)
	if _, _, err := get(t, m, mirror.Caption, p.at("/a.vtt")); err == nil {
		t.Error("served") // the bound holds even then
	}
	if n, _ := files(t, m.Folder); n != 0 {
		t.Errorf("%d files kept", n)
	}
}

func TestItGoesNowhereOnItsOwn(t *testing.T) {
	p, m := newPeer(t, map[string]thing{"/a.vtt": {"text/vtt", []byte("WEBVTT\n")}}), newMirror(t, 1000)
	guarded := fetch.New(fetch.Options{UserAgent: "test"})
	defer guarded.Close()
	m.Ask = func(ctx context.Context, at activity.ID, types []string, most int64) (*fetch.Answer, error) {
		return guarded.Do(ctx, fetch.Request{URL: string(at), Types: types, Max: most})
	}
	if _, _, err := get(t, m, mirror.Caption, p.at("/a.vtt")); !fail.Is(err, fail.NotFound) {
		t.Errorf("this machine: %v", err)
	}
	if n := p.times("/a.vtt"); n != 0 {
		t.Errorf("asked %d times", n)
	}
}
