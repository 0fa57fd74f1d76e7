package account

import (
	"net"
	"net/http"
	"net/netip"
)

// Place is where a request comes from, as limits count it: an IPv4 address or an IPv6 network of 64 bits.
// It reads RemoteAddr, which the server has set to the visitor's address when a trusted proxy stands between.
func Place(r *http.Request) string {
	host := Address(r)
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return host
}

// Address is the visitor's, as the server sees it: without port and zone, and IPv4 in its own form.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().WithZone("").String()
	}
	return host
}
