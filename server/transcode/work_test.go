package transcode

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/jpeg"
	"math"
	"strings"
	"testing"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/jackc/pgx/v5"
	_ "golang.org/x/image/webp"

	"shoal/server/fail"
	"shoal/server/seed"
	"shoal/server/video"
	"shoal/shared/api"
)

// inspect checks all that must hold of any rendition: its segments, digests, torrent, start and length.
func (p *place) inspect(t *testing.T, v video.Video, f video.File, seconds float64) look {
	t.Helper()
	b := p.bytes(t, "hls/"+v.UUID.String()+"/"+f.Filename)
	if int64(len(b)) != f.Size || f.Media.URI != f.Filename || len(f.SHA256) != len(f.Media.Segments) {
		t.Fatalf("%d bytes, %+v", len(b), f)
	}
	at := f.Media.Init.End()
	for i, s := range f.Media.Segments {
		sum := sha256.Sum256(b[s.Offset:s.End()])
		if s.Offset != at || f.SHA256[i] != hex.EncodeToString(sum[:]) {
			t.Errorf("%d: segment %d is %+v", f.Resolution, i, s)
		}
		at = s.End()
		decodes(t, append(bytes.Clone(b[:f.Media.Init.Size]), b[s.Offset:s.End()]...))
	}
	if at != f.Size || math.Abs(f.Media.Length()-seconds) > 0.5 {
		t.Errorf("%d: the segments end at %d of %d, after %g s", f.Resolution, at, f.Size, f.Media.Length())
	}
	l := probe(t, b)
	first := map[string]float64{}
	keys := map[int]bool{}
	for _, k := range l.Packets {
		if _, ok := first[k.Type]; !ok {
			first[k.Type] = k.at()
		}
		if k.Type == "video" && strings.Contains(k.Flags, "K") {
			keys[int(math.Round(k.at()*1000))] = true
		}
	}
	for kind, start := range first {
		if start < -0.03 || start > together {
			t.Errorf("%d: %s starts at %g", f.Resolution, kind, start)
		}
	}
	start := 0.0
	for i, s := range f.Media.Segments {
		if f.HasVideo && i > 0 && !keys[int(math.Round(start*1000))] {
			t.Errorf("%d: no keyframe at %g in %v", f.Resolution, start, keys)
		}
		start += s.Duration
	}
	p.torrent(t, v, f, b)
	return l
}

func (p *place) torrent(t *testing.T, v video.Video, f video.File, b []byte) {
	t.Helper()
	m, err := metainfo.Load(bytes.NewReader(p.bytes(t, seed.Folder+f.Torrent)))
	if err != nil {
		t.Fatal(err)
	}
	info, err := m.UnmarshalInfo()
	if err != nil || m.HashInfoBytes() != metainfo.Hash(f.Infohash) || !strings.HasSuffix(m.UrlList[0], v.UUID.String()+"/"+f.Filename) {
		t.Errorf("%+v, %v", m, err)
	}
	again := metainfo.Info{PieceLength: info.PieceLength, Length: info.Length}
	pieces, err := metainfo.GeneratePieces(bytes.NewReader(b), again.PieceLength, nil)
	if err != nil || !bytes.Equal(pieces, info.Pieces) || info.Length != f.Size {
		t.Errorf("the pieces are not those of the file: %v", err)
	}
}

