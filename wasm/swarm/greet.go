package swarm

import "shoal/shared/wire"

// Our numbers of extended messages.
const (
	extMetadata = 1
	extDontHave = 2
	extSibling  = 3
	extKnown    = 4
)

const client = "Shoal"

// mostTold is how often a peer may ask for the whole info dictionary.
const mostTold = 3

// mostRequests is how many requests of a peer are kept.
const mostRequests = 256

// greet takes the handshake of the other side.
func (p *peer) greet(h wire.Handshake) {
	s := p.s
	if p.f == nil {
		p.f = s.known(h.Infohash)
	}
	f := p.f
	switch {
	case f == nil || !f.ready || h.Infohash != f.hash:
		p.drop() // a level that we know nothing of
		return
	case h.PeerID == s.id || s.isBanned(h.PeerID):
		p.link.drop()
		return
	}
	p.remote, p.link.remote, p.fast = h.PeerID, h.PeerID, h.Fast
	if p.double() {
		return
	}
	p.greeted = true
	f.peers = append(f.peers, p)
	p.hello()
	p.introduce(h)
	s.later()
}

// double closes one of two streams with the same viewer: on both sides the one that the lower name did not begin.
func (p *peer) double() bool {
	for _, o := range p.f.peers {
		if o.remote != p.remote {
			continue
		}
		loser := p
		if p.mine == (string(p.s.id[:]) < string(p.remote[:])) {
			loser = o
		}
		loser.drop()
		return loser == p
	}
	return false
}

// introduce tells what we have and what we understand.
func (p *peer) introduce(h wire.Handshake) {
	f := p.f
	var out []byte
	switch {
	case (f.held == 0 || p.s.mode != On) && h.Fast:
		out = wire.Message{Kind: wire.HaveNone}.Append(nil)
	case p.s.mode != On:
	case f.held == len(f.pieces) && h.Fast:
		out = wire.Message{Kind: wire.HaveAll}.Append(nil)
	case f.held > 0:
		bits := make([]byte, (len(f.pieces)+7)/8)
		for i := range f.pieces {
			if f.pieces[i].body != nil {
				bits[i>>3] |= 0x80 >> (i & 7)
			}
		}
		out = wire.Message{Kind: wire.Bitfield, Payload: bits}.Append(nil)
	}
	if h.Extended {
		ours := wire.Extensions{Metadata: extMetadata, DontHave: extDontHave, Sibling: extSibling, Known: extKnown, Client: client, Requests: mostRequests, InfoSize: len(f.t.Info)}
		out = wire.Message{Kind: wire.Extended, Payload: ours.Append(nil)}.Append(out)
	}
	if len(out) > 0 {
		p.send(out)
	}
}

// extended acts on the extensions that we announced.
func (p *peer) extended(m wire.Message) {
	switch m.Ext {
	case 0:
		if p.ext.Parse(m.Payload) != nil {
			p.fail()
			return
		}
		p.link.kin = p.ext.Sibling > 0
		p.tellKnown(p.f.coming())
		p.s.wake()
	case extMetadata:
		p.metadata(m.Payload)
	case extKnown:
		if !wire.ParseKnown(m.Payload, p.f.hears) {
			p.fail()
		}
	case extDontHave:
		if len(m.Payload) == 4 {
			i := int(m.Payload[0])<<24 | int(m.Payload[1])<<16 | int(m.Payload[2])<<8 | int(m.Payload[3])
			if i < len(p.f.pieces) {
				p.loses(i)
			}
		}
	}
}

// metadata answers who asks for the torrent's info dictionary.
func (p *peer) metadata(b []byte) {
	var m wire.Metadata
	if m.Parse(b) != nil || m.Kind != wire.MetadataRequest || p.ext.Metadata == 0 {
		return
	}
	info := p.f.t.Info
	answer := wire.Metadata{Kind: wire.MetadataReject, Part: m.Part}
	if from := m.Part * wire.MetadataPart; from < len(info) && p.s.mode == On && p.told < mostTold*len(info) {
		p.told += wire.MetadataPart
		answer = wire.Metadata{Kind: wire.MetadataData, Part: m.Part, Size: len(info), Data: info[from:min(len(info), from+wire.MetadataPart)]}
	}
	p.send(wire.Message{Kind: wire.Extended, Ext: p.ext.Metadata, Payload: answer.Append(nil)}.Append(nil))
}

// lost tells peers that a piece is no longer kept.
func (p *peer) tellLost(i int) {
	if p.greeted && p.ext.DontHave > 0 {
		n := []byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
		p.send(wire.Message{Kind: wire.Extended, Ext: p.ext.DontHave, Payload: n}.Append(nil))
	}
}
