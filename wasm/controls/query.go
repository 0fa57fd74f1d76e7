package controls

import "strings"

// Start is what an address asks of the player. Times are seconds; a nil pointer means that the address is silent.
type Start struct {
	At, Stop    float64 // Stop is 0 for the end
	HasAt       bool
	Autoplay    *bool
	Muted, Loop bool
	Subtitle    string
	Rate        float64 // 0 when not given
	Resume      bool    // false only with resume=0
	Bar, Title  bool    // false only with controlBar=0 or controls=0, and title=0
	P2P         *bool
}

// ParseStart reads the query (without ?) and the fragment (without #) of an address.
// get answers with the value of a query parameter and whether it is there.
func ParseStart(get func(name string) (string, bool), fragment string) Start {
	s := Start{Resume: flag(get, "resume", true), Title: flag(get, "title", true), Muted: flag(get, "muted", false), Loop: flag(get, "loop", false)}
	s.Bar = flag(get, "controlBar", true) && flag(get, "controls", true)
	s.Autoplay, s.P2P = perhaps(get, "autoplay"), perhaps(get, "p2p")
	for _, name := range []string{"t", "start"} {
		if v, ok := get(name); ok {
			if at, ok := ParseTime(v); ok {
				s.At, s.HasAt = at, true
			}
		}
	}
	if v, ok := get("stop"); ok {
		s.Stop, _ = ParseTime(v)
	}
	s.Subtitle, _ = get("subtitle")
	if v, ok := get("playbackRate"); ok {
		if r, ok := number(v); ok && r >= MinRate && r <= MaxRate {
			s.Rate = r
		}
	}
	s.fragment(fragment)
	if s.Stop <= s.At {
		s.Stop = 0
	}
	return s
}

// fragment reads t=a,b of Media Fragments URI 1.0 §4.2.1.
func (s *Start) fragment(fragment string) {
	for pair := range strings.SplitSeq(fragment, "&") {
		span, ok := strings.CutPrefix(pair, "t=")
		if !ok {
			continue
		}
		from, to, _ := strings.Cut(strings.TrimPrefix(span, "npt:"), ",")
		at, fromOK := ParseTime(from)
		if from != "" && !fromOK {
			continue
		}
		s.At, s.HasAt = at, true
		if stop, ok := ParseTime(to); ok {
			s.Stop = stop
		}
	}
}

func perhaps(get func(string) (string, bool), name string) *bool {
	v, ok := get(name)
	if !ok {
		return nil
	}
	on := v != "0" && v != "false" && v != "no"
	return &on
}

func flag(get func(string) (string, bool), name string, silent bool) bool {
	if on := perhaps(get, name); on != nil {
		return *on
	}
	return silent
}
