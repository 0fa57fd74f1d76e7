package api

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"shoal/shared/api"
)

// missing lists what the recorded answer of PeerTube has and ours lacks, or has in another type. null is any type.
func missing(path string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %T, not an object", path, got)}
		}
		var out []string
		for k, v := range want {
			if g, ok := m[k]; !ok {
				out = append(out, path+"."+k+" is absent")
			} else {
				out = append(out, missing(path+"."+k, v, g)...)
			}
		}
		return out
	case []any:
		list, ok := got.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %T, not a list", path, got)}
		}
		if len(want) > 0 && len(list) > 0 {
			return missing(path+"[0]", want[0], list[0])
		}
		return nil
	case nil:
		return nil
	}
	if got != nil && fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is %T, not %T", path, got, want)}
	}
	return nil
}

func TestAnswersHaveEveryFieldOfPeerTubes(t *testing.T) {
	g := newRig(t)
	g.join("bob", api.Member)
	token := g.signIn("bob").AccessToken
	for path, c := range map[string]struct {
		file  string
		known []string // what is left out on purpose
	}{
		"/api/v1/config":                                {file: "config"},
		"/api/v1/config/about":                          {file: "config-about"},
		"/api/v1/server/stats":                          {file: "server-stats"},
		"/api/v1/video-channels":                        {file: "video-channels-list"},
		"/api/v1/video-channels/bob_channel":            {file: "video-channel"},
		"/api/v1/accounts/bob":                          {file: "account"},
		"/api/v1/accounts/bob/video-channels?sort=name": {file: "video-channels-list"},
		"/api/v1/users/me":                              {file: "users-me"},
	} {
		t.Run(c.file, func(t *testing.T) {
			var got any
			g.get(path, token).into(200, &got)
			for _, m := range missing("", recorded(t, c.file), got) {
				t.Error(m)
			}
		})
	}
}

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
