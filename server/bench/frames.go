package main

import (
	"context"
	"fmt"
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
	Frame    float64 `json:"frame"`    // milliseconds from navigation
	Requests int     `json:"requests"` // begun before the first frame, media apart
	Bytes    float64 `json:"bytes"`    // of these
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
					ours = append(ours, got.Frame)
					worst.Requests, worst.Bytes = max(worst.Requests, got.Requests), max(worst.Bytes, got.Bytes)
				} else {
					theirs = append(theirs, got.Frame)
				}
			}
		}
		b.add(row{name: "first frame, cold, " + net.name, ours: median(ours), peer: median(theirs), unit: "ms", target: net.target})
		if net.bits > 0 {
			b.add(row{name: "before the first frame, besides media", ours: worst.Bytes / 1e3, unit: "kB", target: 60})
			b.add(row{name: "before the first frame, besides media", ours: float64(worst.Requests), unit: "requests", target: 8})
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
	if err := tab.Until(`document.readyState === 'complete'`); err != nil { // the books hold what has ended
		return visit{}, err
	}
	return rig.Eval[visit](tab, cost)
}

// cost adds up what was asked for before the first frame, by the page's own clock. A request that ends later counts whole.
const cost = `(() => {
	const frame = performance.getEntriesByName('bench-frame')[0].startTime;
	const before = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
		.filter((e) => e.startTime < frame && !/\.(mp4|m3u8)/.test(e.name));
	return { frame, requests: before.length, bytes: before.reduce((sum, e) => sum + e.transferSize, 0) };
})()`
