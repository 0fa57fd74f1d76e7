//go:build !js

package native

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
	"github.com/gorilla/websocket"

	"shoal/server/rig"
	"shoal/shared/announce"
	"shoal/shared/api"
	"shoal/shared/hls"
	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

// place is a server with one file, its torrent, and a tracker that introduces everybody to everybody.
type place struct {
	*httptest.Server
	content []byte
	hash    metainfo.Hash
	meta    metainfo.MetaInfo

	mu      sync.Mutex
	sockets map[*websocket.Conn]announce.ID
}

func newPlace(t *testing.T, size int) *place {
	p := &place{sockets: map[*websocket.Conn]announce.ID{}, content: make([]byte, size)}
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(p.content)
	mux := http.NewServeMux()
	mux.HandleFunc("/file.mp4", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "file.mp4", time.Time{}, bytes.NewReader(p.content))
	})
	mux.HandleFunc("/file.torrent", func(w http.ResponseWriter, _ *http.Request) { _ = p.meta.Write(w) })
	mux.HandleFunc("/api/v1/videos/u/peering", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(api.Peering{
			Tracker: p.tracker(), Peers: 10, Expires: api.Time{Time: time.Now().Add(time.Hour)}, Files: []api.PeeringFile{{Infohash: p.hash.HexString(), Torrent: "/file.torrent"}},
		})
	})
	mux.HandleFunc("/tracker", p.track)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	const piece = 64 << 10
	var sums []byte
	for at := 0; at < size; at += piece {
		h := sha1.Sum(p.content[at:min(at+piece, size)])
		sums = append(sums, h[:]...)
	}
	info, err := bencode.Marshal(metainfo.Info{PieceLength: piece, Pieces: sums, Length: int64(size), Name: "file.mp4"})
	if err != nil {
		t.Fatal(err)
	}
	p.meta = metainfo.MetaInfo{InfoBytes: info, Announce: p.tracker()}
	p.hash = p.meta.HashInfoBytes()
	return p
}

func (p *place) tracker() string { return "ws" + strings.TrimPrefix(p.URL, "http") + "/tracker" }

func (p *place) track(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() {
		p.mu.Lock()
		delete(p.sockets, c)
		p.mu.Unlock()
		c.Close()
	}()
	for {
		_, b, err := c.ReadMessage()
		if err != nil {
			return
		}
		var m announce.Request
		if m.Parse(b) != nil {
			continue
		}
		p.mu.Lock()
		p.sockets[c] = m.PeerID
		if m.Kind == announce.Answer {
			p.pass(m.To, announce.Message{Kind: announce.Answer, Infohash: m.Infohash, PeerID: m.PeerID, OfferID: m.OfferID, Description: m.Answer})
		} else {
			reply := announce.Message{Kind: announce.Reply, Infohash: m.Infohash, Incomplete: len(p.sockets), Interval: 60}
			_ = c.WriteMessage(websocket.TextMessage, reply.Append(nil))
			for _, id := range p.sockets {
				for _, o := range m.Offers {
					if id != m.PeerID {
						p.pass(id, announce.Message{Kind: announce.Offered, Infohash: m.Infohash, PeerID: m.PeerID, OfferID: o.ID, Description: o.Description})
					}
				}
			}
		}
		p.mu.Unlock()
	}
}

func (p *place) pass(to announce.ID, m announce.Message) {
	for c, id := range p.sockets {
		if id == to {
			_ = c.WriteMessage(websocket.TextMessage, m.Append(nil))
		}
	}
}

// viewer is one of ours.
func (p *place) viewer(t *testing.T) (*swarm.Swarm, *Host) {
	ctx, cancel := context.WithCancel(context.Background())
	h := New(ctx, p.URL, net.IPv4(127, 0, 0, 1), Clock{Start: time.Now(), Pace: 1}, &Uplink{})
	h.Outside = true
	s := swarm.New(h.World(), swarm.Limits{Cache: swarm.DeskCache})
	s.Open(swarm.Video{UUID: "u", Duration: 30})
	s.SetMode(swarm.On)
	t.Cleanup(func() { s.Close(); cancel() })
	return s, h
}

