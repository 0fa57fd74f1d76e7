package fetch

import (
	"errors"
	"net/netip"
	"syscall"
)

// Networks nobody on the public internet has (IANA's special-purpose registries), and ways to hide such an address in IPv6.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// global is all of IPv6 that is given out: everything else, NAT64's 64:ff9b::/96 too, is refused.
var global = netip.MustParsePrefix("2000::/3")

// labs are the networks that a setting opens: this machine and the ones around it, never the clouds' metadata at 169.254.169.254
// and fd00:ec2::254, nor anything link-local.
var (
	labs     = prefixes("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
	metadata = prefixes("100.100.100.200/32", "fd00:ec2::254/128", "fd20:ce::254/128")
)

func prefixes(all ...string) (out []netip.Prefix) {
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func among(a netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// May tells whether requests go to an address: to public ones, and when private ones are allowed to this machine and its networks.
func May(a netip.Addr, private bool) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if !a.IsValid() || among(a, metadata) {
		return false
	}
	if private && among(a, labs) {
		return true
	}
	return !among(a, special) && (a.Is4() || global.Contains(a))
}

var errAddress = errors.New("an address we do not go to")

// control is asked by the dialer for each address, with names already resolved, before a packet leaves.
func control(private bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return errAddress
		}
		if !May(a.Addr(), private) || !private && a.Port() != 80 && a.Port() != 443 {
			return errAddress
		}
		return nil
	}
}
