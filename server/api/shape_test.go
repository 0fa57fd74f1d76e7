package api

import (
	"encoding/json"
	"os"
	"testing"

	"shoal/shared/api"
)

func TestConstants(t *testing.T) {
	g := newRig(t)
	for path, count := range map[string]int{"categories": 18, "licences": 9, "languages": 204, "privacies": 5} {
		var got map[string]string
		g.get("/api/v1/videos/"+path, "").into(200, &got)
		if len(got) != count {
			t.Errorf("%d %s", len(got), path)
		}
		if text, err := os.ReadFile("testdata/video-" + path + ".json"); err == nil {
			var want map[string]string
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			for k, v := range want {
				if got[k] != v {
					t.Errorf("%s %s is %q, not %q", path, k, got[k], v)
				}
			}
		}
	}
}

func TestConfigTellsWhatIsSet(t *testing.T) {
	g := newRig(t, func(s *Server) { s.Can = Abilities{Resolutions: []int{360, 720}, MaxChunk: 1000, Version: "1.2"} })
	var c api.Config
	g.get("/api/v1/config", "").into(200, &c)
	if c.Version != "8.2.0" || c.Software.Name != "shoal" || c.Software.Version != "1.2" || c.SignUp.Allowed || c.Live.Enabled ||
		c.Instance.Name != "Shoal" || len(c.Transcoding.EnabledResolutions) != 2 || c.Client.Videos.ResumableUpload.MaxChunkSize != 1000 ||
		!c.Defaults.P2P.Webapp.Enabled || c.FieldsConstraints.Users.Password.Min != 8 {
		t.Errorf("got %+v", c)
	}
	if r := g.get("/api/v1/ping", ""); string(r.body) != "pong" {
		t.Errorf("got %s", r.body)
	}
}