// fetch plays a stretch, and gives what came.
func (p *place) fetch(t *testing.T, s *swarm.Swarm, from, size int, needed time.Duration) []byte {
	t.Helper()
	var got []byte
	ended := make(chan error, 1)
	s.Fetch(player.Piece{
		File: p.URL + "/file.mp4", Infohash: hex.EncodeToString(p.hash[:]), Needed: needed, Range: hls.Range{Offset: int64(from), Size: int64(size)},
	}, player.Sink{
		Data: func(c player.Chunk, _ player.Origin) { got = append(got, c.(Bytes)...) },
		End:  func(err error) { ended <- err },
	})
	select {
	case err := <-ended:
		if err != nil || !bytes.Equal(got, p.content[from:from+size]) {
			t.Fatalf("%v, %d bytes", err, len(got))
		}
	case <-time.After(60 * time.Second):
		t.Fatalf("%d of %d bytes: %+v", len(got), size, s.Stats())
	}
	return got
}

func anacrolix(t *testing.T, folder string) *torrent.Client {
	c := torrent.NewDefaultClientConfig()
	c.DataDir, c.NoDHT, c.DisableTCP, c.DisableUTP, c.Seed, c.ListenPort = folder, true, true, true, true, 0
	c.DefaultStorage = storage.NewFile(folder)
	client, err := torrent.NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

const size = 5<<20 + 12345

func TestWeReceiveFromAnacrolix(t *testing.T) {
	p := newPlace(t, size)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file.mp4"), p.content, 0o600); err != nil {
		t.Fatal(err)
	}
	seed, err := anacrolix(t, folder).AddTorrent(&p.meta)
	if err != nil {
		t.Fatal(err)
	}
	<-seed.GotInfo()
	if err := seed.VerifyDataContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, _ := p.viewer(t)
	p.fetch(t, s, 0, 300_000, 0)
	until(t, "met", func() bool { return s.Stats().Peers > 0 })
	p.fetch(t, s, 300_000, size-300_000, 25*time.Second)
	if got := s.Stats(); got.FromViewers < size/2 || got.Bad > 0 {
		t.Errorf("%+v", got)
	}
}

func TestAnacrolixReceivesFromUs(t *testing.T) {
	p := newPlace(t, size)
	s, _ := p.viewer(t)
	p.fetch(t, s, 0, 300_000, 0)
	until(t, "ready", func() bool { return s.Stats().State == swarm.StateSeeking && s.Stats().Viewers > 0 })
	p.fetch(t, s, 0, size, 0)
	folder := t.TempDir()
	leech, err := anacrolix(t, folder).AddTorrent(&p.meta)
	if err != nil {
		t.Fatal(err)
	}
	<-leech.GotInfo()
	leech.DownloadAll()
	until(t, "received", func() bool { return leech.BytesMissing() == 0 })
	got, err := io.ReadAll(leech.NewReader())
	if err != nil || !bytes.Equal(got, p.content) {
		t.Errorf("%v, %d bytes", err, len(got))
	}
	if sent := s.Stats().Sent; sent < size {
		t.Errorf("%d bytes were sent", sent)
	}
}

func TestOursMeetEachOther(t *testing.T) {
	p := newPlace(t, size)
	first, _ := p.viewer(t)
	p.fetch(t, first, 0, 300_000, 0)
	until(t, "ready", func() bool { return first.Stats().Viewers > 0 })
	p.fetch(t, first, 0, size, 0)
	second, _ := p.viewer(t)
	p.fetch(t, second, 0, 200_000, 0)
	until(t, "met", func() bool { return second.Stats().Peers > 0 })
	p.fetch(t, second, 200_000, size-200_000, 20*time.Second)
	if got := second.Stats(); got.FromViewers < size/2 || got.Bad > 0 {
		t.Errorf("%+v", got)
	}
	second.SetMode(swarm.Off)
	until(t, "parted", func() bool { return first.Stats().Peers == 0 })
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := rig.Until(ctx, what, func() (bool, error) { return ok(), nil }); err != nil {
		t.Fatal(err)
	}
}
