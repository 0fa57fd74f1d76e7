package account

import (
	"net"
	"net/http"
	"net/netip"
)

// Place is where a request comes from, as limits count it: an IPv4 address or an IPv6 network of 64 bits.
// It reads RemoteAddr, which the server has set to the visitor's address when a trusted proxy stands between.
func Place(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap(); a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return a.String()
}
