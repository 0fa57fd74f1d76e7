package controls

import (
	"strings"
	"testing"

	"shoal/wasm/sharing"
)

func TestTheChipSaysHowSharingStands(t *testing.T) {
	for _, c := range []struct {
		s    sharing.Status
		want string
	}{
		{sharing.Status{State: sharing.Off}, "Off"},
		{sharing.Status{State: sharing.Held}, "Not yet"},
		{sharing.Status{State: sharing.On}, "On"},
		{sharing.Status{State: sharing.On, Figures: sharing.Figures{Viewers: 1}}, "1 viewer"},
		{sharing.Status{State: sharing.On, Figures: sharing.Figures{Viewers: 4}}, "4 viewers"},
		{sharing.Status{State: sharing.Paused, Reason: sharing.BySaver}, "Paused: data saver"},
		{sharing.Status{State: sharing.Paused, Reason: sharing.ByRest}, "Paused"},
		{sharing.Status{State: sharing.Unavailable, Reason: sharing.ByWebRTC}, "Server only"},
	} {
		if got := (Words{}).Chip(c.s); got != c.want {
			t.Errorf("%+v is %q", c.s, got)
		}
	}
}

func TestThePanelHasItsFigures(t *testing.T) {
	s := sharing.Status{State: sharing.On, Wants: true, Down: 3_100_000, Figures: sharing.Figures{FromServer: 12_400_000, FromViewers: 31_000_000, Sent: 8_200_000, Viewers: 4}}
	texts := (Words{}).ShareTexts(s)
	for key, want := range map[string]string{"server": "12.4 MB", "viewers": "31.0 MB", "viewers-name": "From 4 viewers", "sent": "8.2 MB", "down": "3.1 Mbit/s", "up": "0.0 Mbit/s", "share": "71 % from viewers", "why": "You share this video with 4 viewers."} {
		if texts[key] != want {
			t.Errorf("%s is %q", key, texts[key])
		}
	}
	panel := (Words{}).SharePanel(s, false, "/settings")
	for key := range texts {
		if !strings.Contains(panel, `data-f="`+key+`"`) {
			t.Errorf("the panel has no place for %s", key)
		}
	}
	if strings.Contains(panel, "pl-share-yes") {
		t.Error("it asks although the answer is known")
	}
	asking := (Words{}).SharePanel(sharing.Status{State: sharing.Held, Notice: true}, false, "/settings")
	if !strings.Contains(asking, "pl-share-yes") || !strings.Contains(asking, "pl-share-no") {
		t.Error("it does not ask")
	}
}

func TestTheQuestionIsShort(t *testing.T) {
	if n := len(strings.Fields(English["ask.text"])); n > 40 {
		t.Errorf("%d words", n)
	}
}