func TestACopyIsWatchableFirst(t *testing.T) {
	p := newPlace(t, Settings{AudioOnly: true, KeepOriginal: true})
	v := p.upload(t, h264(t), false)
	if err := p.First(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	files := p.files(t, v)
	if s := p.source(t, v); names(files) != "360" || s.State != api.Published || math.Abs(s.Duration-9) > 0.1 {
		t.Fatalf("%s, %+v", names(files), s)
	}
	copied := files[0]
	if !strings.HasPrefix(copied.Codecs, "avc1.64") || !strings.HasSuffix(copied.Codecs, ",mp4a.40.2") || copied.Width != 640 || copied.FPS != 25 || !copied.HasAudio {
		t.Errorf("got %+v", copied)
	}
	if now := p.of(t, v); now.State != waiting || now.Place != 1 {
		t.Errorf("got %+v", now)
	}
	if err := p.Rest(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	files = p.files(t, v)
	if names(files) != "360 240 144 0" || files[0].Filename != copied.Filename {
		t.Errorf("got %s", names(files))
	}
	for _, f := range files {
		p.inspect(t, v, f, 9)
	}
	if f := files[3]; f.HasVideo || f.Codecs != "mp4a.40.2" || f.Height != 0 {
		t.Errorf("got %+v", f)
	}
	now := p.of(t, v)
	var list []string
	for _, r := range now.Renditions {
		list = append(list, r.Name+" "+r.State)
	}
	if got := strings.Join(list, ", "); now.State != isDone || got != "thumbnail done, 360p done, 240p done, 144p done, audio done, storyboard done" {
		t.Errorf("%s: %s", now.State, got)
	}
	p.pictures(t, v)
	p.sprite(t, v, 9*192, 108, 1)
}

// pictures checks that each picture is what its row says.
func (p *place) pictures(t *testing.T, v video.Video) []video.Image {
	t.Helper()
	all, err := video.Images(t.Context(), p.DB, v.ID)
	if err != nil || len(all) < 4 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, i := range all {
		c, format, err := image.DecodeConfig(bytes.NewReader(p.bytes(t, "images/"+i.Filename)))
		if err != nil || c.Width != i.Width || c.Height != i.Height || !strings.HasSuffix(i.Filename, map[string]string{"jpeg": jpegEnding, "webp": webpEnding}[format]) {
			t.Errorf("%+v is %s %+v, %v", i, format, c, err)
		}
	}
	return all
}

func (p *place) sprite(t *testing.T, v video.Video, width, height int, every float64) {
	t.Helper()
	all, err := video.Storyboards(t.Context(), p.DB, v.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	s := all[0]
	c, _, err := image.DecodeConfig(bytes.NewReader(p.bytes(t, "storyboards/"+s.Filename)))
	if err != nil || c.Width != s.TotalWidth || c.Height != s.TotalHeight || s.SpriteDuration != every || s.TotalWidth != width || s.TotalHeight != height {
		t.Errorf("%+v is %+v, %v", s, c, err)
	}
}

func TestTheQuickestGoesFirst(t *testing.T) {
	foreign := film(t, "foreign.avi", append(lavfi("testsrc2=s=640x360:r=25:d=3", "sine=d=3:r=48000"), "-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame")...)
	for name, c := range map[string]struct {
		small float64
		first string
	}{"long": {0, "360"}, "short": {small, "360 240 144"}} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, Settings{Resolutions: []int{144, 240, 720}})
			p.small = c.small
			v := p.upload(t, foreign, false)
			if err := p.First(t.Context(), v.ID); err != nil {
				t.Fatal(err)
			}
			if got := names(p.files(t, v)); got != "" {
				t.Errorf("the look made %s", got)
			}
			if err := p.Quick(t.Context(), v.ID); err != nil {
				t.Fatal(err)
			}
			if got := names(p.files(t, v)); got != c.first || p.source(t, v).State != api.Published {
				t.Errorf("got %s", got)
			}
			if err := p.Rest(t.Context(), v.ID); err != nil {
				t.Fatal(err)
			}
			files := p.files(t, v)
			for _, f := range files {
				p.inspect(t, v, f, 3)
			}
			if got := names(files); got != "360 240 144" || p.of(t, v).State != isDone {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestWaitingForAll(t *testing.T) {
	p := newPlace(t, Settings{Resolutions: []int{144, 360}})
	v := p.upload(t, h264(t), true)
	if err := p.First(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	if s := p.source(t, v); s.State != api.ToTranscode {
		t.Errorf("state %d after the first rendition", s.State)
	}
	if err := p.Rest(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	s := p.source(t, v)
	if s.State != api.Published || s.Key != "" {
		t.Errorf("got %+v", s)
	}
}

func TestRefusedFilesFailInWords(t *testing.T) {
	p := newPlace(t, Settings{})
	v := p.upload(t, "testdata/playlist.mp4", false)
	err := p.settle(t.Context(), v.ID, false, p.First(t.Context(), v.ID))
	if err == nil {
		t.Fatal("a playlist passed")
	}
	now := p.of(t, v)
	if now.State != failed || !strings.Contains(now.Reason, "playlists") || !strings.Contains(now.Detail, "whitelist") {
		t.Errorf("got %+v", now)
	}
	if s := p.source(t, v); s.State != api.TranscodingFailed {
		t.Errorf("state %d", s.State)
	}
	if err := p.First(t.Context(), v.ID); !fail.Is(err, fail.Gone) {
		t.Errorf("a failed video is worked on: %v", err)
	}
	retry := func() error {
		return pgx.BeginFunc(t.Context(), p.DB, func(tx pgx.Tx) error { return Retry(t.Context(), tx, v.ID) })
	}
	if err := retry(); err != nil {
		t.Fatal(err)
	}
	if now := p.of(t, v); now.State != waiting || now.Reason != "" || p.source(t, v).State != api.ToTranscode {
		t.Errorf("got %+v", now)
	}
	if err := retry(); !fail.Is(err, fail.Conflict) {
		t.Errorf("tried again twice: %v", err)
	}
}
