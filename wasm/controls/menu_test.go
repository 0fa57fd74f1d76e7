package controls

import (
	"slices"
	"strings"
	"testing"

	"shoal/wasm/player"
)

var levels = []player.Level{
	{Height: 240, Width: 426, FPS: 30, Bandwidth: 250_000},
	{Height: 720, Width: 1280, FPS: 30, Bandwidth: 2_000_000},
	{Height: 1080, Width: 1920, FPS: 60, Bandwidth: 6_000_000},
	{Sound: true, Bandwidth: 130_000},
}

func lines(items []Item) (s []string) {
	for _, it := range items {
		s = append(s, strings.TrimSpace(mark(it.On, "* ")+it.Label+" | "+it.Note))
	}
	return s
}

func TestQualities(t *testing.T) {
	v := View{State: player.State{Mode: player.MSE, Levels: levels, Chosen: player.Auto, Current: 1}}
	want := []string{"* Auto (now 720p) |", "1080p60 | 2.7 GB per hour", "720p | 900 MB per hour", "240p | 110 MB per hour", "Audio only | 59 MB per hour", "Auto may exceed the player's size |"}
	if got := lines(v.Page("quality").Items); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	v.State.Chosen = 2
	if got := lines(v.Page("quality").Items); got[0] != "Auto |" || got[1] != "* 1080p60 | 2.7 GB per hour" {
		t.Errorf("%q", got)
	}
	v.State.Mode = player.NativeHLS
	if got := lines(v.Page("quality").Items); len(got) != 1 || got[0] != "* Auto | Chosen by your browser" {
		t.Errorf("%q", got)
	}
}

func TestRememberedQuality(t *testing.T) {
	for height, want := range map[int]int{0: player.Auto, 720: 1, 900: 1, 2160: 2, 240: 0, 144: player.Auto, Sound: 3} {
		if got := Remembered(levels, height); got != want {
			t.Errorf("remembered %d: level %d, want %d", height, got, want)
		}
	}
	upright := []player.Level{{Height: 1280, Width: 720}, {Height: 1920, Width: 1080}}
	if got := Remembered(upright, 720); got != 0 {
		t.Errorf("an upright video takes level %d", got)
	}
}

func TestLevelNames(t *testing.T) {
	for name, l := range map[string]player.Level{"720p": {Height: 720, Width: 1280, FPS: 25}, "1080p60": {Height: 1920, Width: 1080, FPS: 60}, "480p": {Height: 480}, "Audio only": {Sound: true}} {
		if got := Words(nil).LevelName(l); got != name {
			t.Errorf("%+v is %q, want %q", l, got, name)
		}
	}
}

func TestMainMenu(t *testing.T) {
	has := func(v View) string {
		var b []string
		for _, it := range v.Page("main").Items {
			b = append(b, it.Do)
		}
		return strings.Join(b, " ")
	}
	if got := has(View{State: player.State{Rate: 1}}); got != "page:quality page:speed loop page:access sheet stats debug" {
		t.Error(got)
	}
	full := View{Narrow: true, Can: Abilities{PiP: true, Mini: true}, State: player.State{Mode: player.MSE, Sounds: make([]player.Track, 2)}, Video: Video{Captions: make([]Caption, 1), Chapters: make([]Chapter, 1)}}
	if got := has(full); got != "page:quality page:speed page:captions page:sound page:chapters loop long mini pip page:access sheet stats debug" {
		t.Error(got)
	}
}

func TestMenuMarkup(t *testing.T) {
	v := View{State: player.State{Mode: player.MSE, Levels: levels, Chosen: 1, Rate: 1.5}, Device: NewDevice()}
	quality := v.Markup(v.Page("quality"))
	if strings.Count(quality, `role="menuitemradio" aria-checked="true"`) != 1 || !strings.Contains(quality, `data-do="page:main"`) {
		t.Error(quality)
	}
	speed := v.Markup(v.Page("speed"))
	if !strings.Contains(speed, `aria-checked="true"`) || !strings.Contains(speed, `aria-valuetext="1.5×"`) {
		t.Error(speed)
	}
	if strings.Index(speed, "<input") < strings.LastIndex(speed, "menuitemradio") {
		t.Error("the slider stands inside the menu")
	}
	if form := v.StyleForm(); strings.Count(form, " selected") != 5 {
		t.Error(form)
	}
	v.Device.Keys = "off"
	for _, it := range v.Page("access").Items {
		if it.Do == "keys:off" && it.On {
			t.Error("shortcuts are off and shown as on")
		}
	}
}

func TestFigures(t *testing.T) {
	s := player.State{Mode: player.MSE, Levels: levels, Current: 2, Volume: .5, Stats: player.Stats{FromServer: 12_400_000, Bandwidth: 8_500_000, Ahead: 23.46, Dropped: 3, Frames: 900}}
	got := figuresText(Words(nil).Figures(s, Video{UUID: "u"}, "1280×720"))
	for _, want := range []string{"Video: u\n", "Stream / screen: 1920×1080@60 / 1280×720\n", "From the server: 12.4 MB\n", "Connection: 8.5 Mbit/s\n", "Buffer ahead: 23.5 s\n", "Dropped frames: 3 / 900\n", "Volume: 50 percent\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}
