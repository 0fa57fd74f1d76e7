package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shoal/server/hub"
	"shoal/server/video"
	"shoal/shared/api"
)

// fakeTracker stands for the other surface: this one only asks it for tokens and figures.
type fakeTracker struct{}

func (fakeTracker) Token(*http.Request, int64) (string, time.Time, error) {
	return "a token", time.Unix(2e9, 0), nil
}
func (fakeTracker) Figures() api.PeeringNumbers { return api.PeeringNumbers{Swarms: 3} }

func TestAPlayerAsksBeforeItShares(t *testing.T) {
	f := newFilms(t)
	f.server.Tracker = fakeTracker{}
	v := f.add(video.Draft{}, api.Published)
	var p api.Peering
	w := f.get(path(v, "/peering"), "")
	w.into(200, &p)
	if !strings.HasPrefix(p.Tracker, "ws://") || !strings.HasSuffix(p.Tracker, "/tracker/socket?token=a+token") || p.Address != "127.0.0.1" || len(p.Files) != 2 ||
		p.STUN == nil || len(p.STUN) != 0 || p.Peers != 10 || p.Upload != 2_000_000 || p.Expires.IsZero() {
		t.Errorf("got %+v", p)
	}
	if got := w.header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("may be kept: %q", got)
	}
	for _, file := range p.Files {
		if len(file.Infohash) != 40 || !strings.HasPrefix(file.Torrent, "/lazy-static/torrents/") {
			t.Errorf("got %+v", file)
		}
	}
}

func TestWhatIsNotForEverybodyIsNeverShared(t *testing.T) {
	f := newFilms(t)
	f.server.Tracker = fakeTracker{}
	for name, d := range map[string]video.Draft{
		"private": {Privacy: api.Private}, "internal": {Privacy: api.Internal},
		"password": {Privacy: api.PasswordProtected, Passwords: []string{"a secret word"}},
	} {
		v := f.add(d, api.Published)
		f.get(path(v, "/peering"), f.as("ada")).refused(403, "peering_off")
		if w := f.get(path(v, "/peering"), ""); w.status != 401 && w.status != 403 {
			t.Errorf("%s: %d", name, w.status)
		}
		f.unshared(name, v)
	}
	draft := f.add(video.Draft{}, api.ToTranscode)
	f.get(path(draft, "/peering"), f.as("ada")).refused(403, "peering_off")
	f.unshared("a draft", draft)
	blocked := f.add(video.Draft{}, api.Published)
	if _, err := f.pool.Exec(context.Background(), `UPDATE video SET blocked = true WHERE id = $1`, blocked.ID); err != nil {
		t.Fatal(err)
	}
	f.get(path(blocked, "/peering"), f.as("ada")).refused(403, "peering_off")
	f.unshared("a blocked video", blocked)
	unlisted := f.add(video.Draft{Privacy: api.Unlisted}, api.Published)
	f.get(path(unlisted, "/peering"), "").into(200, nil)
}

// unshared checks that the tracker's question about the video's files is answered with no.
func (f *films) unshared(name string, v video.Video) {
	f.t.Helper()
	if n := f.shared(v); n != 0 {
		f.t.Errorf("%s: %d files may be shared", name, n)
	}
}

// shared is how many files of a video the tracker would take.
func (f *films) shared(v video.Video) int {
	f.t.Helper()
	files, err := video.Files(context.Background(), f.pool, v.ID)
	if err != nil || len(files) == 0 {
		f.t.Fatal(len(files), err)
	}
	var hashes [][20]byte
	for _, file := range files {
		hashes = append(hashes, [20]byte(file.Infohash))
	}
	found, err := video.SharedFiles(context.Background(), f.pool, hashes)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, id := range found {
		if id != v.ID {
			f.t.Errorf("the file is of %d, not %d", id, v.ID)
		}
	}
	return len(found)
}

