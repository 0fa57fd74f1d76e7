//go:build !js

package native

import (
	"net"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

type dialer struct {
	h   *Host
	api *webrtc.API
}

func newDialer(h *Host) *dialer {
	var e webrtc.SettingEngine
	e.SetIncludeLoopbackCandidate(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if h.local.IsLoopback() && !h.Outside {
		e.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	}
	return &dialer{h, webrtc.NewAPI(webrtc.WithSettingEngine(e))}
}

func (d *dialer) Able() bool { return true }

// line is a connection with its streams.
type line struct {
	h  *Host
	pc *webrtc.PeerConnection

	mu      sync.Mutex
	streams []*stream
	first   *stream // waits for the channel that the other side opens
}

func (d *dialer) line(stun []string) (*line, error) {
	var servers []webrtc.ICEServer
	for _, s := range stun {
		servers = append(servers, webrtc.ICEServer{URLs: []string{s}})
	}
	l := &line{h: d.h}
	pc, err := d.api.NewPeerConnection(webrtc.Configuration{ICEServers: servers})
	if err != nil {
		return l, swarm.ErrDial
	}
	l.pc = pc
	pc.OnDataChannel(l.met)
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateFailed || s == webrtc.PeerConnectionStateClosed {
			for _, s := range l.all() {
				s.lost()
			}
		}
	})
	return l, nil
}

func (l *line) all() []*stream {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*stream(nil), l.streams...)
}

// lay opens a stream of ours.
func (l *line) lay(to swarm.Ear) *stream {
	s := l.add(to)
	if l.pc == nil {
		return s
	}
	if dc, err := l.pc.CreateDataChannel("shoal", nil); err == nil {
		s.carry(dc)
	} else {
		go s.lost()
	}
	return s
}

func (l *line) add(to swarm.Ear) *stream {
	s := &stream{line: l, ear: to}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.streams = append(l.streams, s)
	return s
}

// met is a channel that the other side opened.
func (l *line) met(dc *webrtc.DataChannel) {
	l.mu.Lock()
	s := l.first
	l.first = nil
	streams := l.streams
	l.mu.Unlock()
	if s == nil {
		if len(streams) == 0 {
			_ = dc.Close()
			return
		}
		s = l.add(swarm.Ear{})
		if s.ear = streams[0].ear.Sibling(s); s.ear.Heard == nil {
			s.dc.Store(dc)
			s.Close()
			return
		}
	}
	s.carry(dc)
}

func (d *dialer) Offer(stun []string, to swarm.Ear, done func(string, error)) swarm.Conn {
	l, err := d.line(stun)
	s := l.lay(to)
	go func() {
		sdp := ""
		if err == nil {
			var o webrtc.SessionDescription
			if o, err = l.pc.CreateOffer(nil); err == nil {
				sdp, err = l.gather(o)
			}
		}
		done(sdp, err)
	}()
	return s
}

func (d *dialer) Answer(stun []string, offer string, to swarm.Ear, done func(string, error)) swarm.Conn {
	l, err := d.line(stun)
	s := l.add(to)
	l.first = s
	go func() {
		sdp := ""
		if err == nil {
			err = l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer})
		}
		if err == nil {
			var a webrtc.SessionDescription
			if a, err = l.pc.CreateAnswer(nil); err == nil {
				sdp, err = l.gather(a)
			}
		}
		done(sdp, err)
	}()
	return s
}

func (l *line) gather(d webrtc.SessionDescription) (string, error) {
	complete := webrtc.GatheringCompletePromise(l.pc)
	if err := l.pc.SetLocalDescription(d); err != nil {
		return "", swarm.ErrDial
	}
	select {
	case <-complete:
	case <-l.h.ctx.Done():
		return "", swarm.ErrDial
	}
	if now := l.pc.LocalDescription(); now != nil {
		if l.h.Described != nil {
			l.h.Described(now.SDP)
		}
		return now.SDP, nil
	}
	return "", swarm.ErrDial
}

// stream is a data channel behind the host's uplink.
type stream struct {
	line    *line
	ear     swarm.Ear
	dc      atomic.Pointer[webrtc.DataChannel]
	waiting atomic.Int64 // on the uplink
	over    atomic.Bool
	once    sync.Once
}

func (s *stream) carry(dc *webrtc.DataChannel) {
	s.dc.Store(dc)
	dc.SetBufferedAmountLowThreshold(swarm.LowWater)
	opened := func() { s.once.Do(s.ear.Opened) }
	dc.OnOpen(opened)
	dc.OnMessage(func(m webrtc.DataChannelMessage) {
		opened() // may be told later than the first message
		if !s.over.Load() && len(m.Data) > 0 {
			s.ear.Heard(Bytes(m.Data))
		}
	})
	dc.OnBufferedAmountLow(func() {
		if !s.over.Load() {
			s.ear.Drained()
		}
	})
	dc.OnClose(s.lost)
}

// lost is the other side's end of the stream.
func (s *stream) lost() {
	if s.end() {
		s.ear.Closed()
	}
}

// end lets go of the channel, and of the connection with its last one.
func (s *stream) end() bool {
	if s.over.Swap(true) {
		return false
	}
	l := s.line
	l.mu.Lock()
	for i, o := range l.streams {
		if o == s {
			l.streams = append(l.streams[:i:i], l.streams[i+1:]...)
			break
		}
	}
	last := len(l.streams) == 0
	l.mu.Unlock()
	go func() {
		if dc := s.dc.Load(); dc != nil {
			_ = dc.Close()
		}
		if last && l.pc != nil {
			_ = l.pc.Close()
		}
	}()
	return true
}

// Close ends the stream.
func (s *stream) Close() { s.end() }

// Waiting is what the uplink and the channel hold.
func (s *stream) Waiting() int {
	n := int(s.waiting.Load())
	if dc := s.dc.Load(); dc != nil {
		n += int(dc.BufferedAmount())
	}
	return n
}

// Send queues bytes for the uplink.
func (s *stream) Send(head []byte, body player.Chunk) {
	if s.over.Load() {
		return
	}
	b := append([]byte(nil), head...)
	if body != nil {
		data := []byte(body.(Bytes))
		if spoil := s.line.h.Spoil; spoil != nil {
			if data = spoil(data); data == nil {
				return
			}
		}
		b = append(b, data...)
	}
	for len(b) > 0 {
		n := min(len(b), swarm.MostFrame)
		s.waiting.Add(int64(n))
		s.line.h.Uplink.send(b[:n], s.leave)
		b = b[n:]
	}
}

func (s *stream) leave(b []byte) {
	if dc := s.dc.Load(); dc != nil && !s.over.Load() {
		_ = dc.Send(b)
	}
	left := s.waiting.Add(-int64(len(b)))
	if left <= swarm.LowWater && left+int64(len(b)) > swarm.LowWater && !s.over.Load() {
		go s.ear.Drained()
	}
}

// Sibling opens another stream beside this one.
func (s *stream) Sibling(to swarm.Ear) swarm.Conn { return s.line.lay(to) }

// Accept takes the answer to our offer.
func (s *stream) Accept(answer string) {
	go func() {
		if err := s.line.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
			s.lost()
		}
	}()
}
