package api

import (
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

// Playback is what players report of themselves, summed up. It names nobody and no video.
type Playback struct {
	Reports     [2]atomic.Int64 // without and with sharing
	Stalls      [2]atomic.Int64 // likewise
	Errors      atomic.Int64
	FromViewers atomic.Int64 // bytes
	FromServer  atomic.Int64 // bytes
	ToViewers   atomic.Int64 // bytes
	Unlikely    atomic.Int64 // reports that were not counted

	mu     sync.Mutex
	window int64
	places map[string]float64 // bytes reported from each place in this minute
}

// Bounds of what is believed.
const (
	mostPeers     = 1000
	mostCount     = 10_000       // stalls, errors, changes of level in one report
	mostBytes     = 1e13         // in one report; more is no number of bytes
	bytesAMinute  = 60 * 1e9 / 8 // of one place: a gigabit per second
	timesDownload = 1.5          // of all renditions together that one report may have loaded
	timesUpload   = 20           // of all renditions together that one report may have sent
)

// playbackMetric counts what a player tells. What cannot be is refused; what is unlikely is answered but not counted, since a
// player must not be troubled by figures.
func (s *Server) playbackMetric(w http.ResponseWriter, r *http.Request) error {
	var in api.PlaybackMetric
	if err := read(w, r, &in); err != nil {
		return err
	}
	if err := checkMetric(&in); err != nil {
		return err
	}
	ref, err := namedVideo(in.VideoID)
	if err != nil {
		return err
	}
	a, err := video.Open(r.Context(), s.Pool, ref, s.visit(r))
	if err != nil {
		return err
	}
	size, err := video.FilesSize(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	s.Playback.count(&in, account.Place(r), float64(size), time.Now())
	return done(w, nil)
}

// checkMetric refuses what is no report (as PeerTube's own server does).
func checkMetric(in *api.PlaybackMetric) error {
	if in.PlayerMode != "p2p-media-loader" && in.PlayerMode != "web-video" && in.PlayerMode != "webtorrent" {
		return fail.Field("playerMode", "Should be p2p-media-loader or web-video.")
	}
	if in.P2PEnabled == nil {
		return fail.Field("p2pEnabled", "Should say whether the player shares.")
	}
	for _, f := range []struct {
		name   string
		value  *float64
		needed bool
		most   float64
	}{
		{"resolution", in.Resolution, false, 1e5},
		{"fps", in.FPS, false, 1e4},
		{"p2pPeers", in.P2PPeers, false, math.MaxInt32},
		{"resolutionChanges", in.ResolutionChanges, true, math.MaxInt32},
		{"bufferStalled", in.BufferStalled, false, math.MaxInt32},
		{"errors", in.Errors, true, math.MaxInt32},
		{"downloadedBytesP2P", in.FromViewers, true, mostBytes},
		{"downloadedBytesHTTP", in.FromServer, true, mostBytes},
		{"uploadedBytesP2P", in.ToViewers, true, mostBytes},
	} {
		switch {
		case f.value == nil && f.needed:
			return fail.Field(f.name, "Should be given.")
		case f.value != nil && !(*f.value >= 0 && *f.value <= f.most):
			return fail.Field(f.name, "Should be a number from 0.")
		}
	}
	return nil
}

// namedVideo reads the id of a body: a number, or a text as in addresses.
func namedVideo(id any) (video.Ref, error) {
	if n, ok := id.(float64); ok && n >= 1 && n < 1<<53 {
		return video.ByNumber(int64(n)), nil
	}
	if s, ok := id.(string); ok {
		if ref, err := video.ParseRef(s); err == nil {
			return ref, nil
		}
	}
	return video.Ref{}, fail.Field("videoId", "Should have a valid video id (id, short UUID or UUID)")
}

// count adds a report, if it can be true: nobody shares with sharing off, loads a video more than once in a few seconds, or has
// a line faster than a gigabit.
func (p *Playback) count(in *api.PlaybackMetric, place string, size float64, now time.Time) {
	shares := 0
	if *in.P2PEnabled {
		shares = 1
	}
	shared := *in.FromViewers + *in.ToViewers
	switch {
	case shares == 0 && shared > 0, told(in.P2PPeers) > mostPeers, told(in.BufferStalled) > mostCount, *in.Errors > mostCount,
		*in.FromViewers+*in.FromServer > size*timesDownload, *in.ToViewers > size*timesUpload,
		!p.fits(place, shared+*in.FromServer, now):
		p.Unlikely.Add(1)
		return
	}
	p.Reports[shares].Add(1)
	p.Stalls[shares].Add(int64(told(in.BufferStalled)))
	p.Errors.Add(int64(*in.Errors))
	p.FromViewers.Add(int64(*in.FromViewers))
	p.FromServer.Add(int64(*in.FromServer))
	p.ToViewers.Add(int64(*in.ToViewers))
}

func told(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}

// fits tells whether a place can have moved so much in this minute.
func (p *Playback) fits(place string, n float64, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := now.Unix() / 60; w != p.window || p.places == nil {
		p.window, p.places = w, map[string]float64{}
	}
	if p.places[place]+n > bytesAMinute {
		return false
	}
	p.places[place] += n
	return true
}
