package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/anacrolix/torrent/metainfo"

	"shoal/server/rig"
	"shoal/shared/api"
)

// fetched is the body of an address.
func fetched(t *testing.T, url string) []byte {
	t.Helper()
	r := must(http.Get(url))(t)
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", url, r.StatusCode)
	}
	return must(io.ReadAll(r.Body))(t)
}

// aria loads what a torrent file describes into a folder and gives the file.
func aria(t *testing.T, ctx context.Context, torrent *metainfo.MetaInfo) []byte {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "film.torrent")
	f := must(os.Create(path))(t)
	check(t, torrent.Write(f))
	check(t, f.Close())
	cmd := exec.CommandContext(ctx, "aria2c", "--dir", folder, "--seed-time=0", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
		"--file-allocation=none", "--no-conf=true", "--disable-ipv6=true", "--listen-port=40000-60000", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("aria2c: %v\n%.2000s", err, out)
	}
	info := must(torrent.UnmarshalInfo())(t)
	return must(os.ReadFile(filepath.Join(folder, info.Name)))(t)
}

func TestATorrentClientLoadsByWebSeedAndFromTheServersPeer(t *testing.T) {
	listen, web := must(rig.FreeAddress())(t), must(rig.FreeAddress())(t)
	p := run(t, dataFolder(t), "SHOAL_SEED_ENABLED=true", "SHOAL_SEED_LISTEN="+listen, "SHOAL_SEED_WEB="+web, "SHOAL_SEED_ADDRESSES=127.0.0.1",
		"SHOAL_FEDERATION_ALLOW_PRIVATE_ADDRESSES=true")
	film := filepath.Join(t.TempDir(), "film.mp4")
	check(t, rig.Film{Width: 426, Height: 240, Seconds: 5}.Make(soon(t), film))
	c := signedIn(t, p)
	uuid := must(c.Upload(soon(t), film, nil))(t)
	var v api.VideoDetails
	check(t, rig.Until(soon(t), "the renditions", func() (bool, error) {
		var err error
		v, err = c.Video(soon(t), uuid)
		return err == nil && v.State.ID == api.Published && v.Processing == nil, err
	}))
	file := v.StreamingPlaylists[0].Files[0]
	want := fetched(t, file.FileURL)
	torrent := must(metainfo.Load(bytes.NewReader(fetched(t, file.TorrentURL))))(t)
	if got := aria(t, soon(t), torrent); !bytes.Equal(got, want) {
		t.Errorf("as it is served: %d bytes of %d", len(got), len(want))
	}
	torrent.UrlList = nil
	if got := aria(t, soon(t), torrent); !bytes.Equal(got, want) {
		t.Errorf("from the peer: %d bytes of %d", len(got), len(want))
	}
	if sent := fetched(t, p.URL+"/metrics"); !bytes.Contains(sent, []byte("shoal_seed_sent_bytes ")) || bytes.Contains(sent, []byte("shoal_seed_sent_bytes 0\n")) {
		t.Error("the peer counts nothing sent")
	}
	check(t, p.Stop())
}
