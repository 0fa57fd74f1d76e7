package controls

import (
	"slices"
	"testing"
)

func TestStoryboardFrame(t *testing.T) {
	s := Storyboard{URL: "s.jpg", Columns: 3, Rows: 2, Width: 160, Height: 90, Every: 2}
	for at, want := range map[float64][2]int{0: {0, 0}, 1.9: {0, 0}, 2: {160, 0}, 6: {0, 90}, 11: {320, 90}, 999: {320, 90}, -1: {0, 0}} {
		if x, y := s.Frame(at); x != want[0] || y != want[1] {
			t.Errorf("at %v: %d,%d, want %v", at, x, y, want)
		}
	}
	if x, y := (Storyboard{}).Frame(5); x != 0 || y != 0 {
		t.Error("a storyboard that is not there has a frame")
	}
}

func TestChapters(t *testing.T) {
	v := Video{Chapters: []Chapter{{10, "a"}, {20, "b"}, {60, "c"}}}
	for at, want := range map[float64]int{0: -1, 10: 0, 19.9: 0, 20: 1, 99: 2} {
		if got := v.ChapterAt(at); got != want {
			t.Errorf("chapter at %v: %d, want %d", at, got, want)
		}
	}
	if got, want := v.Parts(100), []Part{{0, .1}, {.1, .2}, {.2, .6}, {.6, 1}}; !slices.Equal(got, want) {
		t.Errorf("parts %v", got)
	}
	if got := v.Parts(0); len(got) != 1 {
		t.Errorf("parts of nothing: %v", got)
	}
	if got := v.Parts(50); len(got) != 3 {
		t.Errorf("a chapter beyond the end makes parts %v", got)
	}
	for _, c := range []struct {
		at   float64
		step int
		want float64
		ok   bool
	}{{0, 1, 10, true}, {15, 1, 20, true}, {70, 1, 0, false}, {15, -1, 10, true}, {21, -1, 10, true}, {11, -1, 0, true}, {5, -1, 0, true}} {
		if got, ok := v.NextChapter(c.at, c.step); got.At != c.want || ok != c.ok {
			t.Errorf("from %v step %d: %v %v", c.at, c.step, got, ok)
		}
	}
	if _, ok := (Video{}).NextChapter(5, -1); ok {
		t.Error("a chapter without chapters")
	}
}
