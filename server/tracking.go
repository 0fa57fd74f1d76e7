package main

import (
	"context"

	"shoal/server/api"
	"shoal/server/hub"
	"shoal/server/instance"
	"shoal/server/tracker"
	"shoal/server/video"
	"shoal/shared/announce"
)

// newTracker makes what brings viewers together, and has its figures counted.
func (s *Server) newTracker() *tracker.Tracker {
	changed, _ := s.hub.Listen(hub.Nodes) // as long as the server
	t := &tracker.Tracker{
		Policy: func(ctx context.Context, fresh bool) (instance.Peering, error) {
			if fresh {
				s.instance.Forget()
			}
			set, err := s.instance.Settings(ctx)
			if err != nil {
				return instance.Peering{}, err
			}
			return set.Peering, nil
		},
		Ours: func(ctx context.Context, hashes []announce.ID) (map[announce.ID]int64, error) {
			return video.SharedFiles(ctx, s.db.Pool, hashes)
		},
		Secret: s.instance.Secret, Changed: changed, Log: s.log,
	}
	if s.seed != nil {
		t.Seed = s.seed
	}
	n := &t.Numbers
	s.metrics.Gauge("shoal_tracker_swarms", "Swarms now.", func() float64 { return float64(t.Swarms()) })
	s.metrics.Gauge("shoal_tracker_peers", "Peers now, in all swarms.", func() float64 { return float64(t.Peers()) })
	s.metrics.Gauge("shoal_tracker_sockets", "Viewers connected to the tracker now.", func() float64 { return float64(t.Sockets()) })
	s.count("shoal_tracker_announces_total", "Announces over WebSocket and HTTP.", n.Announces.Load)
	s.count("shoal_tracker_relayed_total", "Offers and answers passed on.", n.Offers.Load, "kind", "offer")
	s.count("shoal_tracker_relayed_total", "Offers and answers passed on.", n.Answers.Load, "kind", "answer")
	const refusals = "What the tracker refused."
	s.count("shoal_tracker_refusals_total", refusals, n.Unknown.Load, "reason", "unknown infohash")
	s.count("shoal_tracker_refusals_total", refusals, n.Limited.Load, "reason", "limit of a place")
	s.count("shoal_tracker_refusals_total", refusals, n.Foreign.Load, "reason", "peer id of another")
	s.count("shoal_tracker_refusals_total", refusals, n.Undelivered.Load, "reason", "answer to no offer")
	s.count("shoal_tracker_refusals_total", refusals, n.Malformed.Load, "reason", "not understood")
	return t
}

// countPlayback has what players report counted.
func (s *Server) countPlayback(p *api.Playback) {
	const bytes = "Bytes as players report them."
	s.count("shoal_playback_bytes_total", bytes, p.FromViewers.Load, "from", "viewers")
	s.count("shoal_playback_bytes_total", bytes, p.FromServer.Load, "from", "server")
	s.count("shoal_playback_sent_bytes_total", "Bytes that viewers sent to others, as players report them.", p.ToViewers.Load)
	for i, sharing := range []string{"off", "on"} {
		s.count("shoal_playback_reports_total", "Reports of players, each of some seconds.", p.Reports[i].Load, "sharing", sharing)
		s.count("shoal_playback_stalls_total", "Times that playback stood still, as players report them.", p.Stalls[i].Load, "sharing", sharing)
	}
	s.count("shoal_playback_errors_total", "Errors that players report.", p.Errors.Load)
	s.count("shoal_playback_unlikely_total", "Reports that were not believed.", p.Unlikely.Load)
}

func (s *Server) count(name, help string, value func() int64, labels ...string) {
	s.metrics.Counter(name, help, func() float64 { return float64(value()) }, labels...)
}
