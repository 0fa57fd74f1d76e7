package seed

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/pion/datachannel"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"shoal/server/fail"
	infohash "shoal/shared/torrent"
)

// Limits of a browser's connection.
const (
	meeting   = 30 * time.Second // from the answer to an open data channel
	gathering = 5 * time.Second
	longestIn = 128 << 10 // bytes of a message that we read; browsers send pieces of 16 KiB
	longestTo = 16 << 10  // bytes of one that we send: every browser takes it
)

// web brings the data channels of browsers to the client as if they were sockets. It calls nobody: browsers send
// offers through the tracker and hear answers.
type web struct {
	api    *webrtc.API
	socket net.PacketConn
	door   *door
	alive  sync.Map // of *webrtc.PeerConnection
}

func (p *Peer) openWeb() (*web, error) {
	socket, err := net.ListenPacket("udp", p.Web)
	if err != nil {
		return nil, err
	}
	w := &web{socket: socket, door: p.door}
	quiet := logging.NewDefaultLoggerFactory()
	quiet.Writer = io.Discard
	s := webrtc.SettingEngine{LoggerFactory: quiet}
	s.DetachDataChannels()
	s.EnableDataChannelBlockWrite(true)
	s.SetICEUDPMux(webrtc.NewICEUDPMux(quiet.NewLogger("ice"), socket))
	s.SetIncludeLoopbackCandidate(p.AllowPrivate)
	s.SetRemoteIPFilter(p.mayIP)
	if len(p.reach) > 0 {
		rule := webrtc.ICEAddressRewriteRule{AsCandidateType: webrtc.ICECandidateTypeHost}
		for _, a := range p.reach {
			rule.External = append(rule.External, a.String())
		}
		err = s.SetICEAddressRewriteRules(rule)
	} else {
		s.SetIPFilter(p.mayIP) // addresses of our own network are nobody's business
	}
	w.api = webrtc.NewAPI(webrtc.WithSettingEngine(s))
	return w, err
}

// Close ends all connections of browsers.
func (w *web) Close() error {
	w.alive.Range(func(pc, _ any) bool {
		_ = pc.(*webrtc.PeerConnection).Close()
		return true
	})
	return w.socket.Close()
}

// Answer takes a browser's offer for a file, both as SDP, and gives the answer; the browser then connects.
func (p *Peer) Answer(ctx context.Context, h infohash.Infohash, offer string) (string, error) {
	if p.web == nil {
		return "", absent()
	}
	if err := p.take(ctx, metainfo.Hash(h)); err != nil {
		return "", err
	}
	free := p.slots.take(netip.Addr{})
	if free == nil {
		return "", fail.New(fail.Unavailable, "Too many peers are connected.")
	}
	pc, err := p.web.meet(free)
	if err != nil {
		return "", err
	}
	answer, err := answerTo(ctx, pc, offer)
	if err != nil {
		_ = pc.Close()
		return "", fail.Wrap(fail.Invalid, err, "The offer is not understood.")
	}
	return answer, nil
}

// meet prepares a connection; left is called when it is over.
func (w *web) meet(left func()) (*webrtc.PeerConnection, error) {
	pc, err := w.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		left()
		return nil, err
	}
	w.alive.Store(pc, true)
	late := time.AfterFunc(meeting, func() { _ = pc.Close() })
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateClosed:
			w.alive.Delete(pc)
			late.Stop()
			left()
		case webrtc.PeerConnectionStateFailed:
			go pc.Close()
		}
	})
	var once sync.Once
	pc.OnDataChannel(func(d *webrtc.DataChannel) {
		d.OnOpen(func() {
			raw, err := d.DetachWithDeadline()
			if err != nil {
				return
			}
			used := false
			once.Do(func() { used = late.Stop() && w.door.enter(newSocket(raw, pc)) })
			if !used {
				_ = raw.Close()
			}
		})
	})
	return pc, nil
}

func answerTo(ctx context.Context, pc *webrtc.PeerConnection, offer string) (string, error) {
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	a, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(a); err != nil {
		return "", err
	}
	select {
	case <-gathered:
	case <-time.After(gathering):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return pc.LocalDescription().SDP, nil
}

// socket is a data channel that looks like a socket: messages become a stream.
type socket struct {
	datachannel.ReadWriteCloserDeadliner
	in            *bufio.Reader
	pc            *webrtc.PeerConnection
	local, remote net.Addr
}

func newSocket(raw datachannel.ReadWriteCloserDeadliner, pc *webrtc.PeerConnection) *socket {
	c := &socket{ReadWriteCloserDeadliner: raw, in: bufio.NewReaderSize(raw, longestIn), pc: pc, local: &net.UDPAddr{}, remote: &net.UDPAddr{}}
	if pair, err := pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair(); err == nil && pair != nil {
		c.local = &net.UDPAddr{IP: net.ParseIP(pair.Local.Address), Port: int(pair.Local.Port)}
		c.remote = &net.UDPAddr{IP: net.ParseIP(pair.Remote.Address), Port: int(pair.Remote.Port)}
	}
	return c
}

func (c *socket) Read(b []byte) (int, error) { return c.in.Read(b) }

func (c *socket) Write(b []byte) (sent int, err error) {
	for err == nil && sent < len(b) {
		var n int
		n, err = c.ReadWriteCloserDeadliner.Write(b[sent:min(len(b), sent+longestTo)])
		sent += n
	}
	return sent, err
}

func (c *socket) Close() error {
	_ = c.ReadWriteCloserDeadliner.Close()
	return c.pc.Close()
}

func (c *socket) LocalAddr() net.Addr  { return c.local }
func (c *socket) RemoteAddr() net.Addr { return c.remote }

func (c *socket) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}
