package seed

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	client "github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	memory "github.com/anacrolix/torrent/storage"
	"github.com/anacrolix/utp"
	"github.com/jackc/pgx/v5"
	"github.com/pion/webrtc/v4"

	"shoal/server/fail"
	"shoal/server/rig"
	"shoal/shared/api"
)

func aria(folder string, more ...string) []string {
	return append([]string{
		"aria2c", "--dir", folder, "--seed-time=0", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false",
		"--listen-port=40000-60000", "--file-allocation=none", "--no-conf=true", "--disable-ipv6=true",
	}, more...)
}

func transmission(folder, what string) []string {
	return []string{"transmission-cli", "--config-dir", folder + "/config", "--download-dir", folder, "--port", "0", "--no-portmap", what}
}

func TestOtherProgramsLoadByTheWebSeed(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Public, 3<<20+17)
	alone := func(m *metainfo.MetaInfo) { m.Announce, m.AnnounceList = "", nil }
	asServed := s.torrent(f, func(*metainfo.MetaInfo) {})
	bare := s.torrent(f, alone)
	s.fetch(f, func(folder string) []string { return aria(folder, "--bt-tracker-connect-timeout=1", asServed) })
	s.fetch(f, func(folder string) []string { return aria(folder, bare) })
	s.fetch(f, func(folder string) []string { return transmission(folder, asServed) })
	if n := s.peer.Figures().Torrents; n != 0 {
		t.Errorf("the peer opened %d torrents", n)
	}
}

func TestOtherProgramsLoadFromThePeer(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Unlisted, 3<<20+17)
	tracker := s.tracker()
	file := s.torrent(f, func(m *metainfo.MetaInfo) {
		m.UrlList, m.Announce, m.AnnounceList = nil, tracker, metainfo.AnnounceList{{tracker}}
	})
	magnet := "magnet:?xt=urn:btih:" + f.hash().String() + "&tr=" + tracker
	s.fetch(f, func(folder string) []string { return aria(folder, file) })
	s.fetch(f, func(folder string) []string {
		return aria(folder, "--bt-require-crypto=true", "--bt-min-crypto-level=arc4", file)
	})
	s.fetch(f, func(folder string) []string { return aria(folder, magnet) })
	if got := s.peer.Figures(); got.Sent < 3*f.Size {
		t.Errorf("the peer counts %+v", got)
	}
}

// leecher is a client that calls our peer in one way only.
func (s *stage) leecher(f film, way client.Dialer) *client.Torrent {
	s.t.Helper()
	c := client.NewDefaultClientConfig()
	c.NoDHT, c.DisableTrackers, c.DisableWebtorrent, c.NoDefaultPortForwarding = true, true, true, true
	c.DialForPeerConns, c.DisableTCP, c.DisableUTP = false, true, true
	c.DefaultStorage = memory.NewFileOpts(memory.NewFileClientOpts{ClientBaseDir: s.t.TempDir(), PieceCompletion: memory.NewMapPieceCompletion()})
	c.Slogger = slog.New(slog.DiscardHandler)
	cl, err := client.NewClient(c)
	check(s.t, err)
	s.t.Cleanup(func() { cl.Close() })
	cl.AddDialer(way)
	t, _ := cl.AddTorrentInfoHash(metainfo.Hash(f.hash()))
	at := s.peer.Reach()[0]
	t.AddPeers([]client.PeerInfo{{Addr: net.TCPAddrFromAddrPort(at), Trusted: true}})
	return t
}

// loads waits until the leecher has the whole film, its description first.
func (s *stage) loads(f film, t *client.Torrent) {
	s.t.Helper()
	if got, err := s.within(30*time.Second, t); err != nil || !bytes.Equal(got, f.bytes) {
		s.t.Fatalf("%d bytes, %v", len(got), err)
	}
}

// within gives what the leecher has loaded after some time at most.
func (s *stage) within(most time.Duration, t *client.Torrent) ([]byte, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), most)
	defer cancel()
	select {
	case <-t.GotInfo():
	case <-ctx.Done():
		return nil, errors.New("no description came")
	}
	t.DownloadAll()
	r := t.NewReader()
	r.SetContext(ctx)
	return io.ReadAll(r)
}

