package controls

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// MinRate and MaxRate bound the speed.
const (
	MinRate = 0.25
	MaxRate = 3
)

// Device is what this browser remembers of how a person likes to watch.
type Device struct {
	Volume        float64 // 0 to 1
	Muted         bool
	Rate          float64
	Captions      string // language, empty for off
	Last          string // language of captions before they were turned off
	Theatre       bool
	Quality       int // height, 0 for automatic, Sound for sound alone
	Remaining     bool
	Keys          string // "", "player" or "off"
	Quiet, Always bool   // no announcements; the bar never hides
	Calm          bool   // reduce motion
	Style         Style
}

// Sound stands for "audio only" among heights.
const Sound = -1

// Style is how captions look.
type Style struct {
	Size   int // percent, 50 to 300
	Font   string
	Colour string
	Ground string // opacity of what is behind, in percent
	Edge   string
	OnTop  bool
}

// NewDevice is how a browser starts.
func NewDevice() Device {
	return Device{Volume: 1, Rate: 1, Style: Style{Size: 100, Font: "sans", Colour: "white", Ground: "75", Edge: "none"}}
}

// Fonts, colours, grounds and edges captions can have; the style sheet has a rule for each.
var (
	Fonts   = []string{"sans", "serif", "mono", "casual"}
	Colours = []string{"white", "yellow", "cyan", "green", "black"}
	Grounds = []string{"0", "25", "50", "75", "100"}
	Edges   = []string{"none", "outline", "shadow"}
)

// Encode writes d as lines that ParseDevice reads.
func (d Device) Encode() string {
	h := &html{}
	h.add("volume=", strconv.FormatFloat(d.Volume, 'f', 2, 64), "\nrate=", strconv.FormatFloat(d.Rate, 'f', 2, 64),
		"\nquality=", strconv.Itoa(d.Quality), "\ncaptions=", d.Captions, "\nlast=", d.Last, "\nkeys=", d.Keys, "\nsize=", strconv.Itoa(d.Style.Size))
	for i, on := range d.flags() {
		h.add("\n", flags[i], "=", mark(*on, "1"))
	}
	for i, v := range d.Style.choices() {
		h.add("\n", choices[i].name, "=", *v)
	}
	return h.String()
}

// ParseDevice reads what Encode wrote; what it does not understand stays as NewDevice has it.
func ParseDevice(text string) Device {
	d := NewDevice()
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok && len(value) <= 64 {
			d.set(name, value)
		}
	}
	return d
}

func (d *Device) set(name, value string) {
	n, numeric := number(value)
	switch {
	case name == "volume" && numeric:
		d.Volume = math.Min(1, n)
	case name == "rate" && numeric && n >= MinRate && n <= MaxRate:
		d.Rate = n
	case name == "quality":
		d.Quality, _ = strconv.Atoi(value)
	case name == "captions":
		d.Captions = value
	case name == "last":
		d.Last = value
	case name == "keys" && (value == "off" || value == "player"):
		d.Keys = value
	case name == "size" && numeric:
		d.Style.Size = int(math.Max(50, math.Min(300, n)))
	}
	if on := d.flag(name); on != nil {
		*on = value == "1"
	}
	for i, c := range choices {
		if c.name == name && slices.Contains(c.among, value) {
			*d.Style.choices()[i] = value
		}
	}
}

var flags = [...]string{"muted", "theatre", "remaining", "quiet", "always", "calm", "ontop"}

func (d *Device) flags() [len(flags)]*bool {
	return [...]*bool{&d.Muted, &d.Theatre, &d.Remaining, &d.Quiet, &d.Always, &d.Calm, &d.Style.OnTop}
}

// flag is the switch of that name, nil when there is none.
func (d *Device) flag(name string) *bool {
	if i := slices.Index(flags[:], name); i >= 0 {
		return d.flags()[i]
	}
	return nil
}

var choices = [...]struct {
	name  string
	among []string
}{{"font", Fonts}, {"colour", Colours}, {"ground", Grounds}, {"edge", Edges}}

func (s *Style) choices() [len(choices)]*string {
	return [...]*string{&s.Font, &s.Colour, &s.Ground, &s.Edge}
}
