package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"shoal/shared/announce"
)

// viewer is a client of the tracker that answers every offer.
type viewer struct {
	ws      *websocket.Conn
	swarm   announce.ID
	id      announce.ID
	of      *crowd
	writing sync.Mutex
	replies chan struct{}
	mu      sync.Mutex
	met     map[announce.ID]bool // whose offers or answers came
}

// crowd is many viewers and what passed between them.
type crowd struct {
	viewers []*viewer
	sent    atomic.Int64 // answers written
	got     atomic.Int64 // answers heard
	offered atomic.Int64 // offers heard
}

// home is the address of viewer n: a network of its own.
func home(n int) string { return fmt.Sprintf("127.%d.%d.1", 1+n>>8, n&255) }

// sdp is as long as what a browser with two networks and a STUN server offers.
var sdp = strings.Repeat("a=candidate:1 1 udp 2113937151 2f1c0a7e-8a44-4a0c-9d4b-d6b1f1b6a9a1.local 50000 typ host\r\n", 10)

var (
	anOffer  = announce.Description("offer", sdp)
	anAnswer = announce.Description("answer", sdp)
)

func (c *crowd) dial(ctx context.Context, s *server, from string) (*viewer, error) {
	address, err := s.address(ctx, from)
	if err != nil {
		return nil, err
	}
	d := websocket.Dialer{HandshakeTimeout: 20 * time.Second, ReadBufferSize: 2048, WriteBufferSize: 2048}
	d.NetDialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext
	ws, _, err := d.DialContext(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	v := &viewer{ws: ws, swarm: s.hash, of: c, replies: make(chan struct{}, 100), met: map[announce.ID]bool{}}
	for i := range v.id {
		v.id[i] = 'a' + byte(rand.IntN(26))
	}
	go v.read()
	return v, nil
}

// gather dials n viewers, and has none announce.
func gather(ctx context.Context, s *server, n int) (*crowd, error) {
	c := &crowd{viewers: make([]*viewer, n)}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i := range n {
		g.Go(func() (err error) {
			c.viewers[i], err = c.dial(ctx, s, home(i))
			return err
		})
	}
	return c, g.Wait()
}

func (c *crowd) close() {
	for _, v := range c.viewers {
		if v != nil {
			_ = v.ws.Close()
		}
	}
}

func (v *viewer) send(r *announce.Request) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	return v.ws.WriteMessage(websocket.TextMessage, r.Append(nil))
}

// announce tells the tracker, with the usual offers, and waits for its word.
func (v *viewer) announce(ctx context.Context, event string) error {
	return v.announceSome(ctx, event, offersEach)
}

func (v *viewer) announceSome(ctx context.Context, event string, offers int) error {
	r := announce.Request{Kind: announce.Announce, Infohash: v.swarm, PeerID: v.id, Event: event, Left: 1}
	for range offers {
		o := announce.Offer{Description: anOffer}
		binary.BigEndian.PutUint64(o.ID[:], rand.Uint64())
		binary.BigEndian.PutUint64(o.ID[8:], rand.Uint64())
		r.Offers = append(r.Offers, o)
	}
	if err := v.send(&r); err != nil {
		return err
	}
	select {
	case <-v.replies:
		return nil
	case <-time.After(20 * time.Second):
		return fmt.Errorf("no word of the tracker")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *viewer) read() {
	var m announce.Message
	for {
		_, b, err := v.ws.ReadMessage()
		if err != nil || m.Parse(b) != nil {
			return
		}
		switch m.Kind {
		case announce.Reply:
			v.replies <- struct{}{}
		case announce.Offered:
			v.of.offered.Add(1)
			v.meet(m.PeerID)
			v.of.sent.Add(1)
			_ = v.send(&announce.Request{Kind: announce.Answer, Infohash: v.swarm, PeerID: v.id, To: m.PeerID, OfferID: m.OfferID, Answer: anAnswer})
		case announce.Answer:
			v.meet(m.PeerID)
			v.of.got.Add(1)
		}
	}
}

func (v *viewer) meet(id announce.ID) {
	v.mu.Lock()
	v.met[id] = true
	v.mu.Unlock()
}

// quiet waits until every answer has arrived.
func (c *crowd) quiet(ctx context.Context) error {
	last, since := int64(-1), time.Now()
	for ctx.Err() == nil {
		if n := c.got.Load() + c.sent.Load(); n != last {
			last, since = n, time.Now()
		} else if time.Since(since) > 500*time.Millisecond {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}
