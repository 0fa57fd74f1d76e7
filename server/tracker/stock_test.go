package tracker

import (
	"context"
	"strings"
	"testing"
	"time"

	alog "github.com/anacrolix/log"
	"github.com/anacrolix/torrent/tracker"
	"github.com/anacrolix/torrent/webtorrent"
	"github.com/pion/webrtc/v4"

	"shoal/shared/announce"
)

// desktop is anacrolix' WebTorrent client: pion's WebRTC behind its own signalling.
func desktop(t *testing.T, g *rig, id byte) (*webtorrent.TrackerClient, chan string) {
	heard := make(chan string, 10)
	c := &webtorrent.TrackerClient{
		Url: g.url + announce.Path, PeerId: announce.ID{'-', 'A', id}, Logger: alog.Default.FilterLevel(alog.Critical),
		GetAnnounceRequest: func(e tracker.AnnounceEvent, hash [20]byte) (tracker.AnnounceRequest, error) {
			return tracker.AnnounceRequest{InfoHash: hash, PeerId: announce.ID{'-', 'A', id}, Event: e, Left: 1, NumWant: 1}, nil
		},
		OnConn: func(c webtorrent.DataChannelConn, _ webtorrent.DataChannelContext) {
			_, _ = c.Write([]byte{'h', 'i', id})
			b := make([]byte, 1<<10) // the library uses it for messages of its own too
			n, err := c.Read(b)
			if err != nil {
				return
			}
			select {
			case heard <- string(b[:n]):
			default: // they go on meeting
			}
		},
		ICEServers:  []webrtc.ICEServer{},
		OnConnected: func(error) {}, OnDisconnected: func(error) {}, OnAnnounceSuccessful: func(string) {}, OnAnnounceError: func(string, error) {},
	}
	c.Start(func(error) {})
	t.Cleanup(func() { _ = c.Close() })
	return c, heard
}

func TestAnacrolixClientsMeet(t *testing.T) {
	g := newRig(t)
	a, heardA := desktop(t, g, 'a')
	if err := a.Announce(tracker.Started, ducks); err != nil {
		t.Fatal(err)
	}
	g.until("the first is in", func() bool { return g.Peers() == 1 })
	b, heardB := desktop(t, g, 'b')
	if err := b.Announce(tracker.Started, ducks); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		heard chan string
		want  string
	}{{heardA, "hib"}, {heardB, "hia"}} {
		select {
		case got := <-c.heard:
			if got != c.want {
				t.Errorf("heard %q", got)
			}
		case <-time.After(patience):
			t.Fatalf("who waits for %q met nobody: %+v", c.want, g.Figures())
		}
	}
}

func TestAnacrolixAsksOverHTTP(t *testing.T) {
	g := newRig(t)
	announces := func(id byte) tracker.AnnounceResponse {
		t.Helper()
		res, err := tracker.Announce{
			TrackerUrl: "http" + strings.TrimPrefix(g.url, "ws") + announcePath, Context: context.Background(),
			Request: tracker.AnnounceRequest{InfoHash: ducks, PeerId: announce.ID{id}, Port: 6000 + uint16(id), Left: 1, Event: tracker.Started, NumWant: 50},
		}.Do()
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	if r := announces(1); r.Leechers != 1 || len(r.Peers) != 0 {
		t.Errorf("got %+v", r)
	}
	if r := announces(2); r.Leechers != 2 || len(r.Peers) != 1 || r.Peers[0].Port != 6001 || r.Peers[0].IP.String() != "127.0.0.1" || r.Interval != plainSeconds {
		t.Errorf("got %+v", r)
	}
}
