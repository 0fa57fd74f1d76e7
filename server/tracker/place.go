package tracker

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/netip"
	"sync"

	"shoal/shared/announce"
)

// network is where a viewer comes from, coarsely: an IPv4 /24 or an IPv6 /48, the first byte telling which.
type network uint64

// networkOf reads the address that the server found for the request; headers do not count here.
func networkOf(r *http.Request) (network, netip.AddrPort) {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return 0, netip.AddrPort{}
	}
	a = netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
	return coarse(a.Addr()), a
}

func coarse(a netip.Addr) network {
	var b [8]byte
	if a.Is4() {
		four := a.As4()
		b[0] = 4
		copy(b[1:], four[:3])
	} else {
		six := a.As16()
		b[0] = 6
		copy(b[1:], six[:6])
	}
	return network(binary.BigEndian.Uint64(b[:]))
}

// place is a network hashed with the salt of the hour, as limits count it. Zero is the machine itself, which has no limits: it
// is its tools, or all visitors where a proxy does not say who they are.
type place uint64

const (
	hourSeconds = 3600
	overlap     = 300 // seconds at the start of an hour for which the graph of the last one holds too
)

// hour is what is kept of an hour, in memory only.
type hour struct {
	index        int64
	salt, secret [32]byte
}

// hours are the present hour, and the one before it while both count.
type hours struct {
	mu          sync.Mutex
	now, before hour
}

// at gives the keys of a time: those of the last hour only when the tracker was there, and only at the turn.
func (h *hours) at(unix int64) (now, before hour, both bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := unix / hourSeconds; i > h.now.index {
		h.before, h.now = h.now, hour{i, random(), random()}
	}
	both = unix%hourSeconds < overlap && h.before.index == h.now.index-1
	if !both {
		h.before = hour{} // forgotten
	}
	return h.now, h.before, both
}

func (h *hours) place(unix int64, n network, local bool) place {
	if local {
		return 0
	}
	now, _, _ := h.at(unix)
	m := hmac.New(sha256.New, now.salt[:])
	_, _ = m.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return place(binary.BigEndian.Uint64(m.Sum(nil)) | 1)
}

// graphKeys decide who meets whom in one swarm, for a window of time.
type graphKeys struct {
	window   int64
	now, old [32]byte
	both     bool
}

func (h *hours) graph(unix int64, swarm announce.ID) graphKeys {
	now, before, both := h.at(unix)
	k := graphKeys{window: now.index * 2, now: keyOf(now, swarm), both: both}
	if both {
		k.old = keyOf(before, swarm)
	} else {
		k.window++
	}
	return k
}

func keyOf(h hour, swarm announce.ID) (key [32]byte) {
	m := hmac.New(sha256.New, h.secret[:])
	_, _ = m.Write(swarm[:])
	m.Sum(key[:0])
	return key
}

// distance is a number that only we can compute, the same from both ends; those of the same network are at none.
func (k *graphKeys) distance(a, b network) uint64 {
	if a == b {
		return 0
	}
	d := distance(&k.now, a, b)
	if k.both {
		d = min(d, distance(&k.old, a, b))
	}
	return d
}

// distance hashes a block of one length under a secret key: SHA-256 is a keyed function there, as HMAC is for any length.
func distance(key *[32]byte, a, b network) uint64 {
	var block [48]byte
	copy(block[:], key[:])
	binary.BigEndian.PutUint64(block[32:], uint64(min(a, b)))
	binary.BigEndian.PutUint64(block[40:], uint64(max(a, b)))
	sum := sha256.Sum256(block[:])
	return binary.BigEndian.Uint64(sum[:])
}
