package controls

import "unicode/utf8"

// Command is a wish of the person at the keyboard, the pointer or a menu.
type Command struct {
	Do string  // one of the names in the tables below
	By float64 // seconds, parts of one, or steps
}

// Press is a key as the browser tells it.
type Press struct {
	Key, Code              string // what it writes, and where it is on the board
	Shift, Ctrl, Alt, Meta bool
}

// Where says what has the focus when a key is pressed.
type Where struct {
	Writing bool // a field that takes text, or a select
	Menu    bool // an open menu, which has keys of its own
	Button  bool // something that Space and Enter press
	Widget  bool // something with a use of its own for arrows, Home and End, outside the player
	Player  bool // focus is in the player, or the player fills the screen
}

// plain are the keys without Shift; symbols, which need Shift on some boards, stand here too.
var plain = map[string]Command{
	" ": {"play", 0}, "k": {"play", 0},
	"ArrowLeft": {"seek", -5}, "ArrowRight": {"seek", 5}, "j": {"seek", -10}, "l": {"seek", 10},
	"Home": {"part", 0}, "End": {"part", 1},
	"0": {"part", 0}, "1": {"part", .1}, "2": {"part", .2}, "3": {"part", .3}, "4": {"part", .4},
	"5": {"part", .5}, "6": {"part", .6}, "7": {"part", .7}, "8": {"part", .8}, "9": {"part", .9},
	",": {"frame", -1}, ".": {"frame", 1}, "<": {"faster", -.25}, ">": {"faster", .25},
	"ArrowUp": {"louder", .05}, "ArrowDown": {"louder", -.05},
	"m": {"mute", 0}, "f": {"full", 0}, "t": {"theatre", 0}, "i": {"mini", 0},
	"c": {"captions", 0}, "+": {"captionSize", 1}, "-": {"captionSize", -1}, "q": {"quality", 0}, "x": {"p2p", 0},
	"s": {"search", 0}, "/": {"search", 0}, "d": {"stats", 0}, "?": {"sheet", 0},
	"[": {"loopFrom", 0}, "]": {"loopTo", 0}, "Escape": {"escape", 0},
}

var shifted = map[string]Command{
	"i": {"pip", 0}, "n": {"next", 0}, "p": {"previous", 0}, "l": {"like", 0}, "d": {"dislike", 0}, "s": {"subscribe", 0},
}

var controlled = map[string]Command{"ArrowLeft": {"chapter", -1}, "ArrowRight": {"chapter", 1}}

// places are where G and a second letter lead.
var places = map[string]Command{
	"h": {"go:home", 0}, "s": {"go:subscriptions", 0}, "l": {"go:library", 0}, "u": {"go:upload", 0}, "a": {"go:admin", 0},
}

// symbols are what keys of the American board write, without and with Shift.
var symbols = map[string]string{
	"Comma": ",<", "Period": ".>", "Slash": "/?", "BracketLeft": "[{", "BracketRight": "]}", "Minus": "-_", "Equal": "=+",
}

// Keys turns key presses into commands; it remembers a G between two of them.
type Keys struct{ goes bool }

// Command gives what p means, and whether it means anything to the player.
func (k *Keys) Command(p Press, in Where) (Command, bool) {
	went := k.goes
	k.goes = false
	if in.Writing || p.Alt || p.Meta || in.Menu && p.Key != "Escape" {
		return Command{}, false
	}
	key := p.letter()
	if p.Ctrl {
		c, ok := controlled[key]
		return c, ok && !in.Widget
	}
	if went {
		c, ok := places[key]
		return c, ok
	}
	if key == "g" && !p.Shift {
		k.goes = true
		return Command{}, false
	}
	if in.blocks(key) {
		return Command{}, false
	}
	if p.Shift && (isLetter(key) || len(key) > 1) {
		c, ok := shifted[key]
		return c, ok
	}
	c, ok := plain[key]
	return c, ok
}

func (in Where) blocks(key string) bool {
	switch key {
	case " ", "Enter":
		return in.Button
	case "ArrowUp", "ArrowDown":
		return in.Widget || !in.Player
	case "ArrowLeft", "ArrowRight", "Home", "End":
		return in.Widget
	}
	return false
}

// letter is the key in lower case; where the layout writes another script, the place on the board decides.
func (p Press) letter() string {
	if r, n := utf8.DecodeRuneInString(p.Key); n == len(p.Key) && r > 0x7f {
		if s, ok := symbols[p.Code]; ok {
			if p.Shift {
				return s[1:]
			}
			return s[:1]
		}
		if len(p.Code) == 4 && p.Code[:3] == "Key" {
			return lower(p.Code[3:])
		}
	}
	return lower(p.Key)
}

func lower(key string) string {
	if len(key) == 1 && key[0] >= 'A' && key[0] <= 'Z' {
		return string(key[0] + 'a' - 'A')
	}
	return key
}

func isLetter(key string) bool { return len(key) == 1 && key[0] >= 'a' && key[0] <= 'z' }

// shortcut is a line of the sheet.
type shortcut struct{ keys, word string }

// sheet lists the shortcuts for people: keys apart by a space, alternatives included.
var sheet = []shortcut{
	{"Space K", "key.play"},
	{"← →", "key.seek5"},
	{"J L", "key.seek10"},
	{"Ctrl+← Ctrl+→", "key.chapter"},
	{"0 … 9", "key.part"},
	{"Home End", "key.ends"},
	{", .", "key.frame"},
	{"< >", "key.rate"},
	{"↑ ↓", "key.volume"},
	{"M", "key.mute"},
	{"F", "key.full"},
	{"T", "key.theatre"},
	{"I", "key.mini"},
	{"Shift+I", "key.pip"},
	{"C", "key.captions"},
	{"+ −", "key.captionSize"},
	{"Q", "key.quality"},
	{"X", "key.share"},
	{"[ ]", "key.loop"},
	{"Shift+P Shift+N", "key.queue"},
	{"Shift+L Shift+D", "key.like"},
	{"Shift+S", "key.subscribe"},
	{"S /", "key.search"},
	{"D", "key.stats"},
	{"?", "key.sheet"},
	{"G", "key.go"},
	{"Esc", "key.escape"},
}
