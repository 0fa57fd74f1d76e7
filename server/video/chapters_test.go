package video

import (
	"fmt"
	"strings"
	"testing"
)

func TestChaptersInADescription(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "[]",
		"Nothing here":                        "[]",
		"0:00 Start":                          "[]",
		"0:00 Start\n1:05 Ducks":              "[{0 Start} {65 Ducks}]",
		"Hello\n\n00:00 Start\n01:02:03 End":  "[{0 Start} {3723 End}]",
		"(0:00) Start\n[0:30] - More":         "[{0 Start} {30 More}]",
		"- 0:00 – Start\n* 0:30: More":        "[{0 Start} {30 More}]",
		"0:00 Start\n\n0:30 More\nThe end.":   "[{0 Start} {30 More}]",
		"0:00 Start\n0:30 More\nEnd\n0:40 No": "[{0 Start} {30 More}]",
		"0:30 Late\n0:10 Early":               "[]",
		"0:00 Start\n0:61 Wrong":              "[]",
		"0:00 Start\n0:30":                    "[]",
		"It is 10:30 now\nand 11:30 later":    "[]",
		"0:00Start\n0:30More":                 "[]",
		"1:2:3 Odd\n1:2:4 Odd":                "[]",
	} {
		got := ChaptersIn(text)
		if got == nil {
			got = []Chapter{}
		}
		if s := fmt.Sprint(got); s != want {
			t.Errorf("%q: got %s, want %s", text, s, want)
		}
	}
	if got := ChaptersIn("0:00 " + strings.Repeat("ä", 500) + "\n0:01 b"); len([]rune(got[0].Title)) != longestTitle {
		t.Errorf("a title of %d", len([]rune(got[0].Title)))
	}
}

func FuzzChaptersIn(f *testing.F) {
	f.Add("0:00 a\n1:00:00 b")
	f.Fuzz(func(t *testing.T, text string) {
		last := -1
		for _, c := range ChaptersIn(text) {
			if c.Timecode <= last || !fits(c.Title, 1, longestTitle) {
				t.Fatalf("%q: %+v", text, c)
			}
			last = c.Timecode
		}
	})
}
