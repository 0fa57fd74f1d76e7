package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/anacrolix/torrent/metainfo"

	"shoal/server/instance"
	"shoal/server/rig"
)

// webtorrentVersion is what npm called the latest when this was written.
const webtorrentVersion = "3.0.21"

const webtorrentPage = `<!doctype html><meta charset=utf-8><title>webtorrent</title><script type=module>
	import WebTorrent from '/webtorrent.min.js';
	window.client = new WebTorrent({ tracker: { rtcConfig: { iceServers: [] } }, dht: false, utPex: false });
	window.kinds = new Set();
	client.on('error', (e) => console.error(e));
</script>`

// foreign is a site elsewhere: webtorrent as npm has it, and a rendition with its torrent.
type foreign struct {
	*httptest.Server
	film []byte
	meta *metainfo.MetaInfo
}

// abroad takes a video's rendition and its torrent to another site. Web seeds are taken out of the torrent.
func (s stage) abroad(t *testing.T, path string) *foreign {
	t.Helper()
	folder := must(rig.Package(soon(t), "webtorrent", webtorrentVersion))(t)
	script := must(os.ReadFile(filepath.Join(folder, "dist", "webtorrent.min.js")))(t)
	f := &foreign{}
	files := must(s.Video(soon(t), path[len("/w/"):]))(t).StreamingPlaylists[0].Files
	for _, o := range files {
		if o.HasVideo {
			f.film = fetched(t, o.FileURL)
			f.meta = must(metainfo.Load(bytes.NewReader(fetched(t, o.TorrentURL))))(t)
		}
	}
	if f.meta == nil || len(f.meta.UrlList) == 0 {
		t.Fatalf("no torrent with a web seed among %+v", files)
	}
	f.meta.UrlList = nil
	give := func(kind string, body func() []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body()))
		}
	}
	m := http.NewServeMux()
	m.HandleFunc("/{$}", give("text/html", func() []byte { return []byte(webtorrentPage) }))
	m.HandleFunc("/webtorrent.min.js", give("text/javascript", func() []byte { return script }))
	m.HandleFunc("/film.mp4", give("video/mp4", func() []byte { return f.film }))
	m.HandleFunc("/film.torrent", give("application/x-bittorrent", func() []byte {
		var b bytes.Buffer
		_ = f.meta.Write(&b)
		return b.Bytes()
	}))
	m.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	f.Server = httptest.NewServer(m)
	t.Cleanup(f.Close)
	return f
}

// page opens webtorrent with the torrent.
func (f *foreign) page(t *testing.T) guest {
	t.Helper()
	v := enter(t)
	v.open(f.URL)
	v.until(`window.client`)
	eval[bool](v, `fetch('/film.torrent').then((r) => r.arrayBuffer()).then((b) => {
		const t = window.film = client.add(new Uint8Array(b));
		t.on('wire', (w) => {
			kinds.add(w.type);
			w.on('download', () => {
				if (window.asked || w.peerChoking || w.downloaded < 2e5) return;
				window.asked = true;
				w.request(0, 0, Math.min(131072, t.pieceLength), (e, got) => { window.large = e ? String(e) : got.length; });
			});
		});
		return true;
	})`)
	return v
}

// measured notes the longest message that a page sends.
const measured = `window.longest = 0;
	const send = RTCDataChannel.prototype.send;
	RTCDataChannel.prototype.send = function (b) { longest = Math.max(longest, b.byteLength); return send.call(this, b); };`

func TestWebtorrentReceivesAWholeRenditionFromAPlayer(t *testing.T) {
	s := play(t)
	s.peering(t, func(p *instance.Peering) { p.Upload = 0 })
	path := s.shoal(t)
	f := s.abroad(t, path)
	player := s.viewer(t, path, "upload=0", before(measured)) // the question is open while the first bytes come
	player.is("held")
	player.until(`document.querySelector('video').currentTime > 1`)
	player.click(test("ask-yes"))
	player.is("on")
	player.loadsAll()
	v := f.page(t)
	v.until(`window.film?.done`)
	sum := sha256.Sum256(f.film)
	got := eval[string](v, `film.files[0].blob().then((b) => b.arrayBuffer()).then((b) => crypto.subtle.digest('SHA-256', b)).then((d) => Array.from(new Uint8Array(d), (n) => n.toString(16).padStart(2, '0')).join(''))`)
	if got != hex.EncodeToString(sum[:]) {
		t.Error("webtorrent received another film")
	}
	if kinds := eval[[]string](v, `[...kinds]`); len(kinds) != 1 || kinds[0] != "webrtc" {
		t.Errorf("it came by %q", kinds)
	}
	large := min(131072, must(f.meta.UnmarshalInfo())(t).PieceLength)
	v.until(`window.large`)
	if n := eval[any](v, `large`); n != float64(large) {
		t.Errorf("a request for %d bytes brought %v", large, n)
	}
	player.until(`+document.querySelector('#player-host').dataset.tx >= ` + rig.JS(len(f.film)))
	if n := eval[int](player, `longest`); n < 10_000 || n > 64<<10-1 {
		t.Errorf("the longest message has %d bytes", n)
	}
	player.moves()
	player.quiet()
	v.quiet()
}

func TestAPlayerReceivesFromWebtorrent(t *testing.T) {
	s := play(t)
	path := s.shoal(t)
	f := s.abroad(t, path)
	f.meta.UrlList = []string{f.URL + "/film.mp4"}
	v := f.page(t)
	v.until(`window.film?.done`)
	player := s.viewer(t, path, agreed, before(booked))
	player.is("on")
	player.until(`+document.querySelector('#player-host').dataset.rxPeers > 0`)
	head := player.figure("rxServer")
	player.loadsAll()
	server, viewers := player.figure("rxServer")-head, player.figure("rxPeers")
	t.Logf("%d bytes from the server until webtorrent sent something, then %d, and %d from webtorrent", head, server, viewers)
	if viewers*100 < 80*(viewers+server) || player.figure("refused") > 0 {
		t.Errorf("after the first %d bytes %d came from the server and %d from webtorrent", head, server, viewers)
	}
	if sent := eval[int64](v, `film.uploaded`); sent < viewers {
		t.Errorf("webtorrent sent %d bytes, the player received %d", sent, viewers)
	}
	player.appends(t, s.renditions(t))
	player.moves()
	player.quiet()
}
