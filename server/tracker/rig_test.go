package tracker

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"shoal/server/instance"
	machine "shoal/server/rig"
	"shoal/shared/announce"
)

const patience = 60 * time.Second // for what should come at once

// rig is a tracker that is served, with a clock and rules in the test's hand.
type rig struct {
	*Tracker
	t     testing.TB
	url   string // ws://127.0.0.1:port
	mu    sync.Mutex
	rules instance.Peering
	files map[announce.ID]int64
	asked atomic.Int64 // infohashes that were asked for
	every atomic.Bool  // any infohash is ours
	clock atomic.Int64 // Unix seconds
}

var ducks = hashOf(1)

// hashOf is the infohash number n.
func hashOf(n int) (h announce.ID) {
	binary.BigEndian.PutUint64(h[:], uint64(n))
	return h
}

func newRig(t testing.TB, change ...func(*instance.Peering)) *rig {
	t.Helper()
	g := &rig{t: t, rules: instance.Default().Peering, files: map[announce.ID]int64{ducks: 1}}
	for _, c := range change {
		c(&g.rules)
	}
	g.clock.Store(1_800_000_000 - 1_800_000_000%hourSeconds + 2*overlap) // no turn of the hour unless the test wants one
	g.Tracker = &Tracker{
		Policy: func(context.Context, bool) (instance.Peering, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.rules, nil
		},
		Ours: func(_ context.Context, hashes []announce.ID) (map[announce.ID]int64, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.asked.Add(int64(len(hashes)))
			if g.every.Load() {
				for _, h := range hashes {
					g.files[h] = 1
				}
			}
			return maps.Clone(g.files), nil
		},
		Secret: func(context.Context) ([]byte, error) { return []byte("a secret"), nil },
		Log:    slog.New(slog.NewTextHandler(failing{t}, nil)),
		Now:    func() time.Time { return time.Unix(g.clock.Load(), 0) },
	}
	g.prepare()
	h := httptest.NewServer(g.Tracker)
	g.url = "ws" + strings.TrimPrefix(h.URL, "http")
	t.Cleanup(func() {
		for _, s := range g.all() {
			s.cut()
		}
		g.open.Wait()
		h.Close()
	})
	return g
}

// failing is a log in which nothing may be written.
type failing struct{ t testing.TB }

func (f failing) Write(b []byte) (int, error) {
	f.t.Errorf("logged: %s", b)
	return len(b), nil
}

func (g *rig) change(f func(*instance.Peering)) {
	g.mu.Lock()
	f(&g.rules)
	g.mu.Unlock()
	g.apply(context.Background(), true)
}

// viewer is a client on a connection of its own.
type viewer struct {
	*websocket.Conn
	g  *rig
	id announce.ID
	in chan []byte
	// code of the close that ended it; valid once in is closed
	code int
}

// from dials from an address of this machine, 127.x.y.z, so that each 127.x.y is a place of its own.
func (g *rig) from(address string, header http.Header) (*viewer, *http.Response, error) {
	d := websocket.Dialer{HandshakeTimeout: patience}
	if address != "" {
		d.NetDial = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(strings.Split(address, "?")[0])}}).Dial
	}
	_, query, _ := strings.Cut(address, "?")
	ws, w, err := d.Dial(g.url+announce.Path+"?"+query, header)
	if err != nil {
		return nil, w, err
	}
	v := &viewer{Conn: ws, g: g, in: make(chan []byte, 1000)}
	for i := range v.id {
		v.id[i] = byte(rand.Uint32())
	}
	go func() {
		defer close(v.in)
		for {
			_, b, err := ws.ReadMessage()
			if c, ok := err.(*websocket.CloseError); ok {
				v.code = c.Code
			}
			if err != nil {
				return
			}
			v.in <- b
		}
	}()
	g.t.Cleanup(func() { _ = ws.Close() })
	return v, w, nil
}

// join dials and announces itself to a swarm.
func (g *rig) join(address string, hash announce.ID) *viewer {
	g.t.Helper()
	v := g.dial(address)
	v.announce(hash, announce.Started, 0)
	if m := v.next(); m.Kind != announce.Reply {
		g.t.Fatalf("got %+v", m)
	}
	return v
}

func (g *rig) dial(address string) *viewer {
	g.t.Helper()
	v, _, err := g.from(address, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return v
}

func (v *viewer) raw(text string) {
	v.g.t.Helper()
	if err := v.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		v.g.t.Fatal(err)
	}
}

func (v *viewer) send(r announce.Request) { v.g.t.Helper(); v.raw(string(r.Append(nil))) }

func (v *viewer) announce(hash announce.ID, event string, offers int) {
	v.g.t.Helper()
	r := announce.Request{Kind: announce.Announce, Infohash: hash, PeerID: v.id, Event: event, Left: 1}
	for range offers {
		var o announce.Offer
		binary.BigEndian.PutUint64(o.ID[:], rand.Uint64())
		o.Description = announce.Description("offer", name(v.id))
		r.Offers = append(r.Offers, o)
	}
	v.send(r)
}

func (v *viewer) answer(m announce.Message) {
	v.g.t.Helper()
	v.send(announce.Request{
		Kind: announce.Answer, Infohash: m.Infohash, PeerID: v.id, To: m.PeerID, OfferID: m.OfferID, Answer: announce.Description("answer", "yes"),
	})
}

// next is the next message.
func (v *viewer) next() (m announce.Message) {
	v.g.t.Helper()
	b := v.nextRaw()
	if err := m.Parse(b); err != nil {
		v.g.t.Fatalf("%v: %s", err, b)
	}
	return m
}

func (v *viewer) nextRaw() []byte {
	v.g.t.Helper()
	select {
	case b, ok := <-v.in:
		if !ok {
			v.g.t.Fatalf("the connection was closed with %d", v.code)
		}
		return b
	case <-time.After(patience):
		v.g.t.Fatal("nothing came")
	}
	return nil
}

// heard is what came until now. Everything that v sent before was dealt with, and what others caused before arrives as well.
func (v *viewer) heard() (all []announce.Message) {
	v.g.t.Helper()
	v.send(announce.Request{Kind: announce.Scrape, Hashes: []announce.ID{{9}}})
	for {
		b := v.nextRaw()
		if strings.HasPrefix(string(b), `{"action":"scrape"`) {
			return all
		}
		var m announce.Message
		if err := m.Parse(b); err != nil {
			v.g.t.Fatalf("%v: %s", err, b)
		}
		all = append(all, m)
	}
}

// offers are those that came until now.
func (v *viewer) offers() (all []announce.Message) {
	v.g.t.Helper()
	for _, m := range v.heard() {
		if m.Kind == announce.Offered {
			all = append(all, m)
		}
	}
	return all
}

// ended waits for the end of the connection and gives its code.
func (v *viewer) ended() int {
	v.g.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, ok := <-v.in:
			if !ok {
				return v.code
			}
		case <-deadline:
			v.g.t.Fatal("the connection stays open")
		}
	}
}

// until waits for a condition that nothing signals.
func (g *rig) until(what string, ok func() bool) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), patience)
	defer cancel()
	if err := machine.Until(ctx, what, func() (bool, error) { return ok(), nil }); err != nil {
		g.t.Fatal(err)
	}
}

// name stands in an offer's description for who made it.
func name(id announce.ID) string { return hex.EncodeToString(id[:4]) }
