package text

import (
	"strconv"
	"strings"
	"time"
)

// Count writes a number short from a thousand on: 999, 1.2K, 34K, 5.6M.
func (w *Words) Count(n int64) string {
	steps := []struct {
		size int64
		unit string
	}{{1e9, "B"}, {1e6, "M"}, {1e3, "K"}}
	for _, s := range steps {
		if n >= s.size {
			return short(float64(n)/float64(s.size)) + s.unit
		}
	}
	return strconv.FormatInt(n, 10)
}

// short keeps one decimal below ten, rounding down so that 999,999 does not become 1000K.
func short(v float64) string {
	if v < 10 {
		return strings.TrimSuffix(strconv.FormatFloat(float64(int64(v*10))/10, 'f', 1, 64), ".0")
	}
	return strconv.FormatInt(int64(v), 10)
}

// Full writes a number whole with thousands apart.
func (w *Words) Full(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes writes a size in decimal units: 820 kB, 1.4 MB, 23 GB.
func (w *Words) Bytes(n int64) string {
	switch {
	case n >= 1e12:
		return round(float64(n)/1e12) + " TB"
	case n >= 1e9:
		return round(float64(n)/1e9) + " GB"
	case n >= 1e6:
		return round(float64(n)/1e6) + " MB"
	case n >= 1e3:
		return round(float64(n)/1e3) + " kB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

func round(v float64) string {
	if v < 9.95 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Clock writes seconds as on a chip: 0:07, 12:05, 1:02:03.
func Clock(s int) string {
	m := strconv.Itoa(s / 60 % 60)
	sec := pad(s % 60)
	if s < 3600 {
		return m + ":" + sec
	}
	return strconv.Itoa(s/3600) + ":" + pad(s/60%60) + ":" + sec
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Spoken writes seconds as one says them, the two largest units at most: 12 minutes 5 seconds.
func (w *Words) Spoken(s int) string {
	var parts []string
	for _, u := range []struct {
		key  string
		size int
	}{{"time.hours", 3600}, {"time.minutes", 60}, {"time.seconds", 1}} {
		if n := s / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, w.N(u.key, int64(n)))
			s -= n * u.size
		}
	}
	if len(parts) == 0 {
		return w.N("time.seconds", 0)
	}
	return strings.Join(parts, " ")
}

// Left is how long something still takes, roughly.
func (w *Words) Left(s int) string {
	switch {
	case s < 60:
		return w.N("left.seconds", int64(s))
	case s < 3600:
		return w.N("left.minutes", int64((s+30)/60))
	}
	return w.N("left.hours", int64((s+1800)/3600))
}

// Ago is how long ago, up to seven days, then the date.
func (w *Words) Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return w.T("ago.now")
	case d < time.Hour:
		return w.N("ago.minutes", int64(d/time.Minute))
	case d < 24*time.Hour:
		return w.N("ago.hours", int64(d/time.Hour))
	case d < 7*24*time.Hour:
		return w.N("ago.days", int64(d/(24*time.Hour)))
	}
	return w.Date(t)
}

// Date is the medium date.
func (w *Words) Date(t time.Time) string {
	t = t.UTC()
	return w.T("date", "day", strconv.Itoa(t.Day()), "month", w.T("month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// Exact is the date with the time of day.
func (w *Words) Exact(t time.Time) string {
	return w.Date(t) + ", " + t.UTC().Format("15:04") + " UTC"
}
