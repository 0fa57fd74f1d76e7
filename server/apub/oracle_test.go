package apub_test

import (
	"slices"
	"testing"

	"shoal/server/activity"
	"shoal/server/foreign"
)

// of PeerTube's own, which are in no vocabulary
var unknown = []string{"Playlist", "PlaylistElement", "ApproveReply", "PlayerSettings", ""}

// TestAnotherReaderUnderstands gives what we show and send to go-fed/activity, which others use.
func TestAnotherReaderUnderstands(t *testing.T) {
	w, sent := everything(t)
	for what, at := range w.addresses() {
		sent["shown: "+what] = w.get(at).ok().body
	}
	understood := 0
	for what, body := range sent {
		var want activity.Thing
		w.must(want.UnmarshalJSON(body))
		if slices.Contains(unknown, string(want.Is)) {
			continue
		}
		got, err := foreign.Read(body)
		if err != nil || got.Is != want.Is || got.ID != want.ID {
			t.Errorf("%s: %s %s, not %s %s: %v", what, got.Is, got.ID, want.Is, want.ID, err)
		}
		understood++
	}
	if understood < 40 {
		t.Errorf("only %d documents were read", understood)
	}
}
