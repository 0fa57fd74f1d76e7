package controls

import (
	"math"
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
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + "=" + value + "\n") }
	line("volume", strconv.FormatFloat(d.Volume, 'f', 2, 64))
	line("rate", strconv.FormatFloat(d.Rate, 'f', 2, 64))
	line("quality", strconv.Itoa(d.Quality))
	line("captions", d.Captions)
	line("last", d.Last)
	line("keys", d.Keys)
	for name, on := range d.flags() {
		if *on {
			line(name, "1")
		}
	}
	line("size", strconv.Itoa(d.Style.Size))
	for name, v := range d.Style.choices() {
		line(name, *v.value)
	}
	return b.String()
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
	if on := d.flags()[name]; on != nil {
		*on = value == "1"
	}
	if c, ok := d.Style.choices()[name]; ok {
		for _, v := range c.among {
			if v == value {
				*c.value = value
			}
		}
	}
}

func (d *Device) flags() map[string]*bool {
	return map[string]*bool{"muted": &d.Muted, "theatre": &d.Theatre, "remaining": &d.Remaining, "quiet": &d.Quiet, "always": &d.Always, "calm": &d.Calm, "ontop": &d.Style.OnTop}
}

type choice struct {
	value *string
	among []string
}

func (s *Style) choices() map[string]choice {
	return map[string]choice{"font": {&s.Font, Fonts}, "colour": {&s.Colour, Colours}, "ground": {&s.Ground, Grounds}, "edge": {&s.Edge, Edges}}
}
