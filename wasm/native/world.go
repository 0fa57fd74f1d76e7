//go:build !js

// Package native is what wasm/swarm stands on without a browser: WebRTC by pion, for benches and tests.
package native

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shoal/shared/announce"
	"shoal/shared/api"
	"shoal/wasm/player"
	"shoal/wasm/swarm"
)

// Host is one viewer's machine. Make it with New.
type Host struct {
	URL    string // of the platform
	Uplink *Uplink
	// Outside lets connections use other networks than the loopback; set before World.
	Outside bool

	clock  Clock
	client *http.Client
	local  net.IP
	ctx    context.Context

	// Served counts bytes of media that the server sent, when set.
	Served func(n int)
	// Spoil may change what is sent to others, when set.
	Spoil func(body []byte) []byte
	// Described hears of each session description that is made, when set, and Told what the tracker says.
	Described func(sdp string)
	Told      func(text []byte)
}

// New makes a machine that speaks from a local address; ctx ends what it fetches.
func New(ctx context.Context, url string, local net.IP, c Clock, up *Uplink) *Host {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: local}}
	h := &Host{URL: url, Uplink: up, clock: c, local: local, ctx: ctx}
	h.client = &http.Client{Transport: &http.Transport{DialContext: from.DialContext, MaxIdleConnsPerHost: 4, DisableCompression: true}}
	return h
}

// World is what a swarm of this machine stands on.
func (h *Host) World() swarm.World {
	return swarm.World{
		Server: h, Clock: h.clock, Memory: memory{}, Dialer: newDialer(h), Sockets: sockets{h},
		Random: func(b []byte) { _, _ = rand.Read(b) }, Peering: h.peering, File: h.file,
	}
}

// Clock is time, faster than the real one by a factor.
type Clock struct {
	Start time.Time
	Pace  float64
}

// Now is the time since the start.
func (c Clock) Now() time.Duration { return time.Duration(float64(time.Since(c.Start)) * c.Pace) }

// After calls f in d of this clock's time.
func (c Clock) After(d time.Duration, f func()) (stop func()) {
	t := time.AfterFunc(time.Duration(float64(d)/c.Pace), f)
	return func() { t.Stop() }
}

// Soon calls f from elsewhere.
func (c Clock) Soon(f func()) { go f() }

// Bytes are media in Go.
type Bytes []byte

// Len is their number.
func (b Bytes) Len() int { return len(b) }

// Slice is a part.
func (b Bytes) Slice(from, to int) player.Chunk { return b[from:to:to] }

type memory struct{}

func (memory) Read(to []byte, c player.Chunk, from int) { copy(to, c.(Bytes)[from:]) }

func (memory) Join(list []player.Chunk) player.Chunk {
	n := 0
	for _, c := range list {
		n += c.Len()
	}
	all := make(Bytes, 0, n)
	for _, c := range list {
		all = append(all, c.(Bytes)...)
	}
	return all
}

func (memory) Hash(c player.Chunk, done func([20]byte)) {
	go func() { done(sha1.Sum(c.(Bytes))) }()
}

func (h *Host) get(ctx context.Context, address, span string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if span != "" {
		r.Header.Set("Range", span)
	}
	answer, err := h.client.Do(r)
	if err != nil {
		return nil, player.ErrNetwork
	}
	if answer.StatusCode >= 300 {
		answer.Body.Close()
		return nil, player.StatusError(answer.StatusCode)
	}
	return answer, nil
}

// Fetch brings a stretch of a file from the server.
func (h *Host) Fetch(p player.Piece, to player.Sink) (cancel func()) {
	ctx, cancel := context.WithCancel(h.ctx)
	go func() {
		err := h.stream(ctx, p, to)
		if ctx.Err() == nil {
			to.End(err)
		}
		cancel()
	}()
	return cancel
}

func (h *Host) stream(ctx context.Context, p player.Piece, to player.Sink) error {
	span := "bytes=" + strconv.FormatInt(p.Range.Offset, 10) + "-" + strconv.FormatInt(p.Range.End()-1, 10)
	answer, err := h.get(ctx, p.File, span)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	for left := p.Range.Size; left > 0; {
		b := make([]byte, min(left, 32<<10))
		n, err := io.ReadFull(answer.Body, b)
		if n > 0 && ctx.Err() == nil {
			left -= int64(n)
			if h.Served != nil {
				h.Served(n)
			}
			to.Data(Bytes(b[:n]), player.Server)
		}
		if err != nil {
			return player.ErrNetwork
		}
	}
	return nil
}

// Text fetches a playlist.
func (h *Host) Text(address string, done func(string, error)) (cancel func()) {
	return h.file(address, func(b []byte, err error) { done(string(b), err) })
}

func (h *Host) file(address string, done func([]byte, error)) (cancel func()) {
	ctx, cancel := context.WithCancel(h.ctx)
	go func() {
		defer cancel()
		answer, err := h.get(ctx, address, "")
		var b []byte
		if err == nil {
			b, err = io.ReadAll(io.LimitReader(answer.Body, 64<<20))
			answer.Body.Close()
		}
		if ctx.Err() == nil {
			done(b, err)
		}
	}()
	return cancel
}

func (h *Host) peering(uuid string, done func(swarm.Peering, error)) (cancel func()) {
	return h.file(h.URL+"/api/v1/videos/"+uuid+"/peering", func(b []byte, err error) {
		var p api.Peering
		if err == nil {
			err = json.Unmarshal(b, &p)
		}
		out := swarm.Peering{Tracker: p.Tracker, STUN: p.STUN, Peers: p.Peers, Upload: p.Upload}
		out.Seconds = time.Until(p.Expires.Time).Seconds() * h.clock.Pace
		for _, f := range p.Files {
			if strings.HasPrefix(f.Torrent, "/") {
				f.Torrent = h.URL + f.Torrent
			}
			if hash, ok := swarm.ParseHash(f.Infohash); ok {
				out.Files = append(out.Files, swarm.PeeringFile{Infohash: announce.ID(hash), Torrent: f.Torrent})
			}
		}
		done(out, err)
	})
}
