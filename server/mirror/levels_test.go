package mirror_test

import (
	"context"
	"slices"
	"testing"

	"shoal/server/activity"
	"shoal/server/fetch"
	"shoal/server/mirror"
	"shoal/server/video"
)

const master = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,URI="u-0.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=1280x720,FRAME-RATE=25.000,CODECS="avc1.64001f,mp4a.40.2",AUDIO="sound"
u-720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400000,RESOLUTION=640x360,CODECS="avc1.64001e,mp4a.40.2"
u-360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=426x240,CODECS="avc1.64001e\"><script>"
u-240.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=256x144,CODECS="avc1.64001e,mp4a.40.2"
u-144.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=256x145,CODECS="avc1.64001e,mp4a.40.2"
absent.m3u8
`

func media(file string) []byte {
	return []byte("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"" + file + "\",BYTERANGE=\"1000@0\"\n" +
		"#EXTINF:4.000000,\n#EXT-X-BYTERANGE:5000@1000\n" + file + "\n#EXTINF:2.500000,\n#EXT-X-BYTERANGE:3000@6000\n" + file + "\n#EXT-X-ENDLIST\n")
}

func TestLevels(t *testing.T) {
	const kind = "application/vnd.apple.mpegurl"
	p := newPeer(t, map[string]thing{
		"/v/master.m3u8": {kind, []byte(master)},
		"/v/u-720.m3u8":  {"application/x-mpegURL; charset=utf-8", media("u-720-fragmented.mp4")},
		"/v/u-360.m3u8":  {kind, media("https://store.example/bucket/u-360-fragmented.mp4")}, // a store of objects
		"/v/u-240.m3u8":  {kind, media("u-240-fragmented.mp4")},
		"/v/u-144.m3u8":  {kind, []byte("#EXTM3U\n#EXTINF:4,\n144-1.ts\n#EXTINF:4,\n144-2.ts\n")}, // many files
		"/v/u-0.m3u8":    {kind, media("u-0-fragmented.mp4")},
	})
	c := fetch.New(fetch.Options{UserAgent: "test", AllowPrivate: true})
	defer c.Close()
	ask := mirror.Playlists{Ask: func(ctx context.Context, at activity.ID, types []string, most int64) (*fetch.Answer, error) {
		return c.Do(ctx, fetch.Request{URL: string(at), Types: types, Max: most})
	}}
	files := []video.File{}
	for i, name := range []string{"u-720", "u-360", "u-240", "u-144", "u-0"} {
		files = append(files, video.File{ID: int64(i + 1), URL: p.URL + "/v/" + name + "-fragmented.mp4"})
	}
	levels, err := ask.Levels(context.Background(), p.URL+"/v/master.m3u8", files)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(levels, func(a, b video.Level) int { return int(a.FileID - b.FileID) })
	var ids []int64
	for _, l := range levels {
		ids = append(ids, l.FileID)
	}
	if !slices.Equal(ids, []int64{1, 2, 5}) {
		t.Fatalf("levels of %v", ids)
	}
	if l := levels[0]; l.Codecs != "avc1.64001f" || l.HasAudio || !l.HasVideo || l.Bandwidth != 900000 || l.Height != 720 || l.FPS != 25 || l.Playlist != p.URL+"/v/u-720.m3u8" {
		t.Errorf("%+v", l)
	}
	if l := levels[1]; l.Codecs != "avc1.64001e,mp4a.40.2" || !l.HasAudio || !l.HasVideo {
		t.Errorf("%+v", l)
	}
	if l := levels[2]; l.Codecs != "mp4a.40.2" || !l.HasAudio || l.HasVideo {
		t.Errorf("%+v", l)
	}
	levels[0].Into(files)
	if h := files[0].Head; h.Init != 1000 || !slices.Equal(h.First, []int64{5000, 3000}) || !slices.Equal(h.Times, []int64{4000, 2500}) {
		t.Errorf("%+v", h)
	}
	for _, at := range []string{p.URL + "/v/absent.m3u8", p.URL + "/v/u-240.m3u8?x", "not an address"} {
		if got, err := ask.Levels(context.Background(), at, files); err == nil && len(got) > 0 {
			t.Errorf("%s: %v", at, got)
		}
	}
}
