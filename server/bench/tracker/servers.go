package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shoal/server/rig"
	"shoal/shared/announce"
	"shoal/shared/api"
)

// peerVersion is the peer: what npm called the latest when this was written. It is also what PeerTube runs.
const peerVersion = "11.2.3"

const peerScript = `import Server from 'bittorrent-tracker/server'
const s = new Server({ udp: false, http: true, ws: true, stats: false })
s.on('error', e => { console.error(e); process.exit(1) })
s.listen(0, '127.0.0.1', () => console.log(s.http.address().port))
`

// server is a tracker that is measured.
type server struct {
	name string
	pid  int
	hash announce.ID
	// address gives where a viewer from an address of this machine connects.
	address func(ctx context.Context, from string) (string, error)
	stop    func()
}

// ours starts the platform with a film on it. Viewers load its page's answer first, as players do.
func ours(ctx context.Context, binary string) (s *server, err error) {
	folder, err := os.MkdirTemp("", "shoal-tracker-")
	if err != nil {
		return nil, err
	}
	if err = os.Chmod(folder, 0o755); err != nil { // for PostgreSQL's user
		return nil, err
	}
	if binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	run := func() (*rig.Program, error) {
		return rig.Run(ctx, binary, filepath.Join(folder, "data"), "SHOAL_TRANSCODING_RESOLUTIONS=240", "SHOAL_LIMITS_API=100000000/1s")
	}
	p, err := run()
	if err != nil {
		return nil, fmt.Errorf("%w (make build)", err)
	}
	film, err := upload(ctx, p.URL, folder)
	if err = errors.Join(err, p.Stop()); err != nil {
		return nil, err
	}
	if p, err = run(); err != nil { // anew: processing leaves memory behind that would hide what viewers take
		return nil, err
	}
	s = &server{name: "Shoal", pid: p.PID(), stop: func() {
		_ = p.Stop()
		_ = os.RemoveAll(folder)
	}}
	s.address = func(ctx context.Context, from string) (string, error) {
		peering, err := peeringOf(ctx, p.URL, film, from)
		if err != nil {
			return "", err
		}
		b, err := hex.DecodeString(peering.Files[0].Infohash)
		copy(s.hash[:], b)
		return peering.Tracker, err
	}
	return s, nil
}

func upload(ctx context.Context, url, folder string) (string, error) {
	film := filepath.Join(folder, "film.mp4")
	err := rig.Film{
		Width: 426, Height: 240, FPS: 25, Seconds: 4,
		Codec: []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"},
	}.Make(ctx, film)
	if err != nil {
		return "", err
	}
	c := &rig.Client{URL: url}
	if err := c.SignIn(ctx, rig.AdminName, rig.AdminPassword); err != nil {
		return "", err
	}
	id, err := c.Upload(ctx, film, map[string]any{"name": "Film of the bench", "privacy": api.Public})
	if err != nil {
		return "", err
	}
	v, err := c.Processed(ctx, id)
	if err == nil && v.Processing != nil && v.Processing.State == "failed" {
		err = fmt.Errorf("processing: %s %s", v.Processing.Reason, v.Processing.Detail)
	}
	return id, err
}

func peeringOf(ctx context.Context, url, film, from string) (p api.Peering, err error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	t := &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/videos/"+film+"/peering", nil)
	if err != nil {
		return p, err
	}
	w, err := t.RoundTrip(r)
	if err != nil {
		return p, err
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		return p, fmt.Errorf("peering: %s", w.Status)
	}
	if err = json.NewDecoder(w.Body).Decode(&p); err == nil && len(p.Files) == 0 {
		err = errors.New("peering: no files")
	}
	return p, err
}

// theirs starts npm's tracker.
func theirs(ctx context.Context) (*server, error) {
	folder, err := rig.Installed(ctx, "bittorrent-tracker", peerVersion)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(folder, "tracker.mjs")
	if err := os.WriteFile(script, []byte(peerScript), 0o644); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", script)
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{name: "bittorrent-tracker " + peerVersion, pid: cmd.Process.Pid, stop: func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}}
	copy(s.hash[:], "a swarm of the bench")
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("bittorrent-tracker did not start: %w", err)
	}
	s.address = func(context.Context, string) (string, error) {
		return "ws://127.0.0.1:" + strings.TrimSpace(port) + "/", nil
	}
	return s, nil
}

// settle waits until a process has been idle for a moment, so that what came before is not counted.
func settle(ctx context.Context, pid int) time.Duration {
	last := rig.CPU(rig.Family(pid)...)
	for quiet := 0; quiet < 5 && ctx.Err() == nil; {
		time.Sleep(100 * time.Millisecond)
		now := rig.CPU(rig.Family(pid)...)
		if quiet++; now-last > 10*time.Millisecond {
			quiet = 0
		}
		last = now
	}
	return rig.CPU(pid)
}
