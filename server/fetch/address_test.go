package fetch_test

import (
	"net/netip"
	"testing"

	"shoal/server/fetch"
)

func TestWhereRequestsMayGo(t *testing.T) {
	for s, want := range map[string][2]bool{ // in the open, with private addresses allowed
		"93.184.216.34":          {true, true},
		"2606:2800:220:1::1":     {true, true},
		"127.0.0.1":              {false, true},
		"127.255.255.254":        {false, true},
		"::1":                    {false, true},
		"::ffff:127.0.0.1":       {false, true},
		"10.1.2.3":               {false, true},
		"172.16.0.1":             {false, true},
		"172.32.0.1":             {true, true},
		"192.168.1.1":            {false, true},
		"100.64.0.1":             {false, true},
		"fd12::1":                {false, true},
		"0.0.0.0":                {false, false},
		"::":                     {false, false},
		"169.254.169.254":        {false, false},
		"::ffff:169.254.169.254": {false, false},
		"fd00:ec2::254":          {false, false},
		"100.100.100.200":        {false, false},
		"fe80::1":                {false, false},
		"fe80::1%eth0":           {false, false},
		"2606:2800::1%eth0":      {false, false},
		"fec0::1":                {false, false},
		"ff02::1":                {false, false},
		"224.0.0.1":              {false, false},
		"255.255.255.255":        {false, false},
		"240.0.0.1":              {false, false},
		"192.0.0.8":              {false, false},
		"192.0.2.1":              {false, false},
		"198.18.0.1":             {false, false},
		"198.51.100.1":           {false, false},
		"203.0.113.1":            {false, false},
		"192.88.99.1":            {false, false},
		"64:ff9b::7f00:1":        {false, false},
		"64:ff9b:1::7f00:1":      {false, false},
		"2002:7f00:1::":          {false, false},
		"2001::1":                {false, false},
		"2001:db8::1":            {false, false},
		"3fff::1":                {false, false},
		"::127.0.0.1":            {false, false},
		"100::1":                 {false, false},
		"5f00::1":                {false, false},
	} {
		a := netip.MustParseAddr(s)
		if got := [2]bool{fetch.May(a, false), fetch.May(a, true)}; got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
	if fetch.May(netip.Addr{}, true) {
		t.Error("no address at all")
	}
}

func FuzzMay(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add(netip.MustParseAddr("64:ff9b::a00:1").AsSlice())
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if ok && fetch.May(a, false) && (!a.Unmap().IsGlobalUnicast() || a.Unmap().IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()) {
			t.Error(a)
		}
	})
}
