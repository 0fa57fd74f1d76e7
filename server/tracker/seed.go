package tracker

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"shoal/shared/announce"
	"shoal/shared/torrent"
)

// Seed is the server's own peer, which has every file that may be shared. Our own players need no such peer, since they load from the server by
// HTTP; it is for other clients, which get it for an offer that no viewer is near enough for.
type Seed interface {
	Answer(ctx context.Context, h torrent.Infohash, offer string) (sdp string, err error)
	Reach() []netip.AddrPort // over TCP and uTP
}

const (
	seedTime = 10 * time.Second // for an answer
	seedMost = 16               // answers at once
)

// seeding is the server's own peer as the tracker sees it.
type seeding struct {
	id  announce.ID
	now atomic.Int32
}

// seedID is the peer id under which the server's peer answers.
func seedID() (id announce.ID) {
	r := random()
	copy(id[:], "-SHSEED-")
	const letters = "abcdefghijklmnopqrstuvwxyz012345"
	for i := 8; i < len(id); i++ {
		id[i] = letters[r[i]%32]
	}
	return id
}

// seed lets the server's peer answer an offer, without holding up anybody.
func (t *Tracker) seed(s *socket, hash announce.ID, o announce.Offer) {
	if t.seeding.now.Add(1) > seedMost {
		t.seeding.now.Add(-1)
		return
	}
	sdp := announce.SDP(o.Description)
	go func() {
		defer t.seeding.now.Add(-1)
		ctx, cancel := context.WithTimeout(context.Background(), seedTime)
		defer cancel()
		answer, err := t.Seed.Answer(ctx, torrent.Infohash(hash), sdp)
		if err != nil {
			return // busy, or a file that it does not seed: the offer stays unanswered, as many do
		}
		s.say(&announce.Message{
			Kind: announce.Answer, Infohash: hash, PeerID: t.seeding.id, OfferID: o.ID, Description: announce.Description("answer", answer),
		})
	}()
}
