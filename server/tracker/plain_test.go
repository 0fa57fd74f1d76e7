package tracker

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"

	"github.com/anacrolix/torrent/bencode"

	"shoal/server/instance"
	"shoal/shared/announce"
)

// plainReply is what an HTTP client reads.
type plainReply struct {
	Failure    string `bencode:"failure reason"`
	Complete   int    `bencode:"complete"`
	Incomplete int    `bencode:"incomplete"`
	Interval   int    `bencode:"interval"`
	Min        int    `bencode:"min interval"`
	Peers      []byte `bencode:"peers"`
	Peers6     []byte `bencode:"peers6"`
}

// addresses are the peers told.
func (p plainReply) addresses() (all []netip.AddrPort) {
	for b := p.Peers; len(b) >= 6; b = b[6:] {
		all = append(all, netip.AddrPortFrom(netip.AddrFrom4([4]byte(b)), binary.BigEndian.Uint16(b[4:])))
	}
	for b := p.Peers6; len(b) >= 18; b = b[18:] {
		all = append(all, netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)), binary.BigEndian.Uint16(b[16:])))
	}
	return all
}

// plainly asks over HTTP from an address.
func (g *rig) ask(from, path string, q url.Values, into any) {
	g.t.Helper()
	r := httptest.NewRequest("GET", path+"?"+q.Encode(), nil)
	r.RemoteAddr = from
	r.Header.Set("X-Forwarded-For", "198.51.100.200")
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		g.t.Fatalf("status %d", w.Code)
	}
	if err := bencode.Unmarshal(w.Body.Bytes(), into); err != nil {
		g.t.Fatalf("%v: %q", err, w.Body)
	}
}

func (g *rig) plainAnnounces(from string, change url.Values) (p plainReply) {
	g.t.Helper()
	q := url.Values{"info_hash": {string(ducks[:])}, "peer_id": {"-XX0001-" + fmt.Sprintf("%012d", len(from))}, "port": {"6881"}, "left": {"1"}, "compact": {"1"}}
	for k, v := range change {
		q[k] = v
	}
	g.ask(from, announcePath, q, &p)
	return p
}

func TestHTTPClientsHearOfEachOther(t *testing.T) {
	g := newRig(t)
	if p := g.plainAnnounces("192.0.2.1:5000", nil); p.Incomplete != 1 || len(p.addresses()) != 0 || p.Interval != plainSeconds || p.Min != plainMinimum {
		t.Errorf("got %+v", p)
	}
	p := g.plainAnnounces("[2001:db8::7]:5000", url.Values{"left": {"0"}, "ip": {"198.51.100.9"}, "port": {"1"}})
	if p.Complete != 1 || p.Incomplete != 1 || len(p.addresses()) != 1 || p.addresses()[0] != netip.MustParseAddrPort("192.0.2.1:6881") {
		t.Errorf("got %+v, %v", p, p.addresses())
	}
	if p := g.plainAnnounces("192.0.2.1:5001", nil); len(p.addresses()) != 1 || p.addresses()[0] != netip.MustParseAddrPort("[2001:db8::7]:1") {
		t.Errorf("got %v", p.addresses())
	}
	if p := g.plainAnnounces("198.51.100.1:1", url.Values{"left": {"0"}}); len(p.addresses()) != 1 {
		t.Errorf("a seed hears of seeds: %v", p.addresses())
	}
	if p := g.plainAnnounces("192.0.2.1:5001", url.Values{"numwant": {"0"}}); len(p.addresses()) != 0 {
		t.Errorf("got %v", p.addresses())
	}
	g.plainAnnounces("192.0.2.99:5001", url.Values{"event": {"stopped"}}) // says the same id from elsewhere
	if p := g.plainAnnounces("192.0.2.1:5001", url.Values{"event": {"completed"}, "left": {"0"}}); p.Complete != 3 || p.Incomplete != 0 {
		t.Errorf("got %+v", p)
	}
	var s struct {
		Files map[string]map[string]int `bencode:"files"`
	}
	g.ask("192.0.2.1:1", scrapePath, url.Values{"info_hash": {string(ducks[:]), "short"}}, &s)
	if c := s.Files[string(ducks[:])]; c["complete"] != 3 || c["downloaded"] != 1 || len(s.Files) != 1 {
		t.Errorf("got %v", s)
	}
	g.plainAnnounces("192.0.2.1:5001", url.Values{"event": {"stopped"}})
	if g.Peers() != 2 {
		t.Errorf("%d peers", g.Peers())
	}
}

func TestHTTPRefusals(t *testing.T) {
	g := newRig(t)
	other := hashOf(9)
	for name, change := range map[string]url.Values{
		"no infohash": {"info_hash": nil}, "a short infohash": {"info_hash": {"x"}}, "no id": {"peer_id": nil}, "a long id": {"peer_id": {"123456789012345678901"}},
		"no port": {"port": nil}, "port 0": {"port": {"0"}}, "a large port": {"port": {"65536"}}, "an unknown infohash": {"info_hash": {string(other[:])}},
	} {
		if p := g.plainAnnounces("192.0.2.1:1", change); p.Failure == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if g.Swarms() != 0 {
		t.Errorf("%d swarms", g.Swarms())
	}
	var p plainReply
	for _, q := range []url.Values{{}, {"info_hash": make([]string, announce.MaxHashes+1)}} {
		if g.ask("192.0.2.1:1", scrapePath, q, &p); p.Failure == "" {
			t.Errorf("a scrape of all: %+v", p)
		}
	}
	g.change(func(p *instance.Peering) { p.Enabled = false })
	if p := g.plainAnnounces("192.0.2.1:1", nil); p.Failure != announce.FailureOff {
		t.Errorf("got %+v", p)
	}
	if g.ask("192.0.2.1:1", scrapePath, url.Values{"info_hash": {string(ducks[:])}}, &p); p.Failure != announce.FailureOff {
		t.Errorf("got %+v", p)
	}
}

func TestAnHTTPSpyLearnsFew(t *testing.T) {
	g := newRig(t)
	for i := range 1000 {
		g.plainAnnounces(fmt.Sprintf("10.%d.%d.1:1", i>>8, i&255), nil)
	}
	learned := map[netip.AddrPort]bool{}
	for i := range 300 {
		p := g.plainAnnounces(fmt.Sprintf("192.0.2.%d:1", i%250), url.Values{"peer_id": {fmt.Sprintf("-XX0001-%012d", i)}, "numwant": {"200"}})
		if len(p.addresses()) > announce.MaxOffers {
			t.Fatalf("%d in one answer", len(p.addresses()))
		}
		for _, a := range p.addresses() {
			if a.Addr().As4()[0] == 10 {
				learned[a] = true
			}
		}
	}
	if len(learned) > 36 {
		t.Errorf("learned %d of 1000", len(learned))
	}
	if n := g.Peers(); n > 1000+instance.Default().Peering.Joins/untrusted {
		t.Errorf("%d peers", n)
	}
}

func TestHTTPClientsAreForgotten(t *testing.T) {
	g := newRig(t)
	g.plainAnnounces("192.0.2.1:1", nil)
	g.clock.Add(int64(plainLife.Seconds()) + 1)
	g.sweep(t.Context())
	if g.Swarms() != 0 {
		t.Errorf("%d swarms", g.Swarms())
	}
}
