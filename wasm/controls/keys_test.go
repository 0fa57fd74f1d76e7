package controls

import "testing"

func TestKeys(t *testing.T) {
	page, player := Where{}, Where{Player: true}
	for _, c := range []struct {
		press Press
		in    Where
		want  Command
	}{
		{Press{Key: " "}, page, Command{"play", 0}},
		{Press{Key: "K", Shift: false}, page, Command{"play", 0}}, // Caps Lock
		{Press{Key: "ArrowLeft"}, page, Command{"seek", -5}},
		{Press{Key: "l"}, page, Command{"seek", 10}},
		{Press{Key: "L", Shift: true}, page, Command{"like", 0}},
		{Press{Key: "ArrowRight", Ctrl: true}, page, Command{"chapter", 1}},
		{Press{Key: "7"}, page, Command{"part", .7}},
		{Press{Key: "<", Shift: true}, page, Command{"faster", -.25}},
		{Press{Key: "?", Shift: true}, page, Command{"sheet", 0}},
		{Press{Key: "+", Shift: true}, page, Command{"captionSize", 1}},
		{Press{Key: "I", Shift: true}, page, Command{"pip", 0}},
		{Press{Key: "ArrowUp"}, player, Command{"louder", .05}},
		{Press{Key: "Escape"}, Where{Menu: true}, Command{"escape", 0}},
		{Press{Key: "л", Code: "KeyK"}, page, Command{"play", 0}},
		{Press{Key: "Д", Code: "KeyL", Shift: true}, page, Command{"like", 0}},
		{Press{Key: "б", Code: "Comma"}, page, Command{"frame", -1}},
		{Press{Key: "Ю", Code: "Period", Shift: true}, page, Command{"faster", .25}},
		{Press{Key: "q", Code: "KeyA"}, page, Command{"quality", 0}}, // AZERTY: the letter counts
	} {
		if got, ok := new(Keys).Command(c.press, c.in); !ok || got != c.want {
			t.Errorf("%+v in %+v: %v %v, want %v", c.press, c.in, got, ok, c.want)
		}
	}
}

func TestKeysLeftAlone(t *testing.T) {
	for _, c := range []struct {
		press Press
		in    Where
	}{
		{Press{Key: "k"}, Where{Writing: true, Player: true}},
		{Press{Key: "Escape"}, Where{Writing: true}},
		{Press{Key: "k", Ctrl: true}, Where{}},
		{Press{Key: "f", Meta: true}, Where{}},
		{Press{Key: "ArrowLeft", Alt: true}, Where{}},
		{Press{Key: "k"}, Where{Menu: true}},
		{Press{Key: " "}, Where{Button: true}},
		{Press{Key: "ArrowDown"}, Where{}},
		{Press{Key: "Home"}, Where{Widget: true}},
		{Press{Key: "ArrowRight", Shift: true}, Where{}},
		{Press{Key: "Tab"}, Where{Player: true}},
		{Press{Key: "Enter"}, Where{Player: true}},
		{Press{Key: "é", Code: "Digit2"}, Where{}},
	} {
		if got, ok := new(Keys).Command(c.press, c.in); ok {
			t.Errorf("%+v in %+v means %v", c.press, c.in, got)
		}
	}
}

func TestGoThenALetter(t *testing.T) {
	var k Keys
	if _, ok := k.Command(Press{Key: "g"}, Where{}); ok {
		t.Error("G alone does something")
	}
	if c, ok := k.Command(Press{Key: "h"}, Where{}); !ok || c.Do != "go:home" {
		t.Errorf("G H: %v %v", c, ok)
	}
	k.Command(Press{Key: "g"}, Where{})
	if c, ok := k.Command(Press{Key: "k"}, Where{}); ok {
		t.Errorf("G K: %v", c)
	}
	if c, ok := k.Command(Press{Key: "k"}, Where{}); !ok || c.Do != "play" {
		t.Errorf("K after G K: %v %v", c, ok)
	}
}
