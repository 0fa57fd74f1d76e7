package pages

import (
	"testing"

	"shoal/app/session"
	"shoal/shared/api"
)

func TestDownloadsHaveSound(t *testing.T) {
	list := []api.VideoFile{
		{ID: 1, HasVideo: true, Size: 100, Resolution: api.Constant{Label: "720p"}, FileURL: "/1", FileDownloadURL: "https://a.example/d/1"},
		{ID: 2, HasVideo: true, HasAudio: true, Size: 50, Resolution: api.Constant{Label: "360p"}, FileURL: "/2", FileDownloadURL: "https://a.example/d/2"},
		{ID: 3, HasAudio: true, Size: 10, Resolution: api.Constant{Label: "Audio only"}, FileURL: "/3", FileDownloadURL: "https://a.example/d/3"},
	}
	for name, want := range map[string][]Download{
		"ours": {
			{"720p", "/download/videos/generate/u?videoFileIds=1,3", 110},
			{"360p", "/download/videos/generate/u?videoFileIds=2", 50},
			{"Audio only", "/d/3", 10},
		},
		"of elsewhere": {{"720p", "/d/1", 100}, {"360p", "/d/2", 50}, {"Audio only", "/d/3", 10}},
		"forbidden":    nil,
	} {
		v := api.VideoDetails{DownloadEnabled: name != "forbidden", StreamingPlaylists: []api.StreamingPlaylist{{Files: list}}}
		v.UUID, v.IsLocal = "u", name != "of elsewhere"
		s := &session.Session{}
		s.Site.URL = "https://a.example"
		var p Watch
		p.files(s, v)
		if len(p.Downloads) != len(want) {
			t.Fatalf("%s: got %v", name, p.Downloads)
		}
		for i, d := range p.Downloads {
			if d != want[i] {
				t.Errorf("%s: got %v, not %v", name, d, want[i])
			}
		}
	}
}
