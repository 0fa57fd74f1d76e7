package instance

import (
	"net"
	"regexp"
	"strconv"

	"shoal/server/fail"
	"shoal/shared/api"
)

// Peering is how viewers may share with each other. Limits of one place (IPv4 /24, IPv6 /48) hold for ten minutes and for
// viewers with our page's token; others get a quarter of them.
type Peering struct {
	Enabled   bool     `json:"enabled"`   // off: nobody shares, and open players stop
	Silence   string   `json:"silence"`   // what no answer to the notice means: one of api's Silence constants
	PerAnswer int      `json:"perAnswer"` // others that one announce reaches
	Peers     int      `json:"peers"`     // connections a player keeps at most
	Upload    int64    `json:"upload"`    // ceiling of a player in bits per second, 0 for none
	Threshold int      `json:"threshold"` // viewers a video must have before any of them meet, 0 for any
	Joins     int      `json:"joins"`     // of one place: viewers that join a swarm
	Offers    int      `json:"offers"`    // of one place: offers passed on
	STUN      []string `json:"stun"`      // stun:host:port, at most 5
}

func defaultPeering() Peering {
	return Peering{Enabled: true, Silence: api.SilenceShares, PerAnswer: 10, Peers: 10, Upload: 2_000_000, Joins: 200, Offers: 3000, STUN: []string{}}
}

// Bounds of the settings.
const (
	mostPerAnswer = 20
	mostPeers     = 50
	mostSTUN      = 5
)

func (p *Peering) check() error {
	switch {
	case p.Silence != api.SilenceShares && p.Silence != api.SilenceAsks && p.Silence != api.SilenceRefuses:
		return fail.Field("silence", "Silence means on, ask or off.")
	case p.PerAnswer < 1 || p.PerAnswer > mostPerAnswer:
		return fail.Field("perAnswer", "One announce reaches 1 to %d others.", mostPerAnswer)
	case p.Peers < 1 || p.Peers > mostPeers:
		return fail.Field("peers", "A player keeps 1 to %d connections.", mostPeers)
	case p.Upload < 0:
		return fail.Field("upload", "The ceiling is a number of bits per second, or 0 for none.")
	case p.Threshold < 0 || p.Threshold > 1000:
		return fail.Field("threshold", "The threshold is 0 to 1000 viewers.")
	case p.Joins < 4 || p.Joins > 1_000_000:
		return fail.Field("joins", "A place may join 4 to 1000000 times.")
	case p.Offers < 4 || p.Offers > 10_000_000:
		return fail.Field("offers", "A place may send 4 to 10000000 offers.")
	case len(p.STUN) > mostSTUN:
		return fail.Field("stun", "There can be %d STUN servers at most.", mostSTUN)
	}
	for _, s := range p.STUN {
		if !stunAddress(s) {
			return fail.Field("stun", "%q is not an address like stun:stun.example.org:3478.", s)
		}
	}
	return nil
}

var stunForm = regexp.MustCompile(`^stuns?:([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(?::([0-9]{1,5}))?$`)

// stunAddress tells whether s is a STUN address as RFC 7064 writes it.
func stunAddress(s string) bool {
	m := stunForm.FindStringSubmatch(s)
	if m == nil || len(s) > 255 {
		return false
	}
	if m[1][0] == '[' && net.ParseIP(m[1][1:len(m[1])-1]) == nil {
		return false
	}
	port, err := strconv.Atoi(m[2])
	return m[2] == "" || err == nil && port > 0 && port <= 65535
}
