package main

import (
	"shoal/server/delivery"
	"shoal/server/fetch"
	"shoal/server/outbox"
)

const deliveries = 128 // requests at a time, of this node

// tellOthers makes what brings changes here to other servers. When nobody federates, facts are read and forgotten.
func (s *Server) tellOthers() {
	told := &outbox.Machine{Pool: s.db.Pool, Site: s.outside(), Log: s.log, Off: !s.cfg.Federation.Enabled}
	s.machines = append(s.machines, told.Run)
	if !s.cfg.Federation.Enabled {
		return
	}
	m := &delivery.Machine{
		Pool: s.db.Pool, Keys: told.Keys, Log: s.log, Workers: deliveries,
		Client: fetch.New(fetch.Options{
			UserAgent: "Shoal/" + version + " (+" + s.cfg.URL + ")", AllowPrivate: s.cfg.Federation.AllowPrivateAddresses, Together: deliveries,
		}),
	}
	s.machines = append(s.machines, m.Run)
	n := &m.Numbers
	const result = "Deliveries to other servers by what came of them."
	s.count("shoal_deliveries_total", result, n.Delivered.Load, "result", "delivered")
	s.count("shoal_deliveries_total", result, n.Refused.Load, "result", "refused")
	s.count("shoal_deliveries_total", result, n.Gone.Load, "result", "inbox gone")
	s.count("shoal_deliveries_total", result, n.Missed.Load, "result", "missed")
	s.count("shoal_deliveries_total", result, n.Expired.Load, "result", "too old")
	s.metrics.Gauge("shoal_deliveries_waiting", "Deliveries that wait, at the last look.", func() float64 { return float64(n.Waiting.Load()) })
	s.metrics.Gauge("shoal_deliveries_parked", "Deliveries to servers that are left alone, at the last look.", func() float64 { return float64(n.Parked.Load()) })
}
