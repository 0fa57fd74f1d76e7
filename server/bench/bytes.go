package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"shoal/server/rig"
	"shoal/shared/api"
)

// bytes adds up what the pages make a browser load, as the network carries it.
func (b *bench) bytes(ctx context.Context) error {
	if err := b.ready(ctx); err != nil {
		return err
	}
	v, err := b.client.Video(ctx, b.film)
	if err != nil {
		return err
	}
	home, err := carried(ctx, b.server.URL+"/")
	if err != nil {
		return err
	}
	watch, err := carried(ctx, b.server.URL+"/w/"+v.ShortUUID)
	if err != nil {
		return err
	}
	page, embed, err := b.visits(v)
	if err != nil {
		return err
	}
	b.add(row{name: "page WASM, brotli", ours: page[".wasm"] / 1e6, unit: "MB", target: 2})
	b.add(row{name: "embed WASM, brotli", ours: embed[".wasm"] / 1e6, unit: "MB", target: 0.7})
	b.add(row{name: "HTML of the home page", ours: home / 1e3, unit: "kB", target: 30})
	b.add(row{name: "HTML of the watch page", ours: watch / 1e3, unit: "kB", target: 25})
	b.add(row{name: "styles", ours: page[".css"] / 1e3, unit: "kB", target: 25})
	b.add(row{name: "fonts", ours: page[".woff2"] / 1e3, unit: "kB", target: 32})
	b.add(row{name: "embed page in all, besides media", ours: embed["all"] / 1e6, unit: "MB", target: 1.2})
	return nil
}

// visits opens the watch page and the embed page and waits for their programs.
func (b *bench) visits(v api.VideoDetails) (page, embed map[string]float64, err error) {
	browser, err := rig.Launch()
	if err != nil {
		return nil, nil, err
	}
	defer browser.Close()
	if page, err = weigh(browser, b.server.URL+"/w/"+v.ShortUUID, `document.documentElement.dataset.app === 'live'`); err != nil {
		return nil, nil, err
	}
	embed, err = weigh(browser, b.server.URL+v.EmbedPath, `document.querySelector('[data-test="pl-play"]')`)
	return page, embed, err
}

// weigh gives the bytes of a visit by the ending of the address, and all but media under "all".
func weigh(browser *rig.Browser, url, until string) (map[string]float64, error) {
	tab, err := browser.Tab()
	if err != nil {
		return nil, err
	}
	defer tab.Close()
	if err := tab.Go(url); err != nil {
		return nil, err
	}
	if err := tab.Until(until); err != nil {
		return nil, err
	}
	sum := map[string]float64{}
	for _, r := range tab.Traffic() {
		at, _, _ := strings.Cut(r.URL, "?")
		kind := path.Ext(at)
		sum[kind] += r.Bytes
		if kind != ".mp4" && kind != ".m3u8" {
			sum["all"] += r.Bytes
		}
	}
	return sum, nil
}

// carried is the size of an answer as a browser gets it.
func carried(ctx context.Context, url string) (float64, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Accept-Encoding", accepted)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, resp.Status)
	}
	return float64(n), err
}

// accepted is what browsers take.
const accepted = "gzip, deflate, br, zstd"
