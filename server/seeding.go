package main

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"time"

	"shoal/server/seed"
)

const lookup = 5 * time.Second

// openSeed opens the server's own peer when the operator wants one.
func (s *Server) openSeed(ctx context.Context) (*seed.Peer, error) {
	c := s.cfg.Seed
	if !c.Enabled {
		return nil, nil
	}
	p := &seed.Peer{
		Pool: s.db.Pool, Store: s.store, Log: s.log, Listen: c.Listen, Web: c.Web, Addresses: s.reached(ctx),
		Upload: int64(c.Upload), Connections: c.Connections, AllowPrivate: s.cfg.Federation.AllowPrivateAddresses,
	}
	if err := p.Open(); err != nil {
		return nil, err
	}
	s.log.Info("seeding", "address", c.Listen, "reached", p.Reach())
	s.metrics.Gauge("shoal_seed_connections", "Peers that the server seeds to.", func() float64 { return float64(p.Figures().Connections) })
	s.metrics.Gauge("shoal_seed_torrents", "Files that the server's peer has open.", func() float64 { return float64(p.Figures().Torrents) })
	s.metrics.Gauge("shoal_seed_sent_bytes", "Bytes of files that the server's peer has sent.", func() float64 { return float64(p.Figures().Sent) })
	return p, nil
}

// reached are the addresses told to others: those of the settings, or else those of our name.
func (s *Server) reached(ctx context.Context) (list []netip.Addr) {
	for _, a := range s.cfg.Seed.Addresses {
		if a, err := netip.ParseAddr(a); err == nil {
			list = append(list, a)
		}
	}
	u, err := url.Parse(s.cfg.URL)
	if len(list) > 0 || err != nil {
		return list
	}
	ctx, cancel := context.WithTimeout(ctx, lookup)
	defer cancel()
	list, err = net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		s.log.Warn("seeding: our own name has no address", "err", err)
	}
	return list
}
