package seed

import (
	"bytes"
	"crypto/sha1"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/google/uuid"

	"shoal/server/storage"
	"shoal/shared/api"
	"shoal/shared/torrent"
)

func TestATorrentIsThatOfItsFile(t *testing.T) {
	store, err := storage.Disk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("a film"), 30_000)
	p := NewPieces(int64(len(content)))
	for _, cut := range [][]byte{content[:1], content[1:100_000], content[100_000:]} {
		_, _ = p.Write(cut)
	}
	video := uuid.MustParse("92c7bdd7-200e-4d10-be0a-88496c166144")
	file, hash, err := Make(t.Context(), store, Rendition{
		Site: "https://shoal.example", Video: video, Name: "A/B", Resolution: 720, File: "x-720-fragmented.mp4", Privacy: api.Unlisted, Pieces: p,
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := store.Open(t.Context(), Folder+file)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	m, err := metainfo.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	info, err := m.UnmarshalInfo()
	if err != nil || info.Name != "A_B 720p.mp4" || info.Length != int64(len(content)) || info.PieceLength != 65536 || info.Private != nil {
		t.Errorf("got %+v, %v", info, err)
	}
	for i := range info.NumPieces() {
		want := sha1.Sum(content[i*65536 : min((i+1)*65536, len(content))])
		if !bytes.Equal(info.Pieces[i*20:(i+1)*20], want[:]) {
			t.Errorf("piece %d", i)
		}
	}
	if m.HashInfoBytes() != metainfo.Hash(hash) {
		t.Error("another infohash")
	}
	if m.Announce != "wss://shoal.example/tracker/socket" || m.AnnounceList[1][0] != "https://shoal.example/tracker/announce" ||
		m.UrlList[0] != "https://shoal.example/static/streaming-playlists/hls/92c7bdd7-200e-4d10-be0a-88496c166144/x-720-fragmented.mp4" {
		t.Errorf("got %+v", m)
	}
}

func TestWeSpeakAsPeerTubeDoes(t *testing.T) {
	old, err := os.ReadFile("testdata/peertube.torrent")
	if err != nil {
		t.Fatal(err)
	}
	seed := FileURL("http://localhost:9000", uuid.MustParse("92c7bdd7-200e-4d10-be0a-88496c166144"), "689ddfcc-ee11-46e6-96b7-8090d40c72b9-720-fragmented.mp4", api.Public)
	same, err := Readdress(old, "http://localhost:9000", seed)
	if err != nil {
		t.Fatal(err)
	}
	a, err := metainfo.Load(bytes.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	b, err := metainfo.Load(bytes.NewReader(same))
	if err != nil {
		t.Fatal(err)
	}
	if a.Announce != b.Announce || a.AnnounceList[1][0] != b.AnnounceList[1][0] || a.UrlList[0] != b.UrlList[0] || a.HashInfoBytes() != b.HashInfoBytes() {
		t.Errorf("%+v became %+v", a, b)
	}
	moved, err := Readdress(old, "https://other.example", FileURL("https://other.example", uuid.Nil, "f.mp4", api.Private))
	if err != nil || !bytes.Contains(moved, []byte("https://other.example/static/streaming-playlists/hls/private/")) {
		t.Errorf("%v", err)
	}
}

func TestMagnet(t *testing.T) {
	hash, _ := torrent.ParseInfohash("18c886ca0e86289ef656ba8344ad2eb7907daa20")
	got := Magnet("http://localhost:9000", uuid.MustParse("92c7bdd7-200e-4d10-be0a-88496c166144"), "Test pattern 720p 30s",
		"689ddfcc-ee11-46e6-96b7-8090d40c72b9-720-fragmented.mp4", "5722e61c-c0dc-4aab-b06d-e89fdf94a725-720-hls.torrent", hash, api.Public)
	if !strings.HasPrefix(got, "magnet:?xs=http%3A%2F%2Flocalhost%3A9000%2Flazy-static%2Ftorrents%2F5722e61c") || !strings.HasSuffix(got, "&ws=http%3A%2F%2Flocalhost%3A9000%2Fstatic%2Fstreaming-playlists%2Fhls%2F92c7bdd7-200e-4d10-be0a-88496c166144%2F689ddfcc-ee11-46e6-96b7-8090d40c72b9-720-fragmented.mp4") {
		t.Errorf("got %s", got)
	}
}

func TestPieceLength(t *testing.T) {
	for size, want := range map[int64]int64{0: 64 << 10, 50 << 20: 64 << 10, 200 << 20: 256 << 10, 5 << 30: 1 << 20, 1 << 50: 1 << 20} {
		if got := NewPieces(size).Length; got != want {
			t.Errorf("%d bytes: pieces of %d", size, got)
		}
	}
	p := NewPieces(0)
	_, _ = io.CopyN(p, strings.NewReader(strings.Repeat("x", 1<<17)), 1<<17)
	if len(p.Sums()) != 40 {
		t.Errorf("%d bytes of sums", len(p.Sums()))
	}
}
