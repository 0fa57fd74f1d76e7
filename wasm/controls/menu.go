package controls

import (
	"math"
	"strconv"

	"shoal/wasm/player"
)

// Role is what choosing an item does.
type Role int

// The roles of items.
const (
	Act   Role = iota // does something and closes the menu
	Open              // leads to another page of the menu
	Radio             // one of several
	Check             // on or off
)

// Item is a line of a menu. Do is its command, with the argument behind a colon.
type Item struct {
	Do, Icon, Label, Note string
	Role                  Role
	On                    bool
}

// Page is one level of the menu. Back is the page that ← leads to, empty for the first.
type Page struct {
	Name, Title, Back string
	Items             []Item
}

// View is what menus are made of.
type View struct {
	Words    Words
	State    player.State
	Video    Video
	Device   Device
	Captions string // language on the screen, empty for none
	Loop     bool
	Long     bool   // buffers further ahead
	Beyond   bool   // the automatic choice may exceed the player's size
	Narrow   bool   // the bar has no room for the ways to look
	Sharing  string // how sharing stands in a word, empty where there is none
	Can      Abilities
}

// Abilities is what this browser and this page offer.
type Abilities struct{ PiP, Mini, Theatre, Full bool }

// Page gives a page of the menu by name.
func (v View) Page(name string) Page {
	w := v.Words
	switch name {
	case "quality":
		return Page{name, w.T("quality"), "main", v.qualities()}
	case "speed":
		return Page{name, w.T("speed"), "main", v.speeds()}
	case "captions":
		return Page{name, w.T("captions"), "main", v.captions()}
	case "sound":
		return Page{name, w.T("sound"), "main", v.sounds()}
	case "chapters":
		return Page{name, w.T("chapters"), "", v.chapters()}
	case "access":
		return Page{name, w.T("access"), "main", v.access()}
	case "sharing":
		return Page{Name: name, Back: "main"}
	case "context":
		return Page{name, w.T("menu.context"), "", v.context()}
	}
	return Page{"main", w.T("settings"), "", v.main()}
}

func (v View) main() []Item {
	w := v.Words
	items := []Item{
		{Do: "page:quality", Icon: "quality", Label: w.T("quality"), Note: v.quality(), Role: Open},
		{Do: "page:speed", Icon: "speed", Label: w.T("speed"), Note: v.speed(v.State.Rate), Role: Open},
	}
	if len(v.Video.Captions) > 0 {
		items = append(items, Item{Do: "page:captions", Icon: "captions", Label: w.T("captions"), Note: v.caption(), Role: Open})
	}
	if len(v.State.Sounds) > 1 {
		items = append(items, Item{Do: "page:sound", Icon: "sound", Label: w.T("sound"), Note: v.sound(), Role: Open})
	}
	if len(v.Video.Chapters) > 0 {
		items = append(items, Item{Do: "page:chapters", Icon: "chapters", Label: w.T("chapters"), Role: Open})
	}
	if v.Sharing != "" {
		items = append(items, Item{Do: "page:sharing", Icon: "share", Label: w.T("share"), Note: v.Sharing, Role: Open})
	}
	items = append(items, Item{Do: "loop", Icon: "loop", Label: w.T("loop"), Role: Check, On: v.Loop})
	if v.State.Mode == player.MSE {
		items = append(items, Item{Do: "long", Icon: "hourglass", Label: w.T("buffer.long"), Role: Check, On: v.Long})
	}
	if v.Narrow {
		items = append(items, v.looks()...)
	}
	return append(items,
		Item{Do: "page:access", Icon: "access", Label: w.T("access"), Role: Open},
		Item{Do: "sheet", Icon: "keyboard", Label: w.T("sheet")},
		Item{Do: "stats", Icon: "stats", Label: w.T("stats")},
		Item{Do: "debug", Icon: "copy", Label: w.T("debug")})
}

// looks are the buttons that a narrow bar has no room for.
func (v View) looks() (items []Item) {
	if v.Can.Mini {
		items = append(items, Item{Do: "mini", Icon: "mini", Label: v.Words.T("mini")})
	}
	if v.Can.PiP {
		items = append(items, Item{Do: "pip", Icon: "pip", Label: v.Words.T("pip")})
	}
	return items
}

// LevelName is a quality in a few letters.
func (w Words) LevelName(l player.Level) string {
	if l.Sound {
		return w.T("quality.sound")
	}
	name := strconv.Itoa(min(l.Height, l.Width)) + "p"
	if l.Width == 0 || l.Height == 0 {
		name = strconv.Itoa(max(l.Height, l.Width)) + "p"
	}
	if l.FPS > 32 {
		name += strconv.Itoa(l.FPS)
	}
	return name
}

func (v View) quality() string {
	s := v.State
	switch {
	case s.Mode == player.NativeHLS || len(s.Levels) == 0:
		return v.Words.T("quality.auto")
	case s.Chosen >= 0 && s.Chosen < len(s.Levels):
		return v.Words.LevelName(s.Levels[s.Chosen])
	case s.Current >= 0 && s.Current < len(s.Levels):
		return v.Words.T("quality.now", "quality", v.Words.LevelName(s.Levels[s.Current]))
	}
	return v.Words.T("quality.auto")
}

