// Package sharing decides whether this viewer shares with others, and how much: what they chose, what their device is like, what they do.
//
// It is plain Go without syscall/js. What it decides is done by an Engine, and told to those who listen.
package sharing

import (
	"slices"
	"strconv"
	"strings"
)

// Keys under which a device keeps the choices and the lifetime totals.
const (
	ChoicesKey = "shoal.sharing"
	TotalsKey  = "shoal.shared"
)

// Answer is what the viewer said to the notice.
type Answer string

// The answers.
const (
	Unasked Answer = ""       // nothing yet; the platform says what silence means
	Ask     Answer = "ask"    // wants to be asked, whatever the platform says
	Silent  Answer = "silent" // saw the notice for its time and said nothing, where that means yes
	Yes     Answer = "on"
	No      Answer = "off"
)

// What may happen on mobile data.
const (
	MobileNothing  = "off"
	MobileDownload = "download"
	MobileAll      = "on"
)

// NoLimit stands for no limit among the uploads, in bits per second.
const NoLimit = 0

// Choices are what a viewer set on this device.
type Choices struct {
	Answer  Answer
	Upload  int64    // bits per second, one of Uploads
	Cap     int64    // bytes sent in one visit, one of Caps, 0 for no end
	Mobile  string   // one of Mobiles
	Battery bool     // stop sending when the battery is low
	Never   []string // handles of channels whose videos are never shared
}

// What can be chosen.
var (
	Uploads = []int64{500_000, 1_000_000, 2_000_000, 5_000_000, NoLimit}
	Caps    = []int64{0, 100_000_000, 500_000_000}
	Mobiles = []string{MobileNothing, MobileDownload, MobileAll}
)

const mostNever = 200

// NewChoices is how a device starts.
func NewChoices() Choices {
	return Choices{Upload: 2_000_000, Mobile: MobileNothing, Battery: true}
}

// Encode writes c as lines that ParseChoices reads.
func (c Choices) Encode() string {
	battery := "1"
	if !c.Battery {
		battery = "0"
	}
	return "answer=" + string(c.Answer) + "\nupload=" + strconv.FormatInt(c.Upload, 10) + "\ncap=" + strconv.FormatInt(c.Cap, 10) +
		"\nmobile=" + c.Mobile + "\nbattery=" + battery + "\nnever=" + strings.Join(c.Never, " ")
}

// ParseChoices reads what Encode wrote; what it does not understand stays as NewChoices has it.
func ParseChoices(text string) Choices {
	c := NewChoices()
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, "="); ok {
			c.Set(name, value)
		}
	}
	return c
}

// Set changes one choice; a value that cannot be chosen changes nothing.
func (c *Choices) Set(name, value string) {
	n, err := strconv.ParseInt(value, 10, 64)
	switch name {
	case "answer":
		if a := Answer(value); a == Unasked || a == Ask || a == Silent || a == Yes || a == No {
			c.Answer = a
		}
	case "upload":
		if err == nil && slices.Contains(Uploads, n) {
			c.Upload = n
		}
	case "cap":
		if err == nil && slices.Contains(Caps, n) {
			c.Cap = n
		}
	case "mobile":
		if slices.Contains(Mobiles, value) {
			c.Mobile = value
		}
	case "battery":
		c.Battery = value == "1"
	case "never":
		c.Never = strings.Fields(value)
		c.Never = c.Never[:min(len(c.Never), mostNever)]
	}
}

// Agreed tells whether sharing may begin without another question.
func (c Choices) Agreed() bool { return c.Answer == Yes || c.Answer == Silent }

// SetNever adds a channel to those whose videos are never shared, or takes it off.
func (c *Choices) SetNever(channel string, never bool) {
	c.Never = slices.DeleteFunc(slices.Clone(c.Never), func(n string) bool { return n == channel })
	if never && channel != "" && len(c.Never) < mostNever {
		c.Never = append(c.Never, channel)
	}
}

// Totals are bytes over the life of this device.
type Totals struct{ Server, Viewers, Sent int64 }

// Encode writes t as ParseTotals reads it.
func (t Totals) Encode() string {
	if t == (Totals{}) {
		return ""
	}
	return strconv.FormatInt(t.Server, 10) + " " + strconv.FormatInt(t.Viewers, 10) + " " + strconv.FormatInt(t.Sent, 10)
}

// ParseTotals reads what Encode wrote, zeros for what it does not understand.
func ParseTotals(text string) (t Totals) {
	for i, f := range strings.Fields(text) {
		n, _ := strconv.ParseInt(f, 10, 64)
		switch i {
		case 0:
			t.Server = max(0, n)
		case 1:
			t.Viewers = max(0, n)
		case 2:
			t.Sent = max(0, n)
		}
	}
	return t
}