// way is a dialer by one function.
type way func(context.Context, string) (net.Conn, error)

func (w way) Dial(ctx context.Context, addr string) (net.Conn, error) { return w(ctx, addr) }
func (way) DialerNetwork() string                                     { return "tcp4" }

// A connection over UDP may come to a stop on a busy machine: clients call again.
func TestThePeerSpeaksUTP(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Public, 1<<20)
	var got []byte
	var err error
	for range 4 {
		call := s.leecher(f, way(func(ctx context.Context, addr string) (net.Conn, error) { return utp.DialContext(ctx, addr) }))
		if got, err = s.within(15*time.Second, call); err == nil {
			break
		}
	}
	if err != nil || !bytes.Equal(got, f.bytes) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
}

// browser makes an offer, hands it to the peer and gives the data channel.
func (s *stage) browser(ctx context.Context, f film) (net.Conn, error) {
	var e webrtc.SettingEngine
	e.DetachDataChannels()
	e.EnableDataChannelBlockWrite(true)
	e.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(e)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	d, err := pc.CreateDataChannel("any", nil)
	if err != nil {
		return nil, err
	}
	opened := make(chan net.Conn, 1)
	d.OnOpen(func() {
		if raw, err := d.DetachWithDeadline(); err == nil {
			opened <- newSocket(raw, pc)
		}
	})
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		return nil, err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return nil, err
	}
	<-gathered
	answer, err := s.peer.Answer(ctx, f.hash(), pc.LocalDescription().SDP)
	if err != nil {
		_ = pc.Close()
		return nil, err
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return nil, err
	}
	select {
	case c := <-opened:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestBrowsersMeetThePeer(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Public, 2<<20+1)
	s.loads(f, s.leecher(f, way(func(ctx context.Context, _ string) (net.Conn, error) { return s.browser(ctx, f) })))
	if got := s.peer.Figures(); got.Sent < f.Size {
		t.Errorf("the peer counts %+v", got)
	}
}

const setPrivacy = `UPDATE video SET privacy = @privacy WHERE id = @id`

func TestOnlyWhatEverybodyMaySeeIsSeeded(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Public, 1<<20)
	for _, privacy := range []int{api.Private, api.Internal} {
		hidden := s.film(privacy, 1<<20+privacy)
		if s.peer.Has(t.Context(), hidden.hash()) {
			t.Errorf("privacy %d is seeded", privacy)
		}
		if _, err := s.peer.Answer(t.Context(), hidden.hash(), "v=0"); err == nil {
			t.Errorf("privacy %d is answered", privacy)
		}
	}
	leecher := s.leecher(f, way(func(ctx context.Context, addr string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}))
	<-leecher.GotInfo()
	_, err := s.pool.Exec(t.Context(), setPrivacy, pgx.NamedArgs{"privacy": api.Private, "id": f.Video.ID})
	check(t, err)
	check(t, s.peer.tidy(t.Context()))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	check(t, rig.Until(ctx, "the connection to end", func() (bool, error) {
		got := s.peer.Figures()
		return got.Torrents == 0 && got.Connections == 0, nil
	}))
}

func TestConnectionsAreBounded(t *testing.T) {
	s := newStage(t)
	at := s.peer.Reach()[0].String()
	for range someFrom {
		c, err := net.Dial("tcp", at)
		check(t, err)
		defer c.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	check(t, rig.Until(ctx, "all of one address to be in", func() (bool, error) { return s.peer.Figures().Connections == someFrom, nil }))
	more, err := net.Dial("tcp", at)
	check(t, err)
	check(t, more.SetDeadline(time.Now().Add(5*time.Second)))
	if _, err := more.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("one too many stays: %v", err)
	}
	var free []func()
	for s.peer.Figures().Connections < s.peer.Connections {
		free = append(free, s.peer.slots.take(netip.Addr{}))
	}
	f := s.film(api.Public, 1<<20)
	if _, err := s.peer.Answer(t.Context(), f.hash(), offer(t)); fail.Of(err) != fail.Unavailable {
		t.Errorf("an offer without a slot: %v", err)
	}
	for _, f := range free {
		f()
	}
	check(t, rig.Until(ctx, "silent ones to be left", func() (bool, error) { return s.peer.Figures().Connections == 0, nil }))
}