func (v View) qualities() []Item {
	w, s := v.Words, v.State
	if s.Mode == player.NativeHLS {
		return []Item{{Do: "level:-1", Label: w.T("quality.auto"), Note: w.T("quality.native"), Role: Radio, On: true}}
	}
	auto := Item{Do: "level:-1", Label: w.T("quality.auto"), Role: Radio, On: s.Chosen == player.Auto}
	if auto.On {
		auto.Label = v.quality()
	}
	items, sound := []Item{auto}, []Item{}
	for i := len(s.Levels) - 1; i >= 0; i-- {
		l := s.Levels[i]
		it := Item{Do: "level:" + strconv.Itoa(i), Label: w.LevelName(l), Note: w.T("quality.hour", "size", perHour(l.Bandwidth)), Role: Radio, On: s.Chosen == i}
		if l.Sound {
			sound = append(sound, it)
			continue
		}
		items = append(items, it)
	}
	items = append(items, sound...)
	if auto.On && len(s.Levels) > 1 {
		items = append(items, Item{Do: "beyond", Label: w.T("quality.beyond"), Role: Check, On: v.Beyond})
	}
	return items
}

// perHour is bits per second as what an hour of it weighs, in about two figures.
func perHour(bits int64) string {
	mb := float64(bits) / 8 * 3600 / 1e6
	switch {
	case mb >= 1000:
		return one(mb/1000) + " GB"
	case mb >= 100:
		return strconv.Itoa(int(mb/10+.5)*10) + " MB"
	}
	return strconv.Itoa(max(1, int(mb+.5))) + " MB"
}

// Rates are the speeds one press away.
var Rates = []float64{.5, .75, 1, 1.25, 1.5, 2}

func rateText(rate float64) string {
	return strconv.FormatFloat(math.Round(rate*100)/100, 'f', -1, 64)
}

func (v View) speed(rate float64) string {
	if rate == 1 {
		return v.Words.T("speed.normal")
	}
	return v.Words.T("speed.value", "n", rateText(rate))
}

func (v View) speeds() (items []Item) {
	for _, r := range Rates {
		items = append(items, Item{Do: "rate:" + rateText(r), Label: v.speed(r), Role: Radio, On: v.State.Rate == r})
	}
	return items
}

// Name is the caption's language for people.
func (c Caption) Name(w Words) string {
	if c.Auto {
		return w.T("captions.auto", "language", c.Label)
	}
	return c.Label
}

func (v View) caption() string {
	for _, c := range v.Video.Captions {
		if c.Language == v.Captions {
			return c.Name(v.Words)
		}
	}
	return v.Words.T("captions.off")
}

func (v View) captions() []Item {
	items := []Item{{Do: "sub:", Label: v.Words.T("captions.off"), Role: Radio, On: v.Captions == ""}}
	for _, c := range v.Video.Captions {
		items = append(items, Item{Do: "sub:" + c.Language, Label: c.Name(v.Words), Role: Radio, On: c.Language == v.Captions})
	}
	return append(items, Item{Do: "style", Icon: "captionStyle", Label: v.Words.T("captions.style")})
}

func (v View) sound() string {
	if i := v.State.Sound; i >= 0 && i < len(v.State.Sounds) {
		return v.State.Sounds[i].Name
	}
	return ""
}

func (v View) sounds() (items []Item) {
	for i, t := range v.State.Sounds {
		items = append(items, Item{Do: "track:" + strconv.Itoa(i), Label: t.Name, Role: Radio, On: i == v.State.Sound})
	}
	return items
}

func (v View) chapters() (items []Item) {
	now := v.Video.ChapterAt(v.State.Position)
	for i, c := range v.Video.Chapters {
		items = append(items, Item{Do: "at:" + strconv.FormatFloat(c.At, 'f', -1, 64), Label: c.Title, Note: Clock(c.At), Role: Radio, On: i == now})
	}
	return items
}

func (v View) access() []Item {
	w, d := v.Words, v.Device
	return []Item{
		{Do: "flag:quiet", Label: w.T("access.announce"), Role: Check, On: !d.Quiet},
		{Do: "keys:off", Label: w.T("access.keys"), Role: Check, On: d.Keys != "off"},
		{Do: "keys:player", Label: w.T("access.keys.player"), Role: Check, On: d.Keys == "player"},
		{Do: "flag:always", Label: w.T("access.always"), Role: Check, On: d.Always},
		{Do: "flag:calm", Label: w.T("access.calm"), Role: Check, On: d.Calm},
	}
}

func (v View) context() []Item {
	w := v.Words
	return []Item{
		{Do: "loop", Icon: "loop", Label: w.T("loop"), Role: Check, On: v.Loop},
		{Do: "copy:link", Icon: "link", Label: w.T("copy.link")},
		{Do: "copy:at", Icon: "link", Label: w.T("copy.at", "at", Clock(v.State.Position))},
		{Do: "copy:embed", Icon: "code", Label: w.T("copy.embed")},
		{Do: "stats", Icon: "stats", Label: w.T("stats")},
	}
}

// Remembered is the level nearest to a remembered height and not above it, −1 for automatic.
func Remembered(levels []player.Level, height int) int {
	best := player.Auto
	if height == 0 {
		return best
	}
	for i, l := range levels {
		if l.Sound != (height == Sound) {
			continue
		}
		if h := min(l.Height, l.Width); l.Sound || h <= height && (best < 0 || h > min(levels[best].Height, levels[best].Width)) {
			best = i
		}
	}
	return best
}
