package controls

import (
	"net/url"
	"testing"
)

func parse(query, fragment string) Start {
	values, _ := url.ParseQuery(query)
	return ParseStart(func(name string) (string, bool) { return values.Get(name), values.Has(name) }, fragment)
}

func TestParseStart(t *testing.T) {
	for _, c := range []struct {
		query, fragment string
		at, stop        float64
		has             bool
	}{
		{"", "", 0, 0, false},
		{"start=1m5s", "", 65, 0, true},
		{"t=65", "", 65, 0, true},
		{"t=65&start=70", "", 70, 0, true},
		{"", "t=65,70", 65, 70, true},
		{"", "t=,70", 0, 70, true},
		{"", "t=npt:1:05,1:10", 65, 70, true},
		{"start=10&stop=5", "", 10, 0, true},
		{"start=x", "t=y", 0, 0, false},
	} {
		s := parse(c.query, c.fragment)
		if s.At != c.at || s.Stop != c.stop || s.HasAt != c.has {
			t.Errorf("%q #%q: at %v, stop %v, has %v", c.query, c.fragment, s.At, s.Stop, s.HasAt)
		}
	}
}

func TestFlagsOfTheAddress(t *testing.T) {
	s := parse("autoplay=1&muted&loop=true&controlBar=0&p2p=0&playbackRate=1.5&subtitle=fr&resume=0", "")
	if s.Autoplay == nil || !*s.Autoplay || !s.Muted || !s.Loop || s.Bar || s.P2P == nil || *s.P2P || s.Rate != 1.5 || s.Subtitle != "fr" || s.Resume {
		t.Errorf("%+v", s)
	}
	quiet := parse("playbackRate=99", "")
	if quiet.Autoplay != nil || quiet.Muted || !quiet.Bar || !quiet.Resume || !quiet.Title || quiet.Rate != 0 {
		t.Errorf("%+v", quiet)
	}
}
