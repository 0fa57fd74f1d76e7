package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shoal/server/rig"
)

// Network of a slow visit.
const (
	slowBits    = 10e6
	slowLatency = 40 * time.Millisecond
)

// mark notes when the first video of a page shows its first frame, on any page alike.
const mark = `(() => {
	const seen = (v) => v.requestVideoFrameCallback(() => performance.mark('bench-frame'));
	new MutationObserver((_, o) => {
		const v = document.querySelector('video');
		if (v) { o.disconnect(); seen(v); }
	}).observe(document, { childList: true, subtree: true });
})()`

// visit is what one cold visit cost.
type visit struct {
	frame    float64 // milliseconds from navigation
	requests int     // begun before the first frame, media apart
	bytes    float64 // of these
}

// frames visits our watch page and the peer's page in turns, each time with a new browser.
func (b *bench) frames(ctx context.Context) error {
	if err := b.ready(ctx); err != nil {
		return err
	}
	v, err := b.client.Video(ctx, b.film)
	if err != nil {
		return err
	}
	peer, err := b.peer(ctx, v)
	if err != nil {
		return err
	}
	our := b.server.URL + "/w/" + v.ShortUUID + "?autoplay=1&muted=1"
	for _, net := range []struct {
		name   string
		bits   float64
		target float64
	}{{"loopback", 0, 0.8}, {"10 Mbit/s + 40 ms", slowBits, 0.5}} {
		var ours, theirs []float64
		var worst visit
		for turn := range b.runs {
			for i := range 2 {
				mine := (turn+i)%2 == 0
				url := peer
				if mine {
					url = our
				}
				got, err := cold(ctx, url, net.bits)
				if err != nil {
					return fmt.Errorf("%s on %s: %w", url, net.name, err)
				}
				if mine {
					ours = append(ours, got.frame)
					worst.requests, worst.bytes = max(worst.requests, got.requests), max(worst.bytes, got.bytes)
				} else {
					theirs = append(theirs, got.frame)
				}
			}
		}
		b.add(row{name: "first frame, cold, " + net.name, ours: median(ours), peer: median(theirs), unit: "ms", target: net.target})
		if net.bits > 0 {
			b.add(row{name: "before the first frame, besides media", ours: worst.bytes / 1e3, unit: "kB", target: 60})
			b.add(row{name: "before the first frame, besides media", ours: float64(worst.requests), unit: "requests", target: 8})
		}
	}
	return nil
}

// cold opens an address in a browser that has never run.
func cold(ctx context.Context, url string, bits float64) (visit, error) {
	browser, err := rig.Launch()
	if err != nil {
		return visit{}, err
	}
	defer browser.Close()
	tab, err := browser.Tab()
	if err != nil {
		return visit{}, err
	}
	defer tab.Close()
	if err := tab.Uncached(); err != nil {
		return visit{}, err
	}
	if err := tab.Before(mark); err != nil {
		return visit{}, err
	}
	if bits > 0 {
		if err := tab.Throttle(bits, slowLatency); err != nil {
			return visit{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return visit{}, err
	}
	if err := tab.Start(url); err != nil {
		return visit{}, err
	}
	if err := tab.Until(`performance.getEntriesByName('bench-frame').length`); err != nil {
		return visit{}, err
	}
	frame, err := rig.Eval[float64](tab, `performance.getEntriesByName('bench-frame')[0].startTime`)
	if err != nil {
		return visit{}, err
	}
	return count(frame, tab.Traffic()), nil
}

// count adds up what was asked for before the first frame. A request that ends later counts whole.
func count(frame float64, traffic []rig.Request) visit {
	v := visit{frame: frame}
	if len(traffic) == 0 {
		return v
	}
	for _, r := range traffic {
		path, _, _ := strings.Cut(r.URL, "?")
		media := strings.HasSuffix(path, ".mp4") || strings.HasSuffix(path, ".m3u8")
		if media || strings.HasPrefix(r.URL, "data:") || strings.HasPrefix(r.URL, "blob:") || r.Began > traffic[0].Began+frame/1e3 {
			continue
		}
		v.requests++
		v.bytes += r.Bytes
	}
	return v
}
