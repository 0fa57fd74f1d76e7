package seed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/utp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/time/rate"

	"shoal/server/storage"
)

// Peer is the server's own peer in the swarms of its public and unlisted videos: one BitTorrent client behind TCP, uTP and
// WebRTC. It has everything, so it only answers: it never calls anybody, and asks no tracker.
type Peer struct {
	Pool         *pgxpool.Pool
	Store        storage.Store
	Log          *slog.Logger
	Listen       string       // address and port of TCP and uTP
	Web          string       // address and port of WebRTC's UDP; empty for none
	Addresses    []netip.Addr // where the world reaches us
	Upload       int64        // bytes per second to all together
	Connections  int          // of all kinds at once
	AllowPrivate bool         // let addresses of private networks take part, for tests and labs

	client    *torrent.Client
	listeners []listener
	door      *door
	web       *web
	slots     *slots
	shelf     shelf
	reach     []netip.Addr
}

const (
	patience  = 5 * time.Second // for the database, before a handshake is given up
	tidying   = 15 * time.Second
	handshake = 5 * time.Second
	unsent    = 256 << 10 // bytes of answers that one connection may have waiting
	pieceSize = 16 << 10  // bytes of a request
)

// Open listens. What it opened is closed by Run, or by Close.
func (p *Peer) Open() (err error) {
	p.slots = &slots{most: p.Connections, by: map[netip.Addr]int{}}
	p.shelf.open = map[metainfo.Hash]*taken{}
	for _, a := range p.Addresses {
		if p.may(a) {
			p.reach = append(p.reach, a.Unmap())
		}
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if err := p.listen(); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	if p.client, err = torrent.NewClient(p.settings()); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	p.client.AddListener(p.door)
	for _, l := range p.listeners {
		go p.door.lead(l)
	}
	return nil
}

// listen opens TCP, uTP on the same port, and WebRTC.
func (p *Peer) listen() error {
	tcp, err := net.Listen("tcp", p.Listen)
	if err != nil {
		return err
	}
	p.listeners, p.door = append(p.listeners, gate{tcp, p.slots}), newDoor(tcp.Addr())
	udp, err := utp.NewSocket("udp", tcp.Addr().String())
	if err != nil {
		return err
	}
	p.listeners = append(p.listeners, gate{udp, p.slots})
	if p.Web == "" {
		return nil
	}
	p.web, err = p.openWeb()
	return err
}

var errCallsNobody = errors.New("this peer calls nobody")

func callNobody(context.Context, string, string) (net.Conn, error) { return nil, errCallsNobody }

// settings switch off everything by which the client would call others or open ports of its own.
func (p *Peer) settings() *torrent.ClientConfig {
	c := torrent.NewDefaultClientConfig()
	c.Seed = true
	c.NoDHT, c.DisableTrackers, c.DisablePEX, c.DisableWebseeds, c.DisableWebtorrent = true, true, true, true, true
	c.DialForPeerConns, c.DisableTCP, c.DisableUTP, c.NoDefaultPortForwarding = false, true, true, true
	c.HTTPDialContext, c.TrackerDialContext = callNobody, callNobody
	c.HTTPProxy = func(*http.Request) (*url.URL, error) { return nil, errCallsNobody }
	c.DefaultStorage = stored{}
	c.AlwaysWantConns = true // torrents are opened when the first peer asks
	c.HandshakesTimeout = handshake
	c.EstablishedConnsPerTorrent = p.Connections
	c.MaxAllocPeerRequestDataPerConn = unsent
	c.UploadRateLimiter = rate.NewLimiter(rate.Limit(p.Upload), max(int(min(p.Upload, 1<<30)), pieceSize))
	c.Callbacks.CompletedHandshake = p.asked
	c.Callbacks.ReceiveEncryptedHandshakeSkeys = p.secrets
	c.Slogger = slog.New(slog.DiscardHandler)
	return c
}

// asked is called when a peer has said which file it wants, before the client looks for it.
func (p *Peer) asked(_ *torrent.PeerConn, h metainfo.Hash) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.take(ctx, h); err != nil {
		p.Log.Debug("a torrent that is not seeded was asked for", "err", err)
	}
}

// Run seeds until ctx ends.
func (p *Peer) Run(ctx context.Context) error {
	defer p.Close()
	tick := time.NewTicker(tidying)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := p.tidy(ctx); err != nil && ctx.Err() == nil {
			p.Log.Warn("the seeding peer could not look at its files", "err", err)
		}
	}
}

// Close ends all connections.
func (p *Peer) Close() {
	if p.client != nil {
		p.client.Close()
	}
	if p.door != nil {
		p.door.end()
	}
	for _, l := range p.listeners {
		_ = l.Close()
	}
	if p.web != nil {
		_ = p.web.Close()
	}
}

// Reach is where classic clients find this peer.
func (p *Peer) Reach() []netip.AddrPort {
	port := uint16(p.listeners[0].Addr().(*net.TCPAddr).Port)
	out := make([]netip.AddrPort, 0, len(p.reach))
	for _, a := range p.reach {
		out = append(out, netip.AddrPortFrom(a, port))
	}
	return out
}

func (p *Peer) may(a netip.Addr) bool { return a.IsValid() && (p.AllowPrivate || public(a)) }

func (p *Peer) mayIP(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && p.may(a)
}

// Figures are what the peer does at the moment, and what it has sent.
type Figures struct {
	Connections, Torrents int
	Sent                  int64 // bytes of files
}

// Figures counts.
func (p *Peer) Figures() Figures {
	p.shelf.mu.Lock()
	defer p.shelf.mu.Unlock()
	stats := p.client.Stats()
	return Figures{p.slots.count(), len(p.shelf.open), stats.BytesWrittenData.Int64()}
}
