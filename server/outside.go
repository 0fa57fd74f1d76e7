package main

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// behind sets the request's address to the visitor's where a trusted proxy stands between, from the header it adds to.
func behind(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer := address(r.RemoteAddr); within(peer, trusted) {
			if visitor := visitor(r.Header.Values("X-Forwarded-For"), trusted); visitor.IsValid() {
				r.RemoteAddr = net.JoinHostPort(visitor.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}

// visitor is the last address of the chain that no trusted proxy has: everything before it may be invented.
func visitor(headers []string, trusted []netip.Prefix) netip.Addr {
	chain := strings.Split(strings.Join(headers, ","), ",")
	for i := len(chain) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			return netip.Addr{}
		}
		if a = a.Unmap().WithZone(""); !within(a, trusted) {
			return a
		}
	}
	return netip.Addr{}
}

func address(hostport string) netip.Addr {
	a, err := netip.ParseAddrPort(hostport)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap().WithZone("")
}

func within(a netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// onlyFrom answers 404 to all but this machine and the networks allowed. A forwarded request is not this machine's.
func onlyFrom(allowed []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := address(r.RemoteAddr)
		here := a.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
		if !here && !within(a, allowed) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
