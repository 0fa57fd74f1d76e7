package sharing

import (
	"encoding/json"
	"testing"

	"shoal/shared/api"
)

func TestReportsAreWhatTheServerReads(t *testing.T) {
	r := Report{UUID: "9f0f9e0c-1f6b-4f7b-9d0c-0d9a4d3f7a11", Lines: 720, FPS: 25, Shares: true, Viewers: 4}
	r.Counts = Counts{Server: 1000, Viewers: 9000, Sent: 500, Stalls: 3}.Since(Counts{Server: 400, Stalls: 1})
	var m api.PlaybackMetric
	if err := json.Unmarshal([]byte(r.JSON()), &m); err != nil {
		t.Fatal(err)
	}
	if *m.FromServer != 600 || *m.FromViewers != 9000 || *m.ToViewers != 500 || *m.BufferStalled != 2 || *m.P2PPeers != 4 || !*m.P2PEnabled || *m.Resolution != 720 || *m.Errors != 0 || *m.ResolutionChanges != 0 || m.VideoID != r.UUID {
		t.Errorf("%s", r.JSON())
	}
	if again := (Counts{Server: 5}).Since(Counts{Server: 100}); again.Server != 5 {
		t.Errorf("%+v", again)
	}
}
