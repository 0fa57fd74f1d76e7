package api

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimesHaveThreeDigits(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 11, 23, 5, 55, 43, 298_765_432, time.UTC), `"2026-11-23T05:55:43.298Z"`},
		{time.Date(2026, 11, 23, 5, 55, 43, 0, time.UTC), `"2026-11-23T05:55:43.000Z"`},
		{time.Date(2026, 11, 23, 5, 55, 43, 500_000_000, time.FixedZone("", 7200)), `"2026-11-23T03:55:43.500Z"`},
	} {
		text, err := json.Marshal(Time{c.at})
		if err != nil || string(text) != c.want {
			t.Errorf("%s, %v; want %s", text, err, c.want)
		}
		var back Time
		if err := json.Unmarshal(text, &back); err != nil || !back.Equal(c.at.Truncate(time.Millisecond)) {
			t.Errorf("%s came back as %s, %v", text, back, err)
		}
	}
}
