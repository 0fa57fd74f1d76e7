//go:build js

package browser

import (
	"sync"

	"shoal/wasm/player"
	"shoal/wasm/sharing"
	"shoal/wasm/swarm"
)

// engine is the swarm as the keeper of sharing drives it.
type engine struct {
	swarm  *swarm.Swarm
	mu     sync.Mutex
	mode   swarm.Mode
	limits swarm.Limits
}

func newSwarm() *swarm.Swarm {
	return swarm.New(swarm.World{
		Server: server{}, Clock: clock{}, Memory: memory{}, Dialer: dialer{}, Sockets: sockets{}, Random: random, Peering: peering, File: torrentFile,
	}, usual())
}

// usual are the limits before the viewer's own are known.
func usual() swarm.Limits {
	l := swarm.Limits{Upload: swarm.UsualUpload, Cache: swarm.DeskCache, Peers: swarm.UsualPeers}
	if matches("(pointer: coarse)") {
		l.Cache = swarm.PhoneCache
	}
	return l
}

func newEngine(to *swarm.Swarm) *engine { return &engine{swarm: to, mode: swarm.Off, limits: usual()} }

// ofSwarm is what the swarm needs to know of a video.
func ofSwarm(v player.Video) swarm.Video {
	s := swarm.Video{UUID: v.UUID, Duration: v.Duration}
	for _, a := range v.Audio {
		s.Sounds = append(s.Sounds, a.Infohash)
	}
	return s
}

func (e *engine) Start() { e.set(func() { e.mode = swarm.On }) }
func (e *engine) Stop()  { e.set(func() { e.mode = swarm.Off }) }
func (e *engine) Hold()  { e.set(func() { e.mode = swarm.Held }) }

// SetUpload limits what is sent; nothing at all makes a viewer who only receives.
func (e *engine) SetUpload(bits, visit int64) {
	e.set(func() { e.limits.Upload, e.limits.Session = bits, visit })
}

func (e *engine) set(change func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.limits
	change()
	if l := e.limits; l != was {
		l.Upload = max(0, l.Upload) // where 0 is no limit, and nothing is a mode
		e.swarm.SetLimits(l)
	}
	if e.mode == swarm.On && e.limits.Upload == 0 {
		e.swarm.SetMode(swarm.Receive)
		return
	}
	e.swarm.SetMode(e.mode)
}

// Figures are the swarm's, which also sees what the server sends.
func (e *engine) Figures() sharing.Figures {
	s := e.swarm.Stats()
	f := sharing.Figures{FromServer: s.FromServer, FromViewers: s.FromViewers, Sent: s.Sent, Viewers: s.Peers, Refused: s.Bad}
	if s.State == swarm.StateRefused {
		f.Gone = gone[s.Why]
	}
	return f
}

var gone = map[swarm.Why]sharing.Reason{swarm.NoWebRTC: sharing.ByWebRTC, swarm.NotHere: sharing.ByVideo, swarm.Switched: sharing.ByPlatform}
