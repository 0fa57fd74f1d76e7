package controls

import (
	"math"
	"testing"
)

func TestClock(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0:00", 5.9: "0:05", 65: "1:05", 760: "12:40", 3600: "1:00:00", 36061: "10:01:01",
		-3: "0:00", math.Inf(1): "0:00",
	} {
		if got := Clock(seconds); got != want {
			t.Errorf("Clock(%v) = %q, want %q", seconds, got, want)
		}
	}
	if got := Clock(math.NaN()); got != "0:00" {
		t.Errorf("Clock(NaN) = %q", got)
	}
}

func TestSpoken(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0 seconds", 1: "1 second", 65: "1 minute 5 seconds", 3600: "1 hour", 7322: "2 hours 2 minutes 2 seconds",
	} {
		if got := Spoken(English, seconds); got != want {
			t.Errorf("Spoken(%v) = %q, want %q", seconds, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]float64{
		"90": 90, "90s": 90, "1m30s": 90, "1m30": 90, "1:30": 90, "1h": 3600, "1h2m3s": 3723, "1:02:03": 3723, "2.5": 2.5, "npt:7": 7, " 8 ": 8, "1M5S": 65,
	} {
		if got, ok := ParseTime(text); !ok || got != want {
			t.Errorf("ParseTime(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "-5", "1e9", "s", "1s2m", "1:2:3:4", "1h30", "1:", "1m1m", "5 0", "NaN", "Inf"} {
		if got, ok := ParseTime(text); ok {
			t.Errorf("ParseTime(%q) = %v, want a refusal", text, got)
		}
	}
}
