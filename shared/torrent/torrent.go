// Package torrent names files by their infohash and links to them by magnet addresses.
//
// It is small, so that the browser can afford it; torrent files themselves are made by the server's room seed.
package torrent

import (
	"encoding/hex"
	"net/url"
	"strings"
)

// Infohash is the SHA-1 of a torrent's info dictionary (BEP 3).
type Infohash [20]byte

// String is 40 lower-case hex digits.
func (h Infohash) String() string { return hex.EncodeToString(h[:]) }

// ParseInfohash reads 40 hex digits.
func ParseInfohash(s string) (Infohash, bool) {
	var h Infohash
	if len(s) != 2*len(h) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// Magnet is what a magnet address says (BEP 9).
type Magnet struct {
	Torrent  string // address of the torrent file (xs)
	Infohash Infohash
	Name     string   // dn
	Trackers []string // tr
	WebSeeds []string // ws (BEP 19)
}

// String is the address, its parts in PeerTube's order.
func (m Magnet) String() string {
	var b strings.Builder
	b.WriteString("magnet:?")
	if m.Torrent != "" {
		b.WriteString("xs=" + url.QueryEscape(m.Torrent) + "&")
	}
	b.WriteString("xt=" + urn + m.Infohash.String())
	if m.Name != "" {
		b.WriteString("&dn=" + url.QueryEscape(m.Name))
	}
	for _, t := range m.Trackers {
		b.WriteString("&tr=" + url.QueryEscape(t))
	}
	for _, w := range m.WebSeeds {
		b.WriteString("&ws=" + url.QueryEscape(w))
	}
	return b.String()
}

const urn = "urn:btih:"

// ParseMagnet reads a magnet address with a hex infohash.
func ParseMagnet(s string) (Magnet, bool) {
	query, ok := strings.CutPrefix(s, "magnet:?")
	if !ok {
		return Magnet{}, false
	}
	v, err := url.ParseQuery(query)
	if err != nil {
		return Magnet{}, false
	}
	m := Magnet{Torrent: v.Get("xs"), Name: v.Get("dn"), Trackers: v["tr"], WebSeeds: v["ws"]}
	for _, xt := range v["xt"] {
		digits, ok := strings.CutPrefix(xt, urn)
		if !ok {
			continue
		}
		if m.Infohash, ok = ParseInfohash(digits); ok {
			return m, true
		}
	}
	return Magnet{}, false
}
