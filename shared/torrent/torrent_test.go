package torrent

import (
	"reflect"
	"testing"
)

// peertube is a magnet address as PeerTube 6.3 gives it.
const peertube = "magnet:?xs=http%3A%2F%2Flocalhost%3A9000%2Flazy-static%2Ftorrents%2F5722e61c-c0dc-4aab-b06d-e89fdf94a725-720-hls.torrent" +
	"&xt=urn:btih:18c886ca0e86289ef656ba8344ad2eb7907daa20&dn=Test+pattern+720p+30s" +
	"&tr=http%3A%2F%2Flocalhost%3A9000%2Ftracker%2Fannounce&tr=ws%3A%2F%2Flocalhost%3A9000%2Ftracker%2Fsocket" +
	"&ws=http%3A%2F%2Flocalhost%3A9000%2Fstatic%2Fstreaming-playlists%2Fhls%2F92c7bdd7-200e-4d10-be0a-88496c166144%2F689ddfcc-ee11-46e6-96b7-8090d40c72b9-720-fragmented.mp4"

func TestMagnetIsPeerTubes(t *testing.T) {
	m, ok := ParseMagnet(peertube)
	if !ok || m.Name != "Test pattern 720p 30s" || len(m.Trackers) != 2 || len(m.WebSeeds) != 1 {
		t.Fatalf("got %+v", m)
	}
	if m.String() != peertube {
		t.Errorf("became %s", m)
	}
}

func TestInfohash(t *testing.T) {
	h, ok := ParseInfohash("18C886ca0e86289ef656ba8344ad2eb7907daa20")
	if !ok || h.String() != "18c886ca0e86289ef656ba8344ad2eb7907daa20" {
		t.Errorf("got %s", h)
	}
	for _, bad := range []string{"", "18c8", "x8c886ca0e86289ef656ba8344ad2eb7907daa20"} {
		if _, ok := ParseInfohash(bad); ok {
			t.Errorf("%q passed", bad)
		}
	}
}

func FuzzMagnet(f *testing.F) {
	f.Add(peertube)
	f.Fuzz(func(t *testing.T, s string) {
		m, ok := ParseMagnet(s)
		if !ok {
			return
		}
		if back, ok := ParseMagnet(m.String()); !ok || back.Infohash != m.Infohash || back.Name != m.Name || len(m.Trackers) > 0 && !reflect.DeepEqual(back.Trackers, m.Trackers) {
			t.Fatalf("%+v became %+v", m, back)
		}
	})
}