func TestCreatorsSwitchSharingOff(t *testing.T) {
	f := newFilms(t)
	f.server.Tracker = fakeTracker{}
	v := f.add(video.Draft{}, api.Published)
	if f.shared(v) != 2 {
		t.Error("nothing is shared at first")
	}
	off, on := map[string]any{"p2pEnabled": false}, map[string]any{"p2pEnabled": true}
	f.send("PUT", path(v, ""), f.as("ben"), off).refused(403, "")
	f.send("PUT", path(v, ""), f.as("ada"), off).into(204, nil)
	f.get(path(v, "/peering"), "").refused(403, "peering_off")
	f.unshared("switched off", v)
	var d api.VideoDetails
	f.get(path(v, ""), "").into(200, &d)
	if d.P2PEnabled || !d.Channel.P2PEnabled {
		t.Errorf("video %v, channel %v", d.P2PEnabled, d.Channel.P2PEnabled)
	}
	f.send("PUT", path(v, ""), f.as("ada"), on).into(204, nil)
	channel := "/api/v1/video-channels/" + d.Channel.Name
	f.send("PUT", channel, f.as("ben"), off).refused(403, "")
	f.send("PUT", channel, f.as("ada"), off).into(204, nil)
	f.get(path(v, "/peering"), "").refused(403, "peering_off")
	f.unshared("a channel switched off", v)
	if f.get(path(v, "/page"), "").boot().P2P {
		t.Error("its player is told that it may share")
	}
	var c api.Channel
	f.get(channel, "").into(200, &c)
	if c.P2PEnabled {
		t.Error("the channel does not say so")
	}
	f.send("PUT", channel, f.as("ada"), map[string]any{"displayName": "Ducks"}).into(204, nil)
	f.unshared("a channel changed otherwise", v)
	f.send("PUT", channel, f.as("ada"), on).into(204, nil)
	if f.shared(v) != 2 {
		t.Error("it is not shared again")
	}
}

