package seed

import "net/netip"

// inner are networks that netip counts as global, and that strangers have no business in or that lead back inside:
// shared address space, protocol assignments, benchmarks, documentation, reserved, NAT64, Teredo, 6to4 and site-local
// (the special-purpose registries of RFC 6890).
var inner = func() (list []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// public tells whether an address belongs to the open internet, so that talking to it reaches nothing of ours.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, n := range inner {
		if n.Contains(a) {
			return false
		}
	}
	return true
}
