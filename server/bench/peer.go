package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"

	"shoal/server/rig"
	"shoal/shared/api"
)

// hlsVersion is the peer: what npm called the latest when this was written.
const hlsVersion = "1.7.4"

const peerPage = `<!doctype html><html lang=en><meta charset=utf-8><title>hls.js</title><video id=v muted playsinline></video>
<script src=/hls.min.js></script><script>const h = new Hls(); h.loadSource(%s); h.attachMedia(v); h.on(Hls.Events.MANIFEST_PARSED, () => v.play())</script>`

// peer is a page of its own address with a bare hls.js on the very file that our page begins with; media comes from the
// same server, through it.
func (b *bench) peer(ctx context.Context, v api.VideoDetails) (string, error) {
	same, err := b.begins(ctx, v.UUID)
	if err != nil {
		return "", err
	}
	folder, err := rig.Package(ctx, "hls.js", hlsVersion)
	if err != nil {
		return "", err
	}
	script, err := os.ReadFile(filepath.Join(folder, "dist", "hls.min.js"))
	if err != nil {
		return "", err
	}
	to, err := url.Parse(b.server.URL)
	if err != nil {
		return "", err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = to.Host },
		FlushInterval: -1, // bytes go on as they come
		Transport:     &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true},
	}
	m := http.NewServeMux()
	m.Handle("GET /{$}", packed("text/html; charset=utf-8", fmt.Appendf(nil, peerPage, rig.JS(same))))
	m.Handle("GET /hls.min.js", packed("text/javascript", script))
	m.Handle("/", proxy)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: m}
	go func() { _ = server.Serve(l) }()
	b.ends = append(b.ends, func() { _ = server.Close() })
	return "http://" + l.Addr().String() + "/", nil
}

// begins is the path of the playlist of the level that a first visit to our page begins with: 480p, or what comes next below.
func (b *bench) begins(ctx context.Context, id string) (string, error) {
	var page api.VideoPage
	if err := b.client.API().Get(ctx, "/api/v1/videos/"+id+"/page", &page); err != nil {
		return "", err
	}
	var boot api.Boot
	if err := json.Unmarshal(page.Boot, &boot); err != nil {
		return "", err
	}
	path := ""
	for _, l := range boot.Levels {
		if path == "" || l.Height <= 480 {
			path = l.Playlist
		}
	}
	if path == "" {
		return "", errors.New("the film has no playlist")
	}
	u, err := url.Parse(path)
	if err != nil {
		return "", err
	}
	return u.Path, nil
}

// packed answers with brotli, made once.
func packed(kind string, body []byte) http.Handler {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Encoding", "br")
		_, _ = w.Write(out.Bytes())
	})
}