func TestTheAdminSaysHowViewersShare(t *testing.T) {
	f := newFilms(t)
	f.server.Tracker = fakeTracker{}
	v := f.add(video.Draft{}, api.Published)
	f.join("root", api.Administrator)
	root := f.signIn("root").AccessToken
	f.get("/api/v1/admin/peering", "").refused(401, "unauthorized_request")
	f.get("/api/v1/admin/peering", f.as("mod")).refused(403, "")
	f.send("PUT", "/api/v1/admin/peering", f.as("mod"), map[string]any{"enabled": false}).refused(403, "")

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nodes := hub.New(f.pool, slog.Default())
	heard, stop := nodes.Listen(hub.Nodes)
	defer stop()
	go func() { _ = nodes.Run(ctx) }()
	f.awaitListener()

	var p api.PeeringSettings
	f.send("PUT", "/api/v1/admin/peering", root, map[string]any{"stun": []string{"stun:a.example:3478"}, "peers": 7}).into(200, &p)
	f.get("/api/v1/admin/peering", root).into(200, &p)
	if !p.Enabled || p.Peers != 7 || len(p.STUN) != 1 || p.Silence != api.SilenceShares || p.PerAnswer != 10 {
		t.Errorf("got %+v", p)
	}
	select {
	case m := <-heard:
		if !strings.Contains(string(m), `"peering"`) {
			t.Errorf("nodes heard %s", m)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("other nodes heard nothing")
	}
	var peering api.Peering
	f.get(path(v, "/peering"), "").into(200, &peering)
	if peering.Peers != 7 || len(peering.STUN) != 1 {
		t.Errorf("got %+v", peering)
	}
	f.send("PUT", "/api/v1/admin/peering", root, map[string]any{"perAnswer": 21}).refused(400, "")
	f.send("PUT", "/api/v1/admin/peering", root, map[string]any{"stun": []string{"http://a.example"}}).refused(400, "")
	f.send("PUT", "/api/v1/admin/peering", root, map[string]any{"enabled": false}).into(200, nil)
	f.get(path(v, "/peering"), "").refused(403, "peering_off")
	var c api.Config
	f.get("/api/v1/config", "").into(200, &c)
	if c.Tracker.Enabled || len(c.WebRTC.StunServers) != 1 {
		t.Errorf("the configuration says %v, %v", c.Tracker, c.WebRTC)
	}
	var n api.PeeringNumbers
	f.get("/api/v1/admin/peering/numbers", f.as("mod")).into(200, &n)
	if n.Swarms != 3 {
		t.Errorf("got %+v", n)
	}
	f.get("/api/v1/admin/peering/numbers", f.as("ben")).refused(403, "")
}

func (f *films) awaitListener() {
	f.t.Helper()
	for n, end := 0, time.Now().Add(20*time.Second); n == 0; {
		err := f.pool.QueryRow(context.Background(),
			`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`).Scan(&n)
		if err != nil || time.Now().After(end) {
			f.t.Fatal("nobody listens", err)
		}
	}
}

// metric is a report as PeerTube's player sends it.
func metric(v video.Video, change map[string]any) map[string]any {
	m := map[string]any{
		"playerMode": "p2p-media-loader", "resolution": 720, "fps": 30, "p2pEnabled": true, "p2pPeers": 3, "resolutionChanges": 0,
		"bufferStalled": 1, "errors": 0, "downloadedBytesP2P": 3000, "downloadedBytesHTTP": 1000, "uploadedBytesP2P": 500, "videoId": v.UUID.String(),
	}
	for k, value := range change {
		if m[k] = value; value == nil {
			delete(m, k)
		}
	}
	return m
}

func TestPlayersReport(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published) // two files of 5000 bytes
	report := func(change map[string]any) reply {
		t.Helper()
		return f.send("POST", "/api/v1/metrics/playback", "", metric(v, change))
	}
	report(nil).into(204, nil)
	report(map[string]any{"videoId": v.ID, "p2pPeers": nil, "fps": nil, "resolution": nil, "bufferStalled": nil}).into(204, nil)
	report(map[string]any{"playerMode": "web-video", "p2pEnabled": false, "downloadedBytesP2P": 0, "uploadedBytesP2P": 0}).into(204, nil)
	p := &f.server.Playback
	counted := func() [4]int64 {
		return [4]int64{p.FromViewers.Load(), p.FromServer.Load(), p.ToViewers.Load(), p.Reports[0].Load() + p.Reports[1].Load()}
	}
	want := [4]int64{6000, 3000, 1000, 3}
	if counted() != want || p.Stalls[1].Load() != 1 || p.Stalls[0].Load() != 1 || p.Unlikely.Load() != 0 {
		t.Errorf("counted %v", counted())
	}
	unlikely := []map[string]any{
		{"p2pEnabled": false},
		{"p2pPeers": 5000},
		{"errors": 1e6},
		{"bufferStalled": 1e6},
		{"downloadedBytesP2P": 14_001},
		{"downloadedBytesHTTP": 15_000},
		{"uploadedBytesP2P": 200_001},
	}
	for _, change := range unlikely {
		report(change).into(204, nil)
	}
	if counted() != want || p.Unlikely.Load() != int64(len(unlikely)) {
		t.Errorf("counted %v, %d unlikely", counted(), p.Unlikely.Load())
	}
	for name, change := range map[string]map[string]any{
		"playerMode": {"playerMode": "flash"}, "p2pEnabled": {"p2pEnabled": nil}, "errors": {"errors": nil}, "resolutionChanges": {"resolutionChanges": -1},
		"downloadedBytesP2P": {"downloadedBytesP2P": -1}, "downloadedBytesHTTP": {"downloadedBytesHTTP": 1e14}, "uploadedBytesP2P": {"uploadedBytesP2P": "x"},
		"videoId": {"videoId": []int{1}}, "p2pPeers": {"p2pPeers": -3},
	} {
		if got := report(change).refused(400, ""); got.InvalidParams[name].Msg == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	report(map[string]any{"videoId": 999_999}).refused(404, "")
	hidden := f.add(video.Draft{Privacy: api.Private}, api.Published)
	f.send("POST", "/api/v1/metrics/playback", "", metric(hidden, nil)).refused(401, "unauthorized_request")
	if counted() != want {
		t.Errorf("counted %v", counted())
	}
}

func TestAPlaceCannotReportMoreThanItsLineCarries(t *testing.T) {
	var p Playback
	yes, n, zero := true, 7e9, 0.0
	in := api.PlaybackMetric{P2PEnabled: &yes, FromViewers: &n, FromServer: &zero, ToViewers: &zero, Errors: &zero}
	now := time.Unix(1_800_000_000, 0)
	p.count(&in, "192.0.2.1", 1e12, now)
	p.count(&in, "192.0.2.1", 1e12, now.Add(time.Second))
	if p.FromViewers.Load() != 7e9 || p.Unlikely.Load() != 1 {
		t.Errorf("%d bytes, %d unlikely", p.FromViewers.Load(), p.Unlikely.Load())
	}
	p.count(&in, "192.0.2.2", 1e12, now)
	p.count(&in, "192.0.2.1", 1e12, now.Add(time.Minute))
	if p.FromViewers.Load() != 21e9 {
		t.Errorf("%d bytes", p.FromViewers.Load())
	}
}

func TestTheAddressIsThatOfTheRequestNotOfItsHeaders(t *testing.T) {
	f := newFilms(t)
	f.server.Tracker = fakeTracker{}
	v := f.add(video.Draft{}, api.Published)
	for remote, want := range map[string]string{"192.0.2.7:1234": "192.0.2.7", "[2001:db8::1%eth0]:1": "2001:db8::1", "[::ffff:192.0.2.7]:1": "192.0.2.7"} {
		r := httptest.NewRequest("GET", path(v, "/peering"), nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", "198.51.100.1")
		var p api.Peering
		f.direct(r).into(200, &p)
		if p.Address != want {
			t.Errorf("%s became %s", remote, p.Address)
		}
	}
}
