package seed

import (
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"

	"shoal/shared/api"
)

func TestInnerAddresses(t *testing.T) {
	for _, s := range strings.Fields(`127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 198.18.0.1
		240.0.0.1 192.0.2.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 fec0::1 ::127.0.0.1`) {
		if public(netip.MustParseAddr(s)) {
			t.Errorf("%s passes", s)
		}
	}
	for _, s := range strings.Fields(`1.1.1.1 9.9.9.9 172.32.0.1 100.128.0.1 ::ffff:9.9.9.9 2606:4700::1111 2a00::1`) {
		if !public(netip.MustParseAddr(s)) {
			t.Errorf("%s is refused", s)
		}
	}
}

// An offer may name any address: nothing is sent to those inside, and ours are not told.
func TestAnOfferCannotPointInside(t *testing.T) {
	s := newStage(t)
	f := s.film(api.Public, 1<<20)
	open := s.peer
	for _, private := range []bool{true, false} {
		p := &Peer{
			Pool: open.Pool, Store: open.Store, Log: slog.New(slog.DiscardHandler), Listen: "127.0.0.1:0", Web: "127.0.0.1:0",
			Addresses: open.Addresses, Upload: 1 << 20, Connections: 2, AllowPrivate: private,
		}
		check(t, p.Open())
		answer, err := p.Answer(t.Context(), f.hash(), offer(t))
		check(t, err)
		told := 0
		p.web.alive.Range(func(pc, _ any) bool {
			for _, one := range pc.(*webrtc.PeerConnection).GetStats() {
				if c, ok := one.(webrtc.ICECandidateStats); ok && c.Type == webrtc.StatsTypeRemoteCandidate {
					told++
				}
			}
			return true
		})
		if (told > 0) != private || strings.Contains(answer, "127.0.0.1") != private {
			t.Errorf("private addresses allowed %v: %d candidates taken, answer %s", private, told, answer)
		}
		if reach := p.Reach(); (len(reach) > 0) != private {
			t.Errorf("private addresses allowed %v: reached at %v", private, reach)
		}
		p.Close()
	}
	if c := s.peer.settings(); c.DialForPeerConns || !c.NoDHT || !c.DisablePEX || !c.DisableTrackers || !c.DisableWebseeds || !c.DisableWebtorrent || !c.NoDefaultPortForwarding {
		t.Error("the client may call others")
	}
}

// offer is one whose candidates are on this machine and in its network.
func offer(t *testing.T) string {
	t.Helper()
	var e webrtc.SettingEngine
	e.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(e)).NewPeerConnection(webrtc.Configuration{})
	check(t, err)
	t.Cleanup(func() { _ = pc.Close() })
	_, err = pc.CreateDataChannel("any", nil)
	check(t, err)
	o, err := pc.CreateOffer(nil)
	check(t, err)
	gathered := webrtc.GatheringCompletePromise(pc)
	check(t, pc.SetLocalDescription(o))
	<-gathered
	return pc.LocalDescription().SDP
}
