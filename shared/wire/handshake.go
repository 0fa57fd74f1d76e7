package wire

const protocol = "\x13BitTorrent protocol"

const handshakeSize = len(protocol) + 8 + 20 + 20

// Handshake opens a connection (BEP 3).
type Handshake struct {
	Fast     bool // BEP 6
	Extended bool // BEP 10
	Infohash ID
	PeerID   ID
}

// Append writes the 68 bytes.
func (h Handshake) Append(b []byte) []byte {
	b = append(b, protocol...)
	var reserved [8]byte
	if h.Extended {
		reserved[5] |= 0x10
	}
	if h.Fast {
		reserved[7] |= 0x04
	}
	b = append(b, reserved[:]...)
	b = append(b, h.Infohash[:]...)
	return append(b, h.PeerID[:]...)
}

func (h *Handshake) parse(b []byte) error {
	if string(b[:len(protocol)]) != protocol {
		return ErrProtocol
	}
	b = b[len(protocol):]
	h.Extended, h.Fast = b[5]&0x10 != 0, b[7]&0x04 != 0
	copy(h.Infohash[:], b[8:])
	copy(h.PeerID[:], b[28:])
	return nil
}
