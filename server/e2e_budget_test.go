package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/video"
	"shoal/static"
)

// Most bytes as the network carries them.
const (
	mostPageProgram  = 2_000_000
	mostEmbedProgram = 700_000
	mostHome         = 30_000
	mostWatch        = 25_000
	mostStyles       = 25_000
	mostFonts        = 32_000
	mostBeforeFrame  = 60_000
	mostAsked        = 8    // requests before the first frame, besides media
	mostShift        = 0.02 // cumulative layout shift
)

func TestWhatBrowsersLoadStaysSmall(t *testing.T) {
	for _, c := range []struct {
		what        string
		bytes, most int64
	}{
		{"the page's program", static.Size("app.wasm"), mostPageProgram},
		{"the embed's program", static.Size("embed.wasm"), mostEmbedProgram},
		{"the styles", static.Size("shoal.css") + static.Size("player.css"), mostStyles},
		{"the fonts", static.Size("figtree-latin.woff2") + static.Size("figtree-latin-ext.woff2"), mostFonts},
	} {
		if c.bytes == 0 || c.bytes > c.most {
			t.Errorf("%s: %d bytes, at most %d", c.what, c.bytes, c.most)
		}
	}
	s := play(t)
	id := s.publish(t, film(t, "clip.mp4", clip), "A clip")
	s.cards(t, 30)
	v := must(s.Video(soon(t), id))(t)
	if n := packed(t, s.site+"/"); n > mostHome {
		t.Errorf("home with a full page of cards: %d bytes, at most %d", n, mostHome)
	}
	if n := packed(t, s.site+"/w/"+v.ShortUUID); n > mostWatch {
		t.Errorf("watch page: %d bytes, at most %d", n, mostWatch)
	}

	g := enter(t)
	check(t, g.Uncached())
	check(t, g.Before(`window.shift = 0; new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.shift += e.value; }).observe({ type: 'layout-shift', buffered: true })`))
	g.open(s.site + "/w/" + v.ShortUUID + "?autoplay=1&muted=1")
	g.until(`performance.getEntriesByName('first-frame').length`)
	g.live("watch")
	g.until(`document.readyState === 'complete'`)
	for _, r := range g.Traffic() {
		if strings.HasPrefix(r.URL, "http") && !strings.HasPrefix(r.URL, s.site+"/") {
			t.Errorf("asked another host for %s", r.URL)
		}
	}
	var asked []string
	sum := 0
	for _, e := range eval[[]loaded](g, beforeFrame) {
		if strings.Contains(e.Name, ".mp4") || strings.Contains(e.Name, ".m3u8") {
			continue
		}
		asked = append(asked, fmt.Sprintf("%d bytes %s", e.Bytes, e.Name))
		sum += e.Bytes
	}
	if len(asked) > mostAsked || sum > mostBeforeFrame || len(asked) < 2 {
		t.Errorf("before the first frame %d bytes in %d requests:\n%s", sum, len(asked), strings.Join(asked, "\n"))
	}
	if shift := eval[float64](g, `window.shift`); shift > mostShift {
		t.Errorf("the page shifted by %.3f", shift)
	}
}

// loaded is one request in the page's own books.
type loaded struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
}

const beforeFrame = `(() => {
	const frame = performance.getEntriesByName('first-frame')[0].startTime;
	return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
		.filter((e) => e.startTime < frame).map((e) => ({ name: e.name, bytes: e.transferSize }));
})()`

// packed is the size of a page as a browser gets it.
func packed(t *testing.T, url string) int64 {
	t.Helper()
	r := must(http.NewRequestWithContext(soon(t), "GET", url, nil))(t)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	resp := must(http.DefaultClient.Do(r))(t)
	defer resp.Body.Close()
	if resp.Header.Get("Content-Encoding") != "br" {
		t.Errorf("%s comes as %q", url, resp.Header.Get("Content-Encoding"))
	}
	return must(io.Copy(io.Discard, resp.Body))(t)
}

// cards adds published videos that have a card's rows and no files.
func (s stage) cards(t *testing.T, n int) {
	t.Helper()
	channel := must(s.ChannelID(soon(t)))(t)
	check(t, pgx.BeginFunc(soon(t), s.db.Pool, func(tx pgx.Tx) error {
		for i := range n {
			if err := card(soon(t), tx, channel, i); err != nil {
				return err
			}
		}
		return nil
	}))
}

func card(ctx context.Context, tx pgx.Tx, channel int64, i int) error {
	v, err := video.Create(ctx, tx, video.Draft{ChannelID: channel, Name: fmt.Sprintf("Film %d of a walk along the shore", i), Filename: "a.mp4", Key: "originals/" + uuid.NewString() + ".mp4"})
	if err != nil {
		return err
	}
	for _, width := range []int{280, 560} {
		if err := video.AddImage(ctx, tx, v.ID, video.Image{Kind: video.Thumbnail, Filename: uuid.NewString() + ".webp", Width: width, Height: width * 9 / 16}); err != nil {
			return err
		}
	}
	if err := video.SetProbe(ctx, tx, v.ID, float64(60+i), 1920, 1080, []byte("{}")); err != nil {
		return err
	}
	return video.Publish(ctx, tx, v.ID)
}
